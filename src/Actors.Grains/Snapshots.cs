using Actors.Meetings;
using Actors.Storage;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Takes snapshots now and then, one at a time, encoded outside the grain's turns. An optimisation: failures are logged, counted and
/// cost nobody anything but a longer activation.
/// </summary>
internal sealed class Snapshots<TState>(string stream, GrainServices services, ILogger logger, Func<TState, Task<bool>> prepare)
    where TState : class, IStreamState<TState>
{
    private Task _saving = Task.CompletedTask;
    private int _events;
    private long _bytes;
    private long? _failedAt;

    /// <summary>Storage holds a snapshot that far behind the state.</summary>
    public void Behind(int events, long bytes)
    {
        _events += events;
        _bytes += bytes;
    }

    /// <summary>Starts a snapshot where one is due; never waits.</summary>
    public void Consider(TState durable)
    {
        if (_events < GrainLimits.SnapshotEvents && _bytes < GrainLimits.SnapshotBytes) return;
        if (!_saving.IsCompleted || IsTooSoon) return;
        _saving = Save(durable);
    }

    /// <summary>The last chance before the activation goes.</summary>
    public async Task Finish(TState durable)
    {
        await _saving;
        if (_events >= GrainLimits.SnapshotOnIdleEvents) await Save(durable);
    }

    /// <summary>A snapshot of this very state, for those who have to be sure of it.</summary>
    public async Task<bool> Take(TState durable)
    {
        await _saving;
        _failedAt = null;
        await (_saving = Save(durable));
        return _failedAt is null;
    }

    private bool IsTooSoon => _failedAt is { } at && services.Clock.Time.GetElapsedTime(at) < GrainLimits.SnapshotRetry;

    private async Task Save(TState durable)
    {
        var (events, bytes) = (_events, _bytes);
        try
        {
            if (durable.Version == 0 || !await prepare(durable)) return;
            // The state is immutable: another thread may read it while the grain goes on.
            var encoded = await Task.Run(durable.Encode);
            await services.EventLog.SaveSnapshot(stream, new Snapshot(durable.Version, TState.Schema, encoded), CancellationToken.None);
            (_events, _bytes, _failedAt) = (_events - events, _bytes - bytes, null);
        }
        catch (Exception fault)
        {
            _failedAt = services.Clock.Time.GetTimestamp();
            services.Metrics.SnapshotFailed();
            Log.SnapshotFailed(logger, fault, stream, durable.Version);
        }
    }
}
