using System.Collections.Immutable;
using System.Diagnostics;
using Orleans;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Actors.Engine.Tests;

/// <summary>These measure, or want both processors.</summary>
[CollectionDefinition(nameof(StressTests), DisableParallelization = true)]
public sealed class StressCollection;

[Collection(nameof(StressTests))]
public class StressTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Calls_are_executed_exactly_once_while_activations_come_and_go()
    {
        const int Callers = 8;
        const int Calls = 2000;
        var probe = new Probe();
        await using var cluster = await TestClusters.Start(
            probe: probe, silo: s => Orleans.Hosting.SiloBuilderExtensions.Configure<Orleans.Configuration.SiloMessagingOptions>(s, o => o.MaxForwardCount = int.MaxValue));
        var grains = Enumerable.Range(0, 3).Select(i => cluster.Client.GetGrain<IRestless>($"{i}")).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < Calls; i++)
            {
                await grains[i % grains.Length].Execute($"{caller}-{i}", leave: i % 7 == caller % 7);
            }
        })));
        probe.Log.Count.ShouldBe(Callers * Calls);
        probe.Log.Distinct().Count().ShouldBe(Callers * Calls);
    }

    [Fact]
    public async Task Arguments_and_results_that_can_change_are_copied_and_others_are_not()
    {
        await using var cluster = await TestClusters.Start();
        var grain = cluster.Client.GetGrain<IRestless>("a");
        var words = new List<string> { "a" };
        var kept = await grain.Keep(words);
        words.Add("b");
        (await grain.Keep(null)).ShouldBe(["a"]);
        kept.Add("c");
        (await grain.Keep(null)).ShouldBe(["a"]);
        var cat = new Cat("Tom", 9);
        (await grain.Same(cat)).ShouldBeSameAs(cat);
        var cats = ImmutableArray.Create(cat);
        (await grain.SameAll(cats)).ShouldBe(cats);
    }

    /// <summary>Not a limit, a figure to watch: what one call costs, alone and many at once.</summary>
    [Fact]
    public async Task Measure_calls()
    {
        const int Calls = 200_000;
        const int Window = 64;
        await using var cluster = await TestClusters.Start();
        var grain = cluster.Client.GetGrain<ICounter>("a");
        for (var i = 0; i < 20_000; i++)
        {
            await grain.AddFast(new Sum(1));
        }

        var one = await Timed(Calls, () => grain.AddFast(new Sum(1)).AsTask());
        var many = await Timed(Calls, async () => await grain.AddFast(new Sum(1)), Window);
        output.WriteLine($"one caller: {one}; {Window} callers: {many}");
        (await grain.Value()).ShouldBe(20_000 + (2 * Calls));
    }

    private static async Task<string> Timed(int calls, Func<Task> call, int window = 1)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        var processor = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(Enumerable.Range(0, window).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < calls / window; i++)
            {
                await call();
            }
        })));
        var bytes = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        processor = Environment.CpuUsage.TotalTime - processor;
        return $"{watch.Elapsed.TotalMicroseconds / calls:F2} us, {processor.TotalMicroseconds / calls:F2} us of processor, {bytes / calls} bytes a call";
    }
}

internal interface IRestless : IGrainWithStringKey
{
    Task Execute(string id, bool leave);

    Task<List<string>> Keep(List<string>? words);

    ValueTask<Animal> Same(Animal animal);

    ValueTask<ImmutableArray<Cat>> SameAll(ImmutableArray<Cat> cats);
}

[Orleans.Concurrency.Reentrant]
internal sealed class RestlessGrain(Probe probe) : Grain, IRestless
{
    private List<string> _words = [];

    public async Task Execute(string id, bool leave)
    {
        await Task.Yield();
        probe.Log.Enqueue(id);
        if (leave)
        {
            DeactivateOnIdle();
        }
    }

    public Task<List<string>> Keep(List<string>? words) => Task.FromResult(_words = words ?? _words);

    public ValueTask<Animal> Same(Animal animal) => new(animal);

    public ValueTask<ImmutableArray<Cat>> SameAll(ImmutableArray<Cat> cats) => new(cats);
}
