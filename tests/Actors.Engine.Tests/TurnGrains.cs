using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Actors.Engine.Tests;

internal interface IGateKeeper : IGrainWithStringKey
{
    /// <summary>Logs "name in", waits at the gate of that name, logs "name out".</summary>
    Task Pass(string name);

    [AlwaysInterleave]
    Task Interleave(string name);

    [ReadOnly]
    Task ReadOnly(string name);

    [OneWay]
    Task Notify(string name);

    [ResponseTimeout("00:00:05")]
    Task<int> Slow(string name);

    Task<bool> Cancellable(string name, CancellationToken cancellation);

    Task<string?> Context(string key);

    Task DeactivateNow();

    Task Delay(TimeSpan time);

    Task<Guid> Incarnation();
}

internal interface IReentrantGateKeeper : IGateKeeper;

internal abstract class GateKeeperBase(Probe probe) : Grain, IGateKeeper
{
    private readonly Guid _incarnation = Guid.CreateVersion7();
    private int _inside;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        probe.Log.Enqueue("activate");
        probe.Open("activated");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Log.Enqueue($"deactivate {reason.ReasonCode}");
        probe.Open("deactivated");
        return Task.CompletedTask;
    }

    public Task Pass(string name) => Through(name);

    public Task Interleave(string name) => Through(name);

    public Task ReadOnly(string name) => Through(name);

    public Task Notify(string name) => Through(name);

    public async Task<int> Slow(string name)
    {
        await Through(name);
        return 1;
    }

    public async Task<bool> Cancellable(string name, CancellationToken cancellation)
    {
        probe.Open($"{name} in");
        try
        {
            await probe.Gate(name).WaitAsync(cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            probe.Open($"{name} cancelled");
            throw;
        }
    }

    public async Task<string?> Context(string key)
    {
        await Task.Yield();
        return (string?)RequestContext.Get(key);
    }

    public Task DeactivateNow()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Delay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task<Guid> Incarnation() => Task.FromResult(_incarnation);

    private async Task Through(string name)
    {
        Enter();
        probe.Log.Enqueue($"{name} in");
        probe.Open($"{name} in");
        Leave();
        await probe.Gate(name);
        Enter();
        probe.Log.Enqueue($"{name} out");
        Leave();
    }

    // Two turns at the same moment would be the worst of all faults.
    private void Enter()
    {
        if (Interlocked.Increment(ref _inside) != 1)
        {
            probe.Log.Enqueue("two turns at once");
        }
    }

    private void Leave() => Interlocked.Decrement(ref _inside);
}

internal sealed class GateKeeperGrain(Probe probe) : GateKeeperBase(probe);

[Reentrant]
internal sealed class ReentrantGateKeeperGrain(Probe probe) : GateKeeperBase(probe), IReentrantGateKeeper;
