using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.TestingHost;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>Silos that go by different views on a network that loses lines: what is promised to callers holds nevertheless.</summary>
public class DisagreementTests
{
    private readonly Probe _probe = new();
    private readonly Ledger _ledger = new();
    private readonly ConcurrentDictionary<string, SlowMembership> _memberships = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task No_command_is_lost_or_executed_twice_whatever_the_network_and_the_views_do(int seed)
    {
        var random = new Random(seed);
        var network = new FaultyNetwork(seed);
        await using var cluster = await Start(3, network);
        var load = new Load(cluster.Client, grains: 30);
        var running = load.Run(callers: 10);
        try
        {
            for (var step = 1; step <= 25; step++)
            {
                await load.Reached(step * 40);
                await Happen(random, network, cluster);
            }

            Heal(network);
            await load.Reached(1100);
            load.Stop();
            await running.WaitAsync(TimeSpan.FromSeconds(60));
            load.Judge(_ledger);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, {load}: {exception.Message}"), exception);
        }
    }

    [Fact]
    public async Task Two_silos_that_each_take_themselves_for_the_home_end_with_one_activation()
    {
        var network = new FaultyNetwork(seed: 0);
        await using var cluster = await Start(2, network);
        var keys = Enumerable.Range(0, 100).Select(i => $"{i}").ToArray();
        foreach (var key in keys)
        {
            await cluster.Client.GetGrain<ITraveller>(key).Where();
        }

        // The old silos do not hear of the third, which takes itself for the home of a share of the grains.
        Hold();
        var third = await cluster.StartAdditionalSiloAsync();
        var client = third.ServiceProvider.GetRequiredService<IGrainFactory>();
        var old = cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();
        var twice = 0;
        foreach (var key in keys)
        {
            var (here, there) = (await client.GetGrain<ITraveller>(key).Where(), await old.GetGrain<ITraveller>(key).Where());
            twice += here.Equals(there) ? 0 : 1;
        }

        twice.ShouldBeGreaterThan(10);
        Heal(network);
        foreach (var key in keys)
        {
            (await client.GetGrain<ITraveller>(key).Where()).ShouldBe(await old.GetGrain<ITraveller>(key).Where());
        }
    }

    [Fact]
    public async Task A_silo_that_hears_of_a_newer_view_from_a_caller_reads_it_before_it_serves()
    {
        var network = new FaultyNetwork(seed: 0);
        await using var cluster = await Start(1, network);
        await cluster.StartAdditionalSiloAsync();
        _memberships.Count.ShouldBe(2);
        Hold();
        await cluster.StartAdditionalSiloAsync();
        var versions = _memberships.Values.Select(m => m.Current.Version).Distinct().Count();
        versions.ShouldBe(2, "the third knows more");
        foreach (var membership in _memberships.Values)
        {
            // Readable again, but nothing is announced: only a caller's word leads to it.
            membership.Resume();
        }

        var third = cluster.Silos[2].ServiceProvider.GetRequiredService<IGrainFactory>();
        for (var i = 0; i < 50; i++)
        {
            await third.GetGrain<ITraveller>($"{i}").Where();
        }

        _memberships.Values.Select(m => m.Current.Version).Distinct().Count().ShouldBe(1);
    }

    private async Task Happen(Random random, FaultyNetwork network, InProcessTestCluster cluster)
    {
        switch (random.Next(8))
        {
            case 0:
                network.Part(cluster.Silos[random.Next(cluster.Silos.Count)].Name, cluster.Silos[random.Next(cluster.Silos.Count)].Name);
                break;
            case 1:
                // From one silo at a time: with none in reach there is nothing to see.
                network.Heal();
                network.Part("client", cluster.Silos[random.Next(cluster.Silos.Count)].Name);
                break;
            case 2:
                network.Heal();
                break;
            case 3:
                _memberships.Values.ElementAt(random.Next(_memberships.Count)).Hold();
                break;
            case 4:
                _memberships.Values.ElementAt(random.Next(_memberships.Count)).Release();
                break;
            case 5 when cluster.Silos.Count > 2:
                // Its calls on lines that are still open are answered "unknown"; the others hear of it at once or late.
                await cluster.KillSiloAsync(cluster.Silos[random.Next(cluster.Silos.Count)]);
                Heal(network);
                break;
            case 6 when cluster.Silos.Count < 4:
                await cluster.StartAdditionalSiloAsync();
                break;
            default:
                network.BreakOne();
                break;
        }
    }

    private void Hold()
    {
        foreach (var membership in _memberships.Values)
        {
            membership.Hold();
        }
    }

    private void Heal(FaultyNetwork network)
    {
        network.Heal();
        foreach (var membership in _memberships.Values)
        {
            membership.Release();
        }
    }

    private async Task<InProcessTestCluster> Start(short silos, FaultyNetwork network)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((options, silo) =>
        {
            silo.Services.AddSingleton(_probe).AddSingleton(_ledger).AddSingleton(network.For(options.SiloName));
            SlowMembership.Wrap(silo.Services, membership => _memberships[options.SiloName] = membership);
        });
        builder.ConfigureClient(client => client.Services.AddSingleton(network.For("client")));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
