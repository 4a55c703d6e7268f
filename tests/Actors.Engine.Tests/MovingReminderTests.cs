using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.TestingHost;
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
