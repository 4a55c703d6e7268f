using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.TestingHost;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>What becomes of calls that wait while their grain's home moves.</summary>
public sealed class HandOverTests
{
    // In real time, for what must happen on a machine that is busy with other things.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Probe _probe = new();
    private readonly ConcurrentDictionary<string, SlowMembership> _memberships = new();

    [Fact]
    public async Task A_hand_over_to_another_silo_is_one_forward_and_the_next_activation_may_still_be_waited_for()
    {
        await using var cluster = await Start(2);
        var old = cluster.Silos[0];
        var ours = Homed(cluster.Client, old, 61);
        var held = ours[1..].Select(g => g.Hold("old")).ToArray();
        await Task.WhenAll(ours[1..].Select(g => _probe.Await($"{g.GetPrimaryKeyString()} holds")));
        var waiting = ours[1..].Select(g => g.Where().AsTask()).ToArray();
        // Sent later on the same connection: once it is answered, those before it are in their mailboxes.
        await ours[0].Where();

        // The old silo does not hear of the third one: what waits there goes on waiting.
        _memberships[old.Name].Hold();
        var joined = await cluster.StartAdditionalSiloAsync();
        var there = SiloOf(joined);
        var moved = Array.FindIndex(ours[1..], g => joined.SiloAddress.Equals(there.Others!.Views!.HomeOf(g.GetGrainId())));
        var grain = ours[1 + moved];

        // The new home's own activation is busy, and is to end when it is not.
        _probe.Reset($"{grain.GetPrimaryKeyString()} holds");
        var busy = joined.ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<ITraveller>(grain.GetPrimaryKeyString()).Hold("new");
        await _probe.Await($"{grain.GetPrimaryKeyString()} holds");
        there.Activations.Find(grain.GetGrainId())!.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "asked for"));
        _memberships[old.Name].Release();
        await Turn(SiloOf(old).Activations.Find(grain.GetGrainId())!);
        await Homed(old.ServiceProvider.GetRequiredService<IGrainFactory>(), joined, 2).First(g => !g.GetGrainId().Equals(grain.GetGrainId())).Where();
        _probe.Open("new");
        (await waiting[moved].WaitAsync(Patience)).ShouldBe(joined.SiloAddress);
        _probe.Open("old");
        await Task.WhenAll([.. held, busy]).WaitAsync(Patience);
    }

    [Fact]
    public async Task A_silo_serves_cold_grains_until_others_are_their_homes()
    {
        await using var cluster = await Start(2);
        var leaver = cluster.Silos[0];
        var (warm, cold) = (Homed(cluster.Client, leaver, 2)[0], Homed(cluster.Client, leaver, 2)[1]);
        await warm.Where();
        _memberships[leaver.Name].Leaving = () =>
        {
            _probe.Open("leaving");
            return _probe.Gate("left");
        };
        var stopping = cluster.StopSiloAsync(leaver);
        await _probe.Await("leaving");
        leaver.IsActive.ShouldBeFalse("it says at once that it stops");
        (await cold.Where()).ShouldBe(leaver.SiloAddress);
        _probe.Open("left");
        await stopping.WaitAsync(Patience);
        (await warm.Where()).ShouldBe(cluster.Silos[0].SiloAddress);
        (await cold.Where()).ShouldBe(cluster.Silos[0].SiloAddress);
    }

    [Fact]
    public async Task A_silo_that_is_killed_while_it_hands_over_waits_for_nothing_and_nobody_waits_for_it()
    {
        await using var cluster = await Start(2);
        var victim = cluster.Silos[0];
        var local = Homed(victim.ServiceProvider.GetRequiredService<IGrainFactory>(), victim, 1)[0];
        var held = local.Hold("held");
        await _probe.Await($"{local.GetPrimaryKeyString()} holds");
        _memberships[victim.Name].Leaving = () =>
        {
            _probe.Open("leaving");
            return _probe.Gate("left");
        };
        var stopping = SiloOf(victim).Stop(CancellationToken.None);
        await _probe.Await("leaving");
        SiloOf(victim).Kill();
        _probe.Open("left");
        await stopping.WaitAsync(Patience);
        (await Should.ThrowAsync<SiloUnavailableException>(held.WaitAsync(Patience))).Message.ShouldContain("unknown");
    }

    private static ITraveller[] Homed(IGrainFactory factory, InProcessSiloHandle silo, int count)
    {
        var views = SiloOf(silo).Others!.Views!;
        return [.. Enumerable.Range(0, 10_000).Select(i => factory.GetGrain<ITraveller>($"{i}"))
            .Where(g => silo.SiloAddress.Equals(views.HomeOf(g.GetGrainId()))).Take(count)];
    }

    /// <summary>Done when what is in the mailbox now has had its turn.</summary>
    private static Task Turn(Activation activation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        activation.Enqueue(static state => ((TaskCompletionSource)state!).SetResult(), done);
        return done.Task.WaitAsync(Patience);
    }

    private static Silo SiloOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<Silo>();

    private async Task<InProcessTestCluster> Start(short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((options, silo) =>
        {
            silo.Services.AddSingleton(_probe).AddSingleton(new Ledger());
            SlowMembership.Wrap(silo.Services, membership => _memberships[options.SiloName] = membership);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
