using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>The membership protocol over a scripted network. What fails prints its seed.</summary>
public sealed class MembershipTests
{
    // Three misses, and a round in which each survivor votes; the other views follow within a few rounds.
    private const int RoundsToDeath = 4;
    private const int RoundsToKnow = 40;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_killed_silo_is_dead_within_four_rounds_and_nobody_else_is(int seed)
    {
        var cluster = new MembershipSimulation(seed);
        await cluster.Start(cluster.Random.Next(2, 7));
        var victim = cluster.Silos[cluster.Random.Next(cluster.Silos.Count)];
        victim.IsKilled = true;
        for (var i = 0; i < RoundsToDeath; i++)
        {
            await cluster.Round();
        }

        await cluster.Everyone(s => s.Agent.Look(default));
        foreach (var silo in cluster.Silos.Where(s => s != victim))
        {
            silo.Agent.Current.StatusOf(victim.Address).ShouldBe(SiloStatus.Dead, $"seed {seed}");
            silo.Agent.Current.StatusOf(silo.Address).ShouldBe(SiloStatus.Active, $"seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task The_last_survivor_goes_on_alone(int seed)
    {
        var cluster = new MembershipSimulation(seed);
        await cluster.Start(3);
        cluster.Silos[0].IsKilled = cluster.Silos[1].IsKilled = true;
        for (var i = 0; i < Patience + 1; i++)
        {
            await cluster.Round();
        }

        var survivor = cluster.Silos[2].Agent.Current;
        survivor.Members.Where(m => m.Status == SiloStatus.Active).ShouldHaveSingleItem().Silo.ShouldBe(cluster.Silos[2].Address);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_silo_that_is_cut_off_from_the_others_is_the_one_that_goes(int seed)
    {
        var cluster = new MembershipSimulation(seed);
        await cluster.Start(cluster.Random.Next(3, 7));
        var lonely = cluster.Silos[cluster.Random.Next(cluster.Silos.Count)];
        lonely.CutOffFrom.UnionWith(cluster.Silos.Where(s => s != lonely).Select(s => s.Address));
        for (var i = 0; i < RoundsToKnow; i++)
        {
            await cluster.Round();
        }

        lonely.Evictions.ShouldBe(1, $"seed {seed}");
        cluster.Silos.Where(s => s != lonely).ShouldAllBe(s => s.Evictions == 0, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_silo_whose_own_probes_reach_nobody_accuses_nobody(int seed)
    {
        var cluster = new MembershipSimulation(seed);
        await cluster.Start(cluster.Random.Next(2, 7));
        cluster.Silos[cluster.Random.Next(cluster.Silos.Count)].IsMute = true;
        for (var i = 0; i < RoundsToKnow; i++)
        {
            await cluster.Round();
        }

        cluster.Silos.ShouldAllBe(s => s.Evictions == 0, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Of_two_halves_that_do_not_reach_each_other_one_stays(int seed)
    {
        var cluster = new MembershipSimulation(seed);
        await cluster.Start(4);
        cluster.Silos[..2].ForEach(s => s.CutOffFrom.UnionWith(cluster.Silos[2..].Select(other => other.Address)));
        for (var i = 0; i < RoundsToKnow; i++)
        {
            await cluster.Round();
        }

        cluster.Silos.Count(s => s.Evictions == 0).ShouldBe(2, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Lost_probes_that_are_not_in_a_row_evict_nobody(int seed)
    {
        var cluster = new MembershipSimulation(seed);
        await cluster.Start(4);
        for (var i = 0; i < 100; i++)
        {
            // Never three rounds in a row.
            cluster.Silos.ForEach(s => s.Loss = i % 3 == 2 ? 0 : 0.5);
            await cluster.Round();
        }

        cluster.Silos.ShouldAllBe(s => s.Evictions == 0, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_paused_silo_is_evicted_and_finds_out_when_it_awakes(int seed)
    {
        var cluster = new MembershipSimulation(seed);
        await cluster.Start(3);
        var zombie = cluster.Silos[cluster.Random.Next(3)];
        zombie.IsPaused = true;
        for (var i = 0; i < RoundsToDeath; i++)
        {
            await cluster.Round();
        }

        zombie.IsPaused = false;
        await zombie.Agent.Awaken(default);
        zombie.Evictions.ShouldBe(1, $"seed {seed}");
        await zombie.Agent.Look(default);
        zombie.Evictions.ShouldBe(1, "once");
    }

    [Fact]
    public async Task Who_stood_still_accuses_nobody()
    {
        var cluster = new MembershipSimulation(1);
        await cluster.Start(3);
        var (sleeper, others) = (cluster.Silos[0], cluster.Silos[1..]);
        others.ForEach(s => s.IsPaused = true);
        await cluster.Round();
        await cluster.Round();
        await sleeper.Agent.Awaken(default);
        await cluster.Round();
        others.ForEach(s => s.IsPaused = false);
        await cluster.Round();
        await cluster.Everyone(s => s.Agent.Look(default));
        cluster.Silos.ShouldAllBe(s => s.Evictions == 0);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task While_the_table_does_not_answer_nobody_is_evicted(int seed)
    {
        var cluster = new MembershipSimulation(seed);
        await cluster.Start(4);
        cluster.TableIsDown = true;
        for (var i = 0; i < RoundsToKnow; i++)
        {
            await cluster.Round();
        }

        cluster.Silos.ShouldAllBe(s => s.Evictions == 0 && s.Agent.Current.Members.Count(m => m.Status == SiloStatus.Active) == 4, $"seed {seed}");
        cluster.TableIsDown = false;
        var victim = cluster.Silos[cluster.Random.Next(4)];
        victim.IsKilled = true;
        for (var i = 0; i < RoundsToKnow; i++)
        {
            await cluster.Round();
        }

        cluster.Silos.Where(s => s.Runs).ShouldAllBe(s => s.Agent.Current.StatusOf(victim.Address) == SiloStatus.Dead, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Views_never_go_back_whatever_happens(int seed)
    {
        var cluster = new MembershipSimulation(seed);
        await cluster.Start(3);
        for (var i = 0; i < 120; i++)
        {
            await Disturb(cluster);
            await cluster.Round();
        }

        cluster.TableIsDown = false;
        await cluster.Everyone(s => s.Agent.Look(default));
        foreach (var silo in cluster.Silos)
        {
            silo.Versions.SequenceEqual(silo.Versions.Order()).ShouldBeTrue($"seed {seed}");
            silo.Versions.Distinct().Count().ShouldBe(silo.Versions.Count, $"seed {seed}");
        }

        cluster.Deaths.Values.ShouldAllBe(times => times == 1, $"seed {seed}");
        var views = cluster.Silos.Where(s => s.Runs).Select(s => s.Agent.Current).ToArray();
        views.ShouldAllBe(v => v.Version == views[0].Version && v.Members.SequenceEqual(views[0].Members), $"seed {seed}");
    }

    private static int Patience => MembershipLimits.IsolationPatience * MembershipSimulation.Options.NumMissedProbesLimit;

    private static async Task Disturb(MembershipSimulation cluster)
    {
        var silo = cluster.Silos[cluster.Random.Next(cluster.Silos.Count)];
        switch (cluster.Random.Next(13))
        {
            case 0 when cluster.Silos.Count(s => s.Runs) > 1:
                silo.IsKilled = true;
                break;
            case 1:
                silo.IsPaused = !silo.IsPaused;
                break;
            case 2:
                silo.CutOffFrom.Add(cluster.Silos[cluster.Random.Next(cluster.Silos.Count)].Address);
                break;
            case 3:
                silo.CutOffFrom.Clear();
                break;
            case 4:
                cluster.TableIsDown = cluster.Random.Next(4) == 0;
                break;
            case 5 when cluster.Silos.Count < 12:
                cluster.TableIsDown = false;
                await cluster.Add();
                break;
            case 7:
                silo.IsMute = !silo.IsMute;
                break;
            case 6 when silo.Runs:
                cluster.TableIsDown = false;
                await silo.Agent.Leave(default);
                await silo.Agent.Left(default);
                silo.IsKilled = true;
                break;
        }
    }
}
