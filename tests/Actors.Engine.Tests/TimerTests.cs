using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

public class TimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Probe _probe = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_timer_ticks_when_due_and_then_each_period_until_disposed()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var grain = cluster.Client.GetGrain<ITicker>("a");
        await grain.Start(3 * Second, 2 * Second, interleave: false, keepAlive: false);
        await Advance(grain, 2.9);
        (await grain.Ticks()).ShouldBe(0);
        await Advance(grain, 0.2);
        (await grain.Ticks()).ShouldBe(1);
        await Advance(grain, 2);
        (await grain.Ticks()).ShouldBe(2);
        await grain.Change(5 * Second, Timeout.InfiniteTimeSpan);
        await Advance(grain, 4);
        (await grain.Ticks()).ShouldBe(2);
        await Advance(grain, 2);
        (await grain.Ticks()).ShouldBe(3);
        await Advance(grain, 20);
        (await grain.Ticks()).ShouldBe(3, "an infinite period means no further tick");
        await grain.Change(Second, Second);
        await grain.Stop();
        await Advance(grain, 5);
        (await grain.Ticks()).ShouldBe(3);
    }

    [Fact]
    public async Task A_tick_is_a_request_like_any_other_unless_it_interleaves()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var waits = cluster.Client.GetGrain<ITicker>("waits");
        var interleaves = cluster.Client.GetGrain<ITicker>("interleaves");
        await waits.Start(Second, Second, interleave: false, keepAlive: false);
        await interleaves.Start(Second, Second, interleave: true, keepAlive: false);
        var calls = new[] { waits.Hold("hold"), interleaves.Hold("hold") };
        await _probe.Await("waits hold");
        await _probe.Await("interleaves hold");
        _time.Advance(1.1 * Second);
        (await waits.TicksNow()).ShouldBe(0);
        (await interleaves.TicksNow()).ShouldBe(1);
        _probe.Open("hold");
        await Task.WhenAll(calls);
        (await waits.Ticks()).ShouldBe(1);
    }

    [Fact]
    public async Task A_tick_that_fails_does_not_stop_the_timer()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var grain = cluster.Client.GetGrain<ITicker>("fails");
        await grain.Start(Second, Second, interleave: false, keepAlive: false);
        await Advance(grain, 1);
        await Advance(grain, 1);
        (await grain.Ticks()).ShouldBe(2);
    }

    [Fact]
    public async Task Timers_end_with_their_activation_and_only_keep_alive_ones_keep_it()
    {
        await using var cluster = await TestClusters.Start(_time, _probe, silo => silo.Configure<GrainCollectionOptions>(o =>
        {
            o.CollectionAge = TimeSpan.FromMinutes(2);
            o.CollectionQuantum = TimeSpan.FromSeconds(30);
        }));
        var kept = cluster.Client.GetGrain<ITicker>("kept");
        await kept.Start(10 * Second, 10 * Second, interleave: false, keepAlive: true);
        await cluster.Client.GetGrain<ITicker>("lost").Start(10 * Second, 10 * Second, interleave: false, keepAlive: false);
        for (var i = 0; i < 20; i++)
        {
            _time.Advance(10 * Second);
            await _probe.Await("kept tick");
            _probe.Reset("kept tick");
            // The next tick is armed, by the time there is now, once this one is over.
            await TestClusters.TurnOver(cluster, kept.GetGrainId());
        }

        await _probe.Await("lost token");
        _probe.Log.ShouldContain("lost deactivated");
        _probe.Log.ShouldNotContain("kept deactivated");
    }

    // Asking the grain afterwards waits for the tick: its mailbox is in order.
    private async Task Advance(ITicker grain, double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await grain.TicksNow();
        await grain.Ticks();
    }
}

internal interface ITicker : IGrainWithStringKey
{
    Task Start(TimeSpan due, TimeSpan period, bool interleave, bool keepAlive);

    Task Change(TimeSpan due, TimeSpan period);

    Task Stop();

    Task Hold(string name);

    Task<int> Ticks();

    [Orleans.Concurrency.AlwaysInterleave]
    Task<int> TicksNow();
}

internal sealed class TickerGrain(Probe probe) : Grain, ITicker
{
    private IGrainTimer? _timer;
    private int _ticks;

    private string Name => this.GetPrimaryKeyString();

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Log.Enqueue($"{Name} deactivated");
        return Task.CompletedTask;
    }

    public Task Start(TimeSpan due, TimeSpan period, bool interleave, bool keepAlive)
    {
        _timer = this.RegisterGrainTimer(
            static (grain, token) => grain.Tick(token),
            this,
            new GrainTimerCreationOptions(due, period) { Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public async Task Hold(string name)
    {
        probe.Open($"{Name} {name}");
        await probe.Gate(name);
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public Task<int> TicksNow() => Task.FromResult(_ticks);

    private Task Tick(CancellationToken token)
    {
        if (_ticks++ == 0)
        {
            token.Register(() => probe.Open($"{Name} token"));
        }

        probe.Open($"{Name} tick");
        return Name == "fails" ? throw new NotSupportedException("as asked") : Task.CompletedTask;
    }
}
