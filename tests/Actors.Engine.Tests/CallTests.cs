using Orleans;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

public class CallTests
{
    [Fact]
    public async Task The_first_call_activates_the_grain_and_its_state_stays()
    {
        await using var cluster = await TestClusters.Start();
        var counter = cluster.Client.GetGrain<ICounter>("a");

        (await counter.Add(2)).ShouldBe(2);
        (await counter.AddFast(new Sum(3))).ShouldBe(new Sum(5));
        await counter.Nothing();
        (await cluster.Client.GetGrain<ICounter>("a").Value()).ShouldBe(5);
        (await cluster.Client.GetGrain<ICounter>("b").Value()).ShouldBe(0);
    }

    [Fact]
    public async Task A_derived_reference_can_be_held_as_its_base()
    {
        await using var cluster = await TestClusters.Start();
        ICounterBase counter = cluster.Client.GetGrain<ICounter>("a");
        await counter.AsReference<ICounter>().Add(1);
        (await counter.Value()).ShouldBe(1);
        counter.GetPrimaryKeyString().ShouldBe("a");
    }

    [Fact]
    public async Task A_callers_exception_is_the_one_that_the_grain_threw()
    {
        await using var cluster = await TestClusters.Start();
        var failure = await Should.ThrowAsync<NotSupportedException>(() => cluster.Client.GetGrain<ICounter>("a").Fail("no"));
        failure.Message.ShouldBe("no");
    }

    [Fact]
    public async Task A_grain_that_is_not_reentrant_runs_one_request_at_a_time()
    {
        await using var cluster = await TestClusters.Start();
        var counter = cluster.Client.GetGrain<ICounter>("a");
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => counter.Add(1)));
        (await counter.Value()).ShouldBe(1000);
    }
}
