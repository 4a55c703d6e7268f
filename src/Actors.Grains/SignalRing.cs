using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Grains;

/// <summary>The last transient signals. Cursors count from this activation's start; nobody is owed a signal.</summary>
internal sealed class SignalRing
{
    private readonly Queue<Signal> _signals = new();

    public long Cursor { get; private set; }

    public void Add(Signal signal)
    {
        if (_signals.Count == GrainLimits.Signals) _signals.Dequeue();
        _signals.Enqueue(signal);
        Cursor++;
    }

    /// <summary>True where a reader with this cursor has something to get. One from an earlier activation is brought up to date silently.</summary>
    public bool HasAfter(long cursor) => cursor < Cursor;

    public ImmutableArray<Signal> After(long cursor)
    {
        var missing = (int)Math.Min(Cursor - cursor, _signals.Count);
        return missing <= 0 ? [] : [.. _signals.Skip(_signals.Count - missing)];
    }
}
