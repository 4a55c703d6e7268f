using Actors.Contracts;

namespace Actors.Gateway;

/// <param name="Number">The stream's number that the view shows; a reader goes on from there.</param>
/// <param name="Asked">The number that the view was asked to show. A lower <paramref name="Number"/> says that there was no such number at <paramref name="BegunAt"/>.</param>
internal sealed record Snapshot(Audience Audience, long Number, ReadOnlyMemory<byte> Frame, long TakenAt, long Asked, long BegunAt)
{
    /// <summary>Whether it shows the number, or proves to somebody who named it at that time that it never was.</summary>
    public bool Answers(long number, long at) => Number >= number || (Asked >= number && BegunAt >= at);
}

/// <summary>
/// One view per class, read by whoever needs it first and shared by all who come within <see cref="HubSettings.SnapshotAge"/>. Older ones
/// are not wrong, only long ago: the events since then follow them.
/// </summary>
internal sealed class SnapshotCache(Func<Audience, long, CancellationToken, ValueTask<View>> read, Frames frames, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Snapshot?[] _latest = new Snapshot?[AudienceClasses.Count];
    private readonly Task<Snapshot>?[] _underWay = new Task<Snapshot>?[AudienceClasses.Count];

    public Snapshot? Fresh(Audience audience)
    {
        lock (_gate)
        {
            var latest = _latest[(int)audience];
            return latest is not null && time.GetElapsedTime(latest.TakenAt) <= HubSettings.SnapshotAge ? latest : null;
        }
    }

    /// <param name="seen">The view is to show this number at least. A reading under way that was asked for less is waited for first: look again then.</param>
    /// <param name="refused">What will not do of those that were at hand. Another that was read since the caller looked is taken.</param>
    /// <param name="lifetime">The hub's: a reading is shared, so no single reader may end it.</param>
    public Task<Snapshot> Take(Audience audience, long seen, Snapshot? refused, CancellationToken lifetime)
    {
        lock (_gate)
        {
            if (Fresh(audience) is { } latest && latest != refused) return Task.FromResult(latest);
            if (_underWay[(int)audience] is { IsCompleted: false } underWay) return underWay;
            return _underWay[(int)audience] = Read(audience, seen, lifetime);
        }
    }

    public void Clear()
    {
        lock (_gate) Array.Clear(_latest);
    }

    private async Task<Snapshot> Read(Audience audience, long seen, CancellationToken lifetime)
    {
        var begun = time.GetTimestamp();
        var view = await read(audience, seen, lifetime);
        var snapshot = new Snapshot(audience, view.Number, frames.Snapshot(view), time.GetTimestamp(), seen, begun);
        lock (_gate) _latest[(int)audience] = snapshot;
        return snapshot;
    }
}
