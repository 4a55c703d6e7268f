using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

public class TurnTests
{
    private readonly Probe _probe = new();

    [Fact]
    public async Task A_request_waits_until_the_one_before_has_ended()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = Grain(cluster);
        var first = grain.Pass("a");
        await _probe.Await("a in");
        var second = grain.Pass("b");
        _probe.Open("b");
        (await grain.Interleaved(_probe)).ShouldBe(["activate", "a in", "i in", "i out"]);
        _probe.Open("a");
        await Task.WhenAll(first, second);
        _probe.Log.ShouldBe(["activate", "a in", "i in", "i out", "a out", "b in", "b out"]);
    }

    [Fact]
    public async Task Requests_to_a_reentrant_grain_interleave()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = cluster.Client.GetGrain<IReentrantGateKeeper>("a");
        var first = grain.Pass("a");
        await _probe.Await("a in");
        var second = grain.Pass("b");
        await _probe.Await("b in");
        _probe.Open("b");
        await second;
        _probe.Open("a");
        await first;
        _probe.Log.ShouldBe(["activate", "a in", "b in", "b out", "a out"]);
    }

    [Fact]
    public async Task Read_only_requests_interleave_with_each_other_and_not_with_others()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = Grain(cluster);
        var first = grain.ReadOnly("a");
        var second = grain.ReadOnly("b");
        await _probe.Await("a in");
        await _probe.Await("b in");
        var writer = grain.Pass("w");
        var third = grain.ReadOnly("c");
        _probe.Open("w");
        _probe.Open("c");
        (await grain.Interleaved(_probe)).ShouldBe(["activate", "a in", "b in", "i in", "i out"]);
        _probe.Open("b");
        _probe.Open("a");
        await Task.WhenAll(first, second, writer, third);
        _probe.Log.Skip(5).ShouldBe(["b out", "a out", "w in", "w out", "c in", "c out"], "a reader does not overtake a waiting writer");
    }

    [Fact]
    public async Task A_request_that_always_interleaves_does_not_hold_up_the_next()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = Grain(cluster);
        var parked = grain.Interleave("p");
        await _probe.Await("p in");
        _probe.Open("a");
        await grain.Pass("a");
        _probe.Open("p");
        await parked;
    }

    [Fact]
    public async Task Turns_never_run_at_the_same_moment()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = cluster.Client.GetGrain<IReentrantGateKeeper>("a");
        var calls = Enumerable.Range(0, 2000).Select(i => Task.Run(() => grain.Pass($"{i % 10}"))).ToArray();
        await _probe.Await("3 in");
        Enumerable.Range(0, 10).ToList().ForEach(i => _probe.Open($"{i}"));
        await Task.WhenAll(calls);
        _probe.Log.Count(l => l == "two turns at once").ShouldBe(0);
        _probe.Log.Count(l => l.EndsWith("out", StringComparison.Ordinal)).ShouldBe(2000);
    }

    [Fact]
    public async Task A_one_way_call_returns_before_it_is_executed()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        await Grain(cluster).Notify("n");
        await _probe.Await("n in");
        _probe.Open("n");
    }

    [Fact]
    public async Task The_request_context_travels_with_the_call_and_not_to_the_next_one()
    {
        await using var cluster = await TestClusters.Start(probe: _probe);
        var grain = Grain(cluster);
        var first = grain.Pass("hold");
        await _probe.Await("hold in");
        Orleans.Runtime.RequestContext.Set("who", "me");
        var mine = grain.Context("who");
        Orleans.Runtime.RequestContext.Clear();
        var nobodys = grain.Context("who");
        _probe.Open("hold");
        await first;
        (await mine).ShouldBe("me");
        (await nobodys).ShouldBeNull();
    }

    private static IGateKeeper Grain(Orleans.TestingHost.InProcessTestCluster cluster) =>
        cluster.Client.GetGrain<IGateKeeper>("a", typeof(GateKeeperGrain).FullName);
}

internal static class GateKeeperExtensions
{
    /// <summary>The log after a request that overtook all waiting ones.</summary>
    public static async Task<string[]> Interleaved(this IGateKeeper grain, Probe probe)
    {
        probe.Open("i");
        await grain.Interleave("i");
        return [.. probe.Log];
    }
}
