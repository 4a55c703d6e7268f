using Actors.Contracts;

namespace Actors.Grains;

/// <summary>
/// Who waits for changes of one inbox: one read of each gateway where its user is connected. What changed is kept in memory only. Cursors count up from the
/// time of the activation, so that one of an earlier activation is met by none of this one's: who comes with it hears that anything may have changed.
/// Used from the grain's turns only.
/// </summary>
internal sealed class InboxReaders(MeetingClock clock, CancellationToken stopping)
{
    private readonly HashSet<ParkedRead> _parked = [];

    // The last ones: the newest of them has the cursor as its number.
    private readonly Queue<string> _changes = new();
    private bool _closed;

    public long Cursor { get; private set; } = clock.Now.UtcTicks;

    public void Changed(string thread)
    {
        if (_changes.Count == Limits.InboxChanges) _changes.Dequeue();
        _changes.Enqueue(thread);
        Cursor++;
        Wake();
    }

    public async ValueTask<InboxNews> Read(long after, TimeSpan hold, CancellationToken cancellation)
    {
        if (after == Cursor && hold > TimeSpan.Zero && !_closed && _parked.Count < GrainLimits.ParkedReads && !stopping.IsCancellationRequested)
        {
            using var read = new ParkedRead(clock.Time, hold < Limits.ReadHold ? hold : Limits.ReadHold, stopping, cancellation);
            _parked.Add(read);
            await read.Completed;
            _parked.Remove(read);
        }
        var missed = Cursor - after;
        if (missed == 0) return _closed || stopping.IsCancellationRequested ? throw new SteppedDownException("The inbox is leaving.") : new InboxNews(after, []);
        return missed > 0 && missed <= _changes.Count
            ? new InboxNews(Cursor, [.. _changes.TakeLast((int)missed).Distinct()])
            : new InboxNews(Cursor, [], More: true);
    }

    /// <summary>The activation ends: everybody asks the next one.</summary>
    public void Close()
    {
        _closed = true;
        Wake();
    }

    private void Wake()
    {
        foreach (var read in _parked) read.Complete();
    }
}
