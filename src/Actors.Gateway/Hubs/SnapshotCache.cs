using Actors.Contracts;

namespace Actors.Gateway;

/// <param name="Number">The stream's number that the view shows; a reader goes on from there.</param>
internal sealed record Snapshot(Audience Audience, long Number, ReadOnlyMemory<byte> Frame, long TakenAt);

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

    /// <param name="seen">The view shows this number at least.</param>
    /// <param name="lifetime">The hub's: a reading is shared, so no single reader may end it.</param>
    public Task<Snapshot> Take(Audience audience, long seen, CancellationToken lifetime)
    {
        lock (_gate)
        {
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
        var view = await read(audience, seen, lifetime);
        var snapshot = new Snapshot(audience, view.Number, frames.Snapshot(view), time.GetTimestamp());
        lock (_gate) _latest[(int)audience] = snapshot;
        return snapshot;
    }
}
