using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.TestingHost;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>Reminders that change while the store is read, and while their silos come and go.</summary>
public sealed class MovingReminderTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // In real time, for what must happen.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly Probe _probe = new();
    private readonly SharedReminderStore _store = new();
    private readonly ConcurrentDictionary<string, SlowMembership> _memberships = new();

    [Fact]
    public async Task A_slow_reading_does_not_undo_what_was_registered_meanwhile()
    {
        await using var cluster = await Start(1);
        var (reading, read) = (new TaskCompletionSource(), new TaskCompletionSource());
        _store.Reading = () =>
        {
            reading.TrySetResult();
            return read.Task;
        };
        // Without a context of its own, so that the reading goes on within SetResult.
        await Task.Run(() => _time.Advance(5 * Minute));
        await reading.Task.WaitAsync(Patience);
        await cluster.Client.GetGrain<IReminded>("a").Register("r", Minute, Minute);
        await Task.Run(read.SetResult);
        _time.Advance(Minute);
        await _probe.Gate("r").WaitAsync(Patience);
    }

    [Fact]
    public async Task What_is_registered_where_a_grain_was_after_its_new_home_has_read_the_store_is_called()
    {
        await using var cluster = await Start(2);
        var old = cluster.Silos[0];
        _memberships[old.Name].Hold();
        var grain = await Moving(cluster, old);
        await grain.Register("r", Minute, 60 * Minute);
        _memberships[old.Name].Release();
        _time.Advance(Minute);
        await _probe.Gate("r").WaitAsync(Patience);
    }

    [Fact]
    public async Task What_its_new_home_unregisters_is_not_called_where_a_grain_was()
    {
        await using var cluster = await Start(2);
        var old = cluster.Silos[0];
        _memberships[old.Name].Hold();
        var grain = await Moving(cluster, old);
        await grain.Register("r", Minute, 60 * Minute);
        _memberships[old.Name].Release();
        (await grain.Unregister("r")).ShouldBeTrue();
        _time.Advance(Minute);
        // Behind the tick on the same connection, if there was one.
        (await grain.Ticks()).ShouldBe(0);
    }

    /// <summary>A grain that is at home on the old silo, by the view that it is held at, and on one that joins now; called from the old one.</summary>
    private static async Task<IReminded> Moving(InProcessTestCluster cluster, InProcessSiloHandle old)
    {
        var before = old.ServiceProvider.GetRequiredService<Silo>().Others!.Views!;
        var joined = await cluster.StartAdditionalSiloAsync();
        var after = joined.ServiceProvider.GetRequiredService<Silo>().Others!.Views!;
        var factory = old.ServiceProvider.GetRequiredService<IGrainFactory>();
        return Enumerable.Range(0, 10_000).Select(i => factory.GetGrain<IReminded>($"{i}"))
            .First(g => old.SiloAddress.Equals(before.HomeOf(g.GetGrainId())) && joined.SiloAddress.Equals(after.HomeOf(g.GetGrainId())));
    }

    [Fact]
    public async Task A_silo_that_leaves_calls_its_reminders_and_takes_new_ones_until_it_has_gone()
    {
        await using var cluster = await Start(2);
        var leaver = cluster.Silos[0];
        var views = leaver.ServiceProvider.GetRequiredService<Silo>().Others!.Views!;
        var grain = Enumerable.Range(0, 1_000).Select(i => cluster.Client.GetGrain<IReminded>($"{i}"))
            .First(g => leaver.SiloAddress.Equals(views.HomeOf(g.GetGrainId())));
        await grain.Register("early", Minute, 60 * Minute);
        _memberships[leaver.Name].Leaving = () =>
        {
            _probe.Open("leaving");
            return _probe.Gate("left");
        };
        var stopping = cluster.StopSiloAsync(leaver);
        await _probe.Await("leaving");
        await grain.Register("late", 2 * Minute, 60 * Minute);
        _time.Advance(Minute);
        await _probe.Gate("early").WaitAsync(Patience);

        _probe.Open("left");
        await stopping.WaitAsync(Patience);
        _time.Advance(Minute);
        await _probe.Gate("late").WaitAsync(Patience);
    }

    private async Task<InProcessTestCluster> Start(short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureHost(host => host.Services.AddSingleton<TimeProvider>(_time));
        builder.ConfigureSilo((options, silo) =>
        {
            silo.Services.AddSingleton(_probe).AddSingleton(new Ledger()).AddSingleton<IReminderStore>(_store);
            SlowMembership.Wrap(silo.Services, membership => _memberships[options.SiloName] = membership);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
