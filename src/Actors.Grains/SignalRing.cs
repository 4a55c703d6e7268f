using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Grains;

/// <summary>
/// The last transient signals. Cursors count from this activation's start; nobody is owed a signal, and nobody gets one that is older than
/// <see cref="Limits.SignalLifetime"/>. The count of attendees is no matter of a moment: it is handed out as long as it is kept, and to readers that begin.
/// </summary>
internal sealed class SignalRing
{
    private readonly Queue<(Signal Signal, DateTimeOffset Until)> _signals = new();
    private Signal? _count;

    public long Cursor { get; private set; }

    public void Add(Signal signal, DateTimeOffset now)
    {
        var lasts = signal is AttendeesSignal;
        if (lasts) _count = signal;
        if (_signals.Count == GrainLimits.Signals) _signals.Dequeue();
        _signals.Enqueue((signal, lasts ? DateTimeOffset.MaxValue : now + Limits.SignalLifetime));
        Cursor++;
    }

    /// <summary>Where a reader stands: one that begins at the end, unless there is a count to tell it.</summary>
    public long Start(long cursor) => cursor >= 0 || _count is not null ? cursor : Cursor;

    /// <summary>True where a reader with this cursor has something to get. One from an earlier activation is brought up to date silently.</summary>
    public bool HasAfter(long cursor) => cursor < Cursor;

    /// <param name="until">When the first of them is too old to be handed out.</param>
    public ImmutableArray<Signal> After(long cursor, DateTimeOffset now, out DateTimeOffset until)
    {
        until = DateTimeOffset.MaxValue;
        if (cursor < 0) return _count is null ? [] : [_count];
        var missing = (int)Math.Clamp(Cursor - cursor, 0, _signals.Count);
        var found = _signals.Skip(_signals.Count - missing).Where(one => now < one.Until).ToList();
        if (found.Count == 0) return [];
        until = found.Min(one => one.Until);
        return [.. found.Select(one => one.Signal)];
    }
}
