using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.TestingHost;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>What reminders do on every store. Memory and DynamoDB each run it.</summary>
public abstract class ReminderTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    internal ManualTime Time { get; } = new();

    internal Probe Probe { get; } = new();

    [Fact]
    public async Task A_reminder_ticks_when_due_and_each_period_also_after_deactivation_until_unregistered()
    {
        await using var cluster = await Start();
        var grain = cluster.Client.GetGrain<IReminded>("a");
        await grain.Register("r", 2 * Minute, 3 * Minute);
        Time.Advance(1.9 * Minute);
        (await grain.Ticks()).ShouldBe(0);
        await Tick(0.2);
        await grain.Forget();
        await Tick(3);
        (await grain.Unregister("r")).ShouldBe(true);
        (await grain.Unregister("r")).ShouldBe(false);
        Time.Advance(10 * Minute);
        Probe.Log.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Registering_again_replaces_the_reminder()
    {
        await using var cluster = await Start();
        var grain = cluster.Client.GetGrain<IReminded>("a");
        await grain.Register("r", 1 * Minute, 1 * Minute);
        await grain.Register("r", 5 * Minute, 5 * Minute);
        (await grain.Names()).ShouldBe(["r"]);
        Time.Advance(4.9 * Minute);
        (await grain.Ticks()).ShouldBe(0);
        await Tick(0.2);
    }

    [Fact]
    public async Task A_period_below_the_minimum_is_refused()
    {
        await using var cluster = await Start();
        await Should.ThrowAsync<ArgumentException>(() => cluster.Client.GetGrain<IReminded>("a").Register("r", Minute, Minute / 2));
    }

    internal abstract void Configure(ISiloBuilder silo);

    internal Task<InProcessTestCluster> Start() => TestClusters.Start(Time, Probe, Configure);

    internal async Task Tick(double minutes)
    {
        Probe.Reset("tick");
        Time.Advance(minutes * Minute);
        await Probe.Await("tick");
    }
}

public sealed class MemoryReminderTests : ReminderTests
{
    internal override void Configure(ISiloBuilder silo) => silo.UseInMemoryReminderService();
}

[Collection(nameof(LocalDatabase))]
public sealed class DynamoReminderTests(LocalDatabase database) : ReminderTests
{
    [Fact]
    public async Task Reminders_survive_a_killed_silo_and_missed_ticks_are_skipped()
    {
        await using var cluster = await Start();
        await cluster.Client.GetGrain<IReminded>("a").Register("r", TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10));
        await cluster.KillSiloAsync(cluster.Silos[0]);
        Time.Advance(TimeSpan.FromMinutes(15));
        await cluster.StartAdditionalSiloAsync();
        Time.Advance(TimeSpan.FromMinutes(6));
        Probe.Log.ShouldBeEmpty();
        await Tick(1.1);
        Probe.Log.ShouldBe(["r first=12:02 now=12:22"]);
    }

    [Fact]
    public async Task Each_of_several_silos_calls_the_reminders_of_its_grains_also_those_of_a_silo_that_left()
    {
        var builder = new InProcessTestClusterBuilder(3);
        // A clock that stands still meanwhile: with a real one a slow machine would see ticks while the silo leaves, and those may come twice.
        builder.ConfigureHost(host => host.Services.AddSingleton<TimeProvider>(Time));
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseDynamoDBReminderService(database.Reminders);
            silo.Services.AddSingleton(Probe);
        });
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        string[] names = [.. Enumerable.Range(0, 30).Select(i => $"shared {i}")];
        await Task.WhenAll(names.Select(name => cluster.Client.GetGrain<IReminded>(name).Register(name, TimeSpan.FromSeconds(20), TimeSpan.FromHours(1))));
        await cluster.StopSiloAsync(cluster.Silos[1]);
        await Task.WhenAll(cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<ReminderService>().Reread(default)));
        Time.Advance(TimeSpan.FromSeconds(20));
        await Task.WhenAll(names.Select(Probe.Gate)).WaitAsync(TimeSpan.FromSeconds(90));
        Probe.Log.Count.ShouldBe(names.Length, "each silo calls its own only");
    }

    internal override void Configure(ISiloBuilder silo) => silo.UseDynamoDBReminderService(database.Reminders);
}

internal interface IReminded : IGrainWithStringKey
{
    Task Register(string name, TimeSpan due, TimeSpan period);

    Task<bool> Unregister(string name);

    Task<string[]> Names();

    Task<int> Ticks();

    Task Forget();
}

internal sealed class RemindedGrain(Probe probe) : Grain, IReminded, IRemindable
{
    private int _ticks;

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        _ticks++;
        probe.Log.Enqueue($"{reminderName} first={status.FirstTickTime:HH:mm} now={status.CurrentTickTime:HH:mm}");
        probe.Open("tick");
        probe.Open(reminderName);
        return Task.CompletedTask;
    }

    public Task Register(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task<bool> Unregister(string name)
    {
        if (await this.GetReminder(name) is not { } reminder)
        {
            return false;
        }

        await this.UnregisterReminder(reminder);
        return true;
    }

    public async Task<string[]> Names() => [.. (await this.GetReminders()).Select(r => r.ReminderName)];

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public Task Forget()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
