using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.TestingHost;
using Orleans.Transport;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>Several silos in one process, over the connections of real ones.</summary>
public class ClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Probe _probe = new();
    private readonly Ledger _ledger = new();

    [Fact]
    public async Task Grains_live_on_all_silos_and_each_grain_on_one()
    {
        await using var cluster = await Start(3);
        var homes = await Homes(cluster, 90);
        homes.Values.Distinct().Count().ShouldBe(3);
        _ledger.Moves.Count.ShouldBe(90);
        // From another silo the same grain is the same activation.
        foreach (var (key, home) in homes.Take(10))
        {
            (await cluster.Client.GetGrain<ITraveller>("asking").WhereIs(key)).ShouldBe(home);
        }

        _ledger.Moves.Count(m => m.StartsWith('+')).ShouldBe(91);
    }

    [Fact]
    public async Task Arguments_results_and_context_travel()
    {
        await using var cluster = await Start(2);
        RequestContext.Set("who", "ann");
        for (var i = 0; i < 10; i++)
        {
            var grain = cluster.Client.GetGrain<ITraveller>($"{i}");
            var parcel = await grain.Echo(new Parcel("grüße", [1, 2, 3]));
            parcel.Text.ShouldBe("grüße");
            parcel.Numbers.ShouldBe([1, 2, 3]);
            (await grain.Reverse([1, 2, 3])).ShouldBe([3, 2, 1]);
            (await grain.Context("who")).ShouldBe("ann");
            (await grain.Context("what")).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Exceptions_keep_their_type_where_both_sides_know_it()
    {
        await using var cluster = await Start(2);
        var grain = cluster.Client.GetGrain<ITraveller>("a");
        (await Should.ThrowAsync<NotSupportedException>(() => grain.Throw("known"))).Message.ShouldBe("known to all");
        var marked = await Should.ThrowAsync<OutOfStockException>(() => grain.Throw("marked"));
        (marked.Message, marked.Left).ShouldBe(("sold out", 3));
        var unknown = await Should.ThrowAsync<UnavailableExceptionFallbackException>(() => grain.Throw("peculiar"));
        (unknown.Message, unknown.ExceptionType).ShouldBe(("code 7", typeof(PeculiarException).FullName));
        unknown.StackTrace.ShouldNotBeNull().ShouldContain(nameof(TravellerGrain));
    }

    [Fact]
    public async Task Cancellation_and_deadlines_cross_to_other_silos()
    {
        await using var cluster = await Start(2);
        var grain = cluster.Client.GetGrain<ITraveller>("a");
        using var cancellation = new CancellationTokenSource();
        var call = grain.Wait("gate", cancellation.Token);
        await _probe.Await("gate in");
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(call);
        await _probe.Await("gate cancelled");

        await Should.ThrowAsync<TimeoutException>(() => cluster.Client.GetGrain<ITraveller>("b").Slow("slow"));
        _probe.Open("slow");
        await cluster.Client.GetGrain<ITraveller>("c").Signal("signal");
        await _probe.Await("signal");
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_and_the_connection_goes_on()
    {
        await using var cluster = await Start(2);
        var other = cluster.Client.GetGrain<ITraveller>("b");
        (await other.Weigh(new byte[1_000_000])).ShouldBe(1_000_000);
        (await other.Fill(3_000_000)).Length.ShouldBe(3_000_000);
        var waiting = cluster.Client.GetGrain<ITraveller>("a").Wait("gate", CancellationToken.None);
        await _probe.Await("gate in");
        await Should.ThrowAsync<OrleansException>(() => other.Weigh(new byte[TransportLimits.MaxFrameBytes]).AsTask());
        await Should.ThrowAsync<OrleansException>(() => other.Fill(TransportLimits.MaxFrameBytes).AsTask());
        _probe.Open("gate");
        (await waiting).ShouldBe(1, "a call on the same connections");
    }

    [Fact]
    public async Task When_a_silo_is_killed_its_calls_fail_and_its_grains_live_elsewhere_at_once()
    {
        await using var cluster = await Start(3);
        var homes = await Homes(cluster, 60);
        var victim = cluster.Silos[1];
        var lost = homes.First(h => h.Value.Equals(victim.SiloAddress)).Key;
        var call = cluster.Client.GetGrain<ITraveller>(lost).Wait("gate", CancellationToken.None);
        await _probe.Await("gate in");
        await cluster.KillSiloAsync(victim);
        (await Should.ThrowAsync<SiloUnavailableException>(call)).Message.ShouldContain("unknown");

        var after = await Homes(cluster, 60);
        after.Values.ShouldNotContain(victim.SiloAddress);
        after.Where(h => !homes[h.Key].Equals(victim.SiloAddress)).ShouldAllBe(h => homes[h.Key].Equals(h.Value));
    }

    [Fact]
    public async Task A_silo_that_joins_takes_its_share_and_nothing_else_moves()
    {
        await using var cluster = await Start(2);
        var before = await Homes(cluster, 200);
        var joined = await cluster.StartAdditionalSiloAsync();
        var after = await Homes(cluster, 200);
        var moved = after.Where(h => !before[h.Key].Equals(h.Value)).ToArray();
        moved.Length.ShouldBeInRange(30, 110);
        moved.ShouldAllBe(h => h.Value.Equals(joined.SiloAddress));
        // The new homes serve before the old activations have ended.
        await Task.WhenAll(moved.Select(h => _probe.Await($"{h.Key} left")));
        _ledger.Moves.Count(m => m.EndsWith("Migrating", StringComparison.Ordinal)).ShouldBe(moved.Length);
    }

    [Fact]
    public async Task Calls_that_wait_where_a_grain_was_are_forwarded_before_the_old_activation_has_ended()
    {
        await using var cluster = await Start(2);
        var grains = Enumerable.Range(0, 60).Select(i => cluster.Client.GetGrain<ITraveller>($"{i}")).ToArray();
        var held = grains.Select(g => g.Hold("end")).ToArray();
        foreach (var i in Enumerable.Range(0, 60))
        {
            await _probe.Await($"{i} holds");
        }

        var waiting = grains.Select(g => g.Where().AsTask()).ToArray();
        var joined = await cluster.StartAdditionalSiloAsync();
        var views = joined.ServiceProvider.GetRequiredService<Silo>().Others!.Views!;
        var moved = Enumerable.Range(0, 60).Where(i => joined.SiloAddress.Equals(views.HomeOf(grains[i].GetGrainId()))).ToArray();
        moved.ShouldNotBeEmpty();
        foreach (var i in moved)
        {
            (await waiting[i].WaitAsync(Patience)).ShouldBe(joined.SiloAddress);
            held[i].IsCompleted.ShouldBeFalse();
        }

        Enumerable.Range(0, 60).Except(moved).ShouldAllBe(i => !waiting[i].IsCompleted);
        _probe.Open("end");
        await Task.WhenAll([.. held, .. waiting]).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_graceful_stop_hands_over_under_load_without_losing_or_repeating_a_command()
    {
        await using var cluster = await Start(3);
        var load = new Load(cluster.Client, grains: 40);
        var running = load.Run(callers: 20);
        await load.Reached(500);
        await cluster.StopSiloAsync(cluster.Silos[2]);
        await load.Reached(2000);
        await cluster.StartAdditionalSiloAsync();
        await load.Reached(4000);
        await cluster.RestartSiloAsync(cluster.Silos[0]);
        await load.Reached(6000);
        load.Stop();
        await running;
        load.Judge(_ledger);
    }

    [Fact]
    public async Task Kills_under_load_lose_nothing_acknowledged_and_repeat_only_what_the_caller_was_told_is_unknown()
    {
        await using var cluster = await Start(3);
        var load = new Load(cluster.Client, grains: 40);
        var running = load.Run(callers: 20);
        for (var round = 1; round <= 4; round++)
        {
            await load.Reached(round * 1000);
            await cluster.KillSiloAsync(cluster.Silos[round % 3]);
            await cluster.StartAdditionalSiloAsync();
        }

        await load.Reached(6000);
        load.Stop();
        await running;
        load.Judge(_ledger);
    }

    [Fact]
    public async Task What_a_killed_silo_has_left_to_run_blocks_no_thread_of_the_pool()
    {
        await using var cluster = await Start(1);
        var calls = new List<Task>();
        for (var i = 0; i < 200; i++)
        {
            calls.Add(cluster.Client.GetGrain<ITraveller>($"{i}").Wait("gate", CancellationToken.None));
            await _probe.Await("gate in");
            _probe.Reset("gate in");
        }

        await cluster.KillSiloAsync(cluster.Silos[0]);
        // Two hundred activations are woken; with a thread blocked for each, this test would take minutes.
        _probe.Open("gate");
        await Should.ThrowAsync<SiloUnavailableException>(Task.WhenAll(calls));
        var turns = Enumerable.Range(0, 1000).Select(_ => Task.Run(() => 1));
        (await Task.WhenAll(turns).WaitAsync(Patience)).Sum().ShouldBe(1000);
    }

    [Fact]
    public async Task The_management_grain_knows_the_hosts_of_the_cluster()
    {
        await using var cluster = await Start(2);
        var gone = cluster.Silos[0].SiloAddress;
        await cluster.StopSiloAsync(cluster.Silos[0]);
        var management = cluster.Client.GetGrain<IManagementGrain>(0);
        var hosts = await management.GetHosts();
        (hosts.Count, hosts[gone], hosts[cluster.Silos[0].SiloAddress]).ShouldBe((2, SiloStatus.Dead, SiloStatus.Active));
        (await management.GetHosts(onlyActive: true)).Keys.ShouldBe([cluster.Silos[0].SiloAddress]);
    }

    private static async Task<Dictionary<string, SiloAddress>> Homes(InProcessTestCluster cluster, int grains)
    {
        var homes = new Dictionary<string, SiloAddress>();
        for (var i = 0; i < grains; i++)
        {
            homes[$"{i}"] = await cluster.Client.GetGrain<ITraveller>($"{i}").Where().AsTask().WaitAsync(Patience);
        }

        return homes;
    }

    private async Task<InProcessTestCluster> Start(short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) => silo.Services.AddSingleton(_probe).AddSingleton(_ledger));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
