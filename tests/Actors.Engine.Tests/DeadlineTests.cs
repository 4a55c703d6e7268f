using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

public class DeadlineTests
{
    private readonly Probe _probe = new();
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_call_times_out_for_its_caller_and_its_late_result_is_ignored()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var grain = Grain(cluster);
        var slow = grain.Slow("s");
        var usual = grain.Interleave("u");
        await _probe.Await("s in");
        await _probe.Await("u in");
        _time.Advance(TimeSpan.FromSeconds(4.9));
        slow.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.2));
        await Should.ThrowAsync<TimeoutException>(slow);
        usual.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(25));
        await Should.ThrowAsync<TimeoutException>(usual);
        _probe.Open("s");
        _probe.Open("u");
        await grain.Incarnation();
    }

    [Fact]
    public async Task A_call_whose_caller_has_gone_before_its_turn_is_never_executed()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var grain = Grain(cluster);
        var first = grain.Pass("a");
        await _probe.Await("a in");
        var second = grain.Slow("never");
        _time.Advance(TimeSpan.FromSeconds(6));
        await Should.ThrowAsync<TimeoutException>(second);
        _probe.Open("a");
        await first;
        await grain.Incarnation();
        _probe.Log.ShouldBe(["activate", "a in", "a out"]);
    }

    [Fact]
    public async Task Cancelling_reaches_the_grain_and_the_caller()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        using var cancellation = new CancellationTokenSource();
        var call = Grain(cluster).Cancellable("c", cancellation.Token);
        await _probe.Await("c in");
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);
        await _probe.Await("c cancelled");
    }

    [Fact]
    public async Task A_token_cancelled_beforehand_sends_nothing()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var call = Grain(cluster).Cancellable("c", new CancellationToken(canceled: true));
        await Should.ThrowAsync<OperationCanceledException>(call);
        await Grain(cluster).Incarnation();
        _probe.Gate("c in").IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_time_out_cancels_the_token_of_the_grain()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var call = Grain(cluster).Cancellable("c", CancellationToken.None);
        await _probe.Await("c in");
        _time.Advance(TimeSpan.FromSeconds(31));
        await Should.ThrowAsync<TimeoutException>(call);
        await _probe.Await("c cancelled");
    }

    [Fact]
    public async Task Shutting_down_cancels_the_tokens_of_requests_under_way()
    {
        await using var cluster = await TestClusters.Start(_time, _probe);
        var call = Grain(cluster).Cancellable("c", CancellationToken.None);
        await _probe.Await("c in");
        await cluster.StopSiloAsync(cluster.Silos[0]);
        await _probe.Await("c cancelled");
        await Should.ThrowAsync<OperationCanceledException>(call);
        _probe.Log.ShouldBe(["activate", "deactivate ShuttingDown"]);
    }

    [Fact]
    public async Task A_full_mailbox_rejects_at_once_and_loses_nothing_it_took()
    {
        await using var cluster = await TestClusters.Start(
            _time, _probe, silo => silo.Configure<SiloMessagingOptions>(o => o.MaxEnqueuedRequestsHardLimit = 10));
        var grain = Grain(cluster);
        var taken = Enumerable.Range(0, 10).Select(_ => grain.Pass("a")).ToArray();
        await Should.ThrowAsync<OrleansMessageRejectionException>(() => grain.Pass("b"));
        _probe.Open("a");
        await Task.WhenAll(taken);
        await grain.Incarnation();
    }

    private static IGateKeeper Grain(Orleans.TestingHost.InProcessTestCluster cluster) =>
        cluster.Client.GetGrain<IGateKeeper>("a", typeof(GateKeeperGrain).FullName);
}
