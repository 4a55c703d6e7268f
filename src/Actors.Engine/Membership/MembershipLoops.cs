using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>Calls a silo's membership steps in time, each after its last one has ended. A step that fails comes again.</summary>
internal sealed class MembershipLoops : IDisposable
{
    private readonly List<PeriodicTimer> _timers = [];
    private readonly MembershipAgent _agent;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _stallCheck;
    private readonly CancellationToken _stop;
    private long _lastCheck;

    public MembershipLoops(MembershipAgent agent, TimeProvider time, ILogger log, CancellationToken stop)
    {
        (_agent, _time, _log, _stop) = (agent, time, log, stop);
        _lastCheck = time.GetTimestamp();
        var options = agent.Options;
        using (ExecutionContext.SuppressFlow())
        {
            _stallCheck = time.CreateTimer(static state => ((MembershipLoops)state!).CheckForStall(), this, MembershipLimits.StallCheck, MembershipLimits.StallCheck);
            Repeat("heartbeat", options.IAmAliveTablePublishTimeout, agent.Beat);
            Repeat("refresh", options.TableRefreshTimeout, agent.Look);
            if (options.LivenessEnabled)
            {
                Repeat("probes", options.ProbeTimeout, agent.ProbeRound);
            }

            if (options.DefunctSiloCleanupPeriod is { } period)
            {
                Repeat("clean-up", period, agent.CleanUp);
            }
        }
    }

    public void Dispose()
    {
        _stallCheck.Dispose();
        foreach (var timer in _timers)
        {
            timer.Dispose();
        }
    }

    private void Repeat(string name, TimeSpan period, Func<CancellationToken, Task> step)
    {
        var timer = new PeriodicTimer(period, _time);
        _timers.Add(timer);
        _ = Task.Run(async () =>
        {
            // Ends when the timer is disposed.
            while (await timer.WaitForNextTickAsync(CancellationToken.None))
            {
                await Guarded(name, step);
            }
        });
    }

    private async Task Guarded(string name, Func<CancellationToken, Task> step)
    {
        try
        {
            await step(_stop);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // Leaving.
        }
        catch (Exception fault)
        {
            // Nobody is evicted for the table's sake: this silo goes on serving with the view it has.
            _log.LogWarning("Membership: {Step} failed and comes again ({Reason})", name, fault.Message);
        }
    }

    private void CheckForStall()
    {
        var now = _time.GetTimestamp();
        var gap = _time.GetElapsedTime(Interlocked.Exchange(ref _lastCheck, now), now);
        if (gap >= MembershipLimits.Stall)
        {
            _log.LogWarning("This process stood still for {Gap}: it asks the membership table whether it still belongs", gap);
            _ = Guarded("awakening", _agent.Awaken);
        }
    }
}
