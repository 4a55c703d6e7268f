using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Nothing is appended by a process that stood still, its machine suspended or its heap collected for seconds, before the cluster has said that its
/// silo still belongs: it may have been voted out, and its streams live elsewhere. Storage refuses what such a process writes where the new home has
/// written already (P2); this keeps it from being first.
/// </summary>
public sealed class StallGuard : IDisposable
{
    /// <summary>Below what it takes the others to suspect a silo (<c>Liveness</c>: three probes of a second); above what a busy machine does to a timer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>A process in which nothing is appended runs all the same: eight beats before a pause counts.</summary>
    private static readonly TimeSpan Beat = Limit / 8;

    private static readonly TimeSpan AskDeadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AskPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<CancellationToken, Task<bool>>? _belongs;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer? _beats;

    // Guarded by _gate: when this process was last seen to run, and the question to the cluster while it is open.
    private long _seenAt;
    private Task? _asking;

    /// <param name="belongs">Asks the cluster, not what this process remembers of it. Null: nobody votes on this process.</param>
    public StallGuard(Func<CancellationToken, Task<bool>>? belongs, TimeProvider time, ILogger<StallGuard> log)
    {
        (_belongs, _time, _log, _seenAt) = (belongs, time, log, time.GetTimestamp());
        if (belongs is not null) _beats = time.CreateTimer(static state => ((StallGuard)state!).See(), this, Beat, Beat);
    }

    /// <summary>Done at once, but after a pause once the cluster has confirmed this silo; never for a silo that is dead.</summary>
    internal ValueTask Pass(CancellationToken ct)
    {
        if (_belongs is null) return default;
        return See() is { IsCompletedSuccessfully: false } asking ? new ValueTask(asking.WaitAsync(ct)) : default;
    }

    public void Dispose()
    {
        _beats?.Dispose();
        _stop.Cancel();
    }

    private Task? See()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var gap = _time.GetElapsedTime(_seenAt, now);
            _seenAt = now;
            // A pause while the cluster is being asked makes its answer worthless.
            if (gap > Limit)
            {
                var before = _asking;
                // Not on the scheduler of the grain that found out.
                _asking = Task.Run(() => Ask(gap, before));
            }
            return _asking;
        }
    }

    private async Task Ask(TimeSpan gap, Task? before)
    {
        Log.StoodStill(_log, gap);
        if (before is not null) await before;
        while (!await Belongs())
        {
            await Task.Delay(AskPause, _time, _stop.Token);
        }
    }

    private async Task<bool> Belongs()
    {
        using var deadline = new CancellationTokenSource(AskDeadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        try
        {
            return await _belongs!(either.Token);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            Log.StandingUnknown(_log, e.Message);
            return false;
        }
    }
}
