using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Grains;

/// <summary>An event and its share of the stored item.</summary>
internal readonly record struct Sized(Recorded Recorded, int Bytes);

/// <summary>The last durable events of a stream, for readers: at most <see cref="Limits.HotTail"/>, and bounded in bytes.</summary>
internal sealed class HotTail
{
    private Sized[] _ring = new Sized[16];
    private int _start;
    private int _count;
    private long _bytes;

    /// <summary>Number of the last durable event.</summary>
    public long Last { get; private set; }

    /// <summary>Readers that have this number or a later one can be served from here.</summary>
    public long Floor => Last - _count;

    public int Count => _count;

    /// <summary>Starts after the event <paramref name="last"/> with nothing in it.</summary>
    public void Reset(long last) => (_start, _count, _bytes, Last) = (0, 0, 0, last);

    public void Add(Sized item)
    {
        if (item.Recorded.Number != Last + 1)
            throw new InvalidOperationException($"Event {item.Recorded.Number} cannot follow event {Last}.");
        if (_count == _ring.Length && _count < Limits.HotTail) Grow();
        if (_count == _ring.Length) Drop();
        _ring[(_start + _count++) % _ring.Length] = item;
        _bytes += item.Bytes;
        Last++;
        while (_bytes > GrainLimits.HotTailBytes && _count > 1) Drop();
    }

    /// <summary>Events from <paramref name="after"/> + 1 as far as <paramref name="bytes"/> allow, at least one where there is one.</summary>
    public ImmutableArray<Recorded> Page(long after, int bytes)
    {
        var skip = (int)(after - Floor);
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        var page = ImmutableArray.CreateBuilder<Recorded>(Math.Max(0, _count - skip));
        for (var i = skip; i < _count; i++)
        {
            var item = At(i);
            if (page.Count > 0 && item.Bytes > bytes) break;
            page.Add(item.Recorded);
            bytes -= item.Bytes;
        }
        return page.DrainToImmutable();
    }

    /// <summary>The event of this number, null where memory does not hold it.</summary>
    public Recorded? Find(long number) => number > Floor && number <= Last ? At((int)(number - Floor - 1)).Recorded : null;

    /// <summary>Replaces events in place, for redaction.</summary>
    public void Rewrite(Func<Recorded, Recorded> rewrite)
    {
        for (var i = 0; i < _count; i++)
        {
            ref var item = ref _ring[(_start + i) % _ring.Length];
            item = item with { Recorded = rewrite(item.Recorded) };
        }
    }

    private Sized At(int index) => _ring[(_start + index) % _ring.Length];

    private void Drop()
    {
        _bytes -= _ring[_start].Bytes;
        _ring[_start] = default;
        _start = (_start + 1) % _ring.Length;
        _count--;
    }

    private void Grow()
    {
        var larger = new Sized[Math.Min(_ring.Length * 2, Limits.HotTail)];
        for (var i = 0; i < _count; i++) larger[i] = At(i);
        (_ring, _start) = (larger, 0);
    }
}
