using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

public class LifecycleTests
{
    private readonly Probe _probe = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_call_after_deactivation_makes_a_new_activation()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = cluster.Client.GetGrain<IReentrantGateKeeper>("a");
        var before = await grain.Incarnation();
        await grain.DeactivateNow();
        (await grain.Incarnation()).ShouldNotBe(before);
        _probe.Log.ShouldBe(["activate", "deactivate ApplicationRequested", "activate"]);
    }

    [Fact]
    public async Task Calls_that_come_while_requests_end_go_to_the_next_activation_in_order()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = cluster.Client.GetGrain<IReentrantGateKeeper>("a");
        var running = grain.Pass("old");
        await _probe.Await("old in");
        await grain.DeactivateNow();
        _probe.Open("1");
        _probe.Open("2");
        var next = new[] { grain.Pass("1"), grain.Pass("2") };
        _probe.Log.ShouldBe(["activate", "old in"]);
        _probe.Open("old");
        await running;
        await Task.WhenAll(next);
        _probe.Log.Take(6).ShouldBe(["activate", "old in", "old out", "deactivate ApplicationRequested", "activate", "1 in"]);
    }

    [Fact]
    public async Task An_idle_activation_is_collected_and_a_busy_or_delayed_one_is_not()
    {
        await using var cluster = await TestClusters.Start(_time, _probe, silo => silo.Configure<GrainCollectionOptions>(o =>
        {
            o.CollectionAge = TimeSpan.FromMinutes(10);
            o.CollectionQuantum = TimeSpan.FromMinutes(1);
        }));
        var busy = cluster.Client.GetGrain<IReentrantGateKeeper>("busy");
        var call = busy.Pass("b");
        var delayed = cluster.Client.GetGrain<IReentrantGateKeeper>("delayed");
        await delayed.Delay(TimeSpan.FromHours(1));
        var idle = cluster.Client.GetGrain<IReentrantGateKeeper>("idle");
        await idle.Incarnation();
        await _probe.Await("b in");
        // Idle since the end of its turn, which may come after the answer.
        await TestClusters.TurnOver(cluster, idle.GetGrainId());
        await TestClusters.TurnOver(cluster, delayed.GetGrainId());

        _time.Advance(TimeSpan.FromMinutes(12));
        await _probe.Await("deactivated");
        await Should.ThrowAsync<TimeoutException>(call);
        _probe.Log.Count(l => l == "deactivate ActivationIdle").ShouldBe(1);
        _probe.Open("b");

        _probe.Reset("deactivated");
        _time.Advance(TimeSpan.FromMinutes(60));
        await _probe.Await("deactivated");
    }

    [Fact]
    public async Task When_activation_fails_the_callers_get_its_exception_and_the_next_call_tries_again()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = cluster.Client.GetGrain<IFlaky>("a");
        (await Should.ThrowAsync<NotSupportedException>(grain.Ping)).Message.ShouldBe("not yet");
        _probe.Open("ready");
        await grain.Ping();
    }

    [Fact]
    public async Task An_activation_that_fails_at_once_is_never_left_where_calls_look_for_one()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var failures = await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 1_000; i++)
                await Should.ThrowAsync<NotSupportedException>(cluster.Client.GetGrain<IFlaky>($"{caller}/{i}").Ping);
            return caller;
        })));
        failures.Length.ShouldBe(4);
    }

    [Fact]
    public async Task A_graceful_stop_deactivates_everything()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => cluster.Client.GetGrain<IReentrantGateKeeper>($"{i}").Incarnation()));
        await cluster.StopSiloAsync(cluster.Silos[0]);
        _probe.Log.Count(l => l == "deactivate ShuttingDown").ShouldBe(50);
        await Should.ThrowAsync<SiloUnavailableException>(() => cluster.Client.GetGrain<IReentrantGateKeeper>("0").Incarnation());
    }

    [Fact]
    public async Task A_killed_silo_deactivates_nothing_and_runs_no_more_turns_and_its_callers_learn_it()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var call = cluster.Client.GetGrain<IReentrantGateKeeper>("a").Pass("a");
        await _probe.Await("a in");
        await cluster.KillSiloAsync(cluster.Silos[0]);
        await Should.ThrowAsync<SiloUnavailableException>(call);
        _probe.Open("a");

        var silo = await cluster.StartAdditionalSiloAsync();
        silo.ServiceProvider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ShouldBe(silo.SiloAddress);
        await cluster.Client.GetGrain<IReentrantGateKeeper>("a").Incarnation();
        _probe.Log.ShouldBe(["activate", "a in", "activate"]);
    }

    [Fact]
    public async Task The_client_follows_a_restarted_silo()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = cluster.Client.GetGrain<IReentrantGateKeeper>("a");
        var before = await grain.Incarnation();
        var old = cluster.Silos[0].SiloAddress;
        var next = await cluster.RestartSiloAsync(cluster.Silos[0]);
        next.ShouldNotBeNull().SiloAddress.Generation.ShouldBeGreaterThan(old.Generation);
        (await grain.Incarnation()).ShouldNotBe(before);
    }

    [Fact]
    public async Task The_management_grain_counts_activations_and_collects()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        await cluster.Client.GetGrain<IReentrantGateKeeper>("a").Incarnation();
        var management = cluster.Client.GetGrain<IManagementGrain>(0);
        (await management.GetTotalActivationCount()).ShouldBe(2);
        (await management.GetSimpleGrainStatistics()).Select(s => s.GrainType).ShouldContain(typeof(ReentrantGateKeeperGrain).FullName);
        (await management.GetHosts()).ShouldBe(new Dictionary<SiloAddress, SiloStatus> { [cluster.Silos[0].SiloAddress] = SiloStatus.Active });
        var gone = _probe.Gate("deactivated");
        // Who has just answered may still be in its turn, and is not idle yet: asked again, a bounded number of times.
        for (var i = 0; i < 1_000 && !gone.IsCompleted; i++)
        {
            await management.ForceActivationCollection(TimeSpan.Zero);
        }

        await _probe.Await("deactivated");
    }
}

internal interface IFlaky : IGrainWithStringKey
{
    Task Ping();
}

internal sealed class FlakyGrain(Probe probe) : Grain, IFlaky
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (!probe.Gate("ready").IsCompleted)
        {
            throw new NotSupportedException("not yet");
        }
    }

    public Task Ping() => Task.CompletedTask;
}
