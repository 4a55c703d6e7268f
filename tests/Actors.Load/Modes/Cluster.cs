using System.Globalization;
using Actors.Load.Checking;
using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

internal sealed record ClusterOptions(int Silos, int Gateways, int Kills, bool Rolling, bool Partition, int Meetings, int Crowd, int Seed);

/// <summary>
/// A cluster of real processes under a mixed load, while silos, gateways and the database are killed, paused, parted and restarted; judged from
/// outside at the end (P1 to P5, P7, P9, P11).
/// </summary>
internal static class Cluster
{
    private const int ParticipantsPerMeeting = 10;

    /// <summary>A run in which less happens between two faults proves little.</summary>
    private const int AckedPerFault = 100;

    /// <summary>One fault in so many comes as soon as everybody has got over the one before.</summary>
    private const int OneInTooSoon = 5;

    /// <summary>For the run's time limit: a fault, its recovery and the time until the next, on a busy machine.</summary>
    public static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestUntilFault = TimeSpan.FromSeconds(3);

    /// <summary>What a rolling restart may refuse has to be cured by a retry within this.</summary>
    private static readonly TimeSpan RollingPatience = TimeSpan.FromSeconds(5);

    /// <summary>A zombie ends within this of its waking.</summary>
    private static readonly TimeSpan ZombieLimit = TimeSpan.FromSeconds(2);

    /// <summary>A killed silo's meetings answer again within this, half of them within <see cref="SiloMedian"/>.</summary>
    private static readonly TimeSpan SiloLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SiloMedian = TimeSpan.FromSeconds(6);

    /// <summary>Meetings of a silo that is told to stop answer again within this.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(1);

    public static async Task<Figures> Run(ClusterOptions options, CancellationToken ct)
    {
        var random = new Random(options.Seed);
        await using var fleet = await Fleet.Start(options.Silos, options.Gateways, options.Partition, counted: false, ct);
        try
        {
            Progress.Say($"{options.Silos} silos and {options.Gateways} gateways are ready, seed {options.Seed}");
            MeetingGroup[] groups = [new(options.Meetings, ParticipantsPerMeeting, MeetingStyle.Calm), new(options.Crowd > 0 ? 1 : 0, options.Crowd, MeetingStyle.Large)];
            using var load = await MixedLoad.Gather(fleet.Api, fleet.Clients, groups, random, TimeProvider.System, ct);
            Progress.Say($"{load.Actors.Count} participants in {load.Meetings.Count} meetings");
            load.Begin(ct);
            var faults = new Faults(fleet, load, random);
            await Strike(options, load, faults, random, ct);
            if (options.Rolling) await faults.Roll(ct);
            var histories = await load.End(ct);
            var verdict = Checker.Judge(histories);
            await load.Vanish();
            return Report(options, load, faults, verdict, histories);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            foreach (var server in fleet.Servers) Console.Error.WriteLine(server.Tail());
            throw;
        }
    }

    private static async Task Strike(ClusterOptions options, MixedLoad load, Faults faults, Random random, CancellationToken ct)
    {
        var number = 0;
        foreach (var fault in FaultOrder.Of(options.Kills, options.Partition, random).ToList())
        {
            var before = load.Accepted;
            if (random.Next(OneInTooSoon) > 0)
            {
                await load.Until(() => load.Accepted >= before + AckedPerFault, LongestRound, "enough acknowledged commands after the last fault", ct);
                await Task.Delay(LongestUntilFault * random.NextDouble(), TimeProvider.System, ct);
            }
            // Some go for good around this fault: whoever has to notice is another process than the one they came to.
            await Task.WhenAll(load.Leavers(++number, Math.Max(options.Kills, load.Meetings.Count), random).Select(a => a.Vanish()));
            Progress.Say($"fault {number}: {fault}, after {load.Accepted} acknowledged commands");
            await faults.Strike(fault, ct);
        }
    }

    private static Figures Report(ClusterOptions options, MixedLoad load, Faults faults, Verdict verdict, IReadOnlyList<MeetingHistory> histories)
    {
        load.Explain(verdict, histories);
        foreach (var finding in faults.Findings) Progress.Say("finding: " + finding);
        var outages = load.Outages;
        foreach (var kind in outages.Kinds)
            Progress.Say($"{kind}: {outages.Count(kind)} meetings, {outages.Count(kind, Outages.Interruption)} interrupted; "
                + $"p50 of all {Seconds(outages.Median(kind))}, of the interrupted {Seconds(outages.Median(kind, Outages.Interruption))}, max {Seconds(outages.Longest(kind))}");
        var failed = !verdict.IsClean || load.Faults.Any() || faults.Findings.Count > 0 || faults.ZombieCommits > 0 || faults.Rolled.Refused > 0;
        var figures = new Figures("cluster") { Failed = failed }
            .Add("silos", options.Silos)
            .Add("gateways", options.Gateways)
            .Add("seed", options.Seed)
            .Add("kills", options.Kills)
            .Add(verdict)
            // Of one silo, by kill -9: the meetings that were at home there.
            .Add("unavailable_p50", Seconds(outages.Median(nameof(Fault.Silo), Outages.Interruption)))
            .Add("max", Seconds(outages.Longest(nameof(Fault.Silo))))
            .Add("zombies", faults.Zombies)
            .Add("zombie_exit_max", Seconds(faults.ZombieExitMax))
            .Add("zombie_commits", faults.ZombieCommits)
            .Add("evicted", faults.Ended)
            .Expect(outages.Median(nameof(Fault.Silo), Outages.Interruption) <= SiloMedian, $"half of a killed silo's meetings answer within {Seconds(SiloMedian)}")
            .Expect(outages.Longest(nameof(Fault.Silo)) <= SiloLimit, $"a killed silo's meetings answer within {Seconds(SiloLimit)}")
            .Expect(faults.ZombieExitMax <= ZombieLimit, $"a zombie ends within {Seconds(ZombieLimit)}");
        return options.Rolling ? figures
            .Add("ordinary_p50", Seconds(Middle(faults.BeforeStops)))
            .Add("stop_unavailable_p50", Seconds(Middle(faults.Stops)))
            .Add("stop_unavailable_max", Seconds(faults.Stops.Max()))
            .Add("stop_max", Seconds(faults.StopMax))
            .Add("answer_max", Seconds(faults.Rolled.Longest))
            .Add("refused", faults.Rolled.Refused)
            .Expect(faults.Stops.Max() <= StopLimit, $"the meetings of a silo that is told to stop answer within {Seconds(StopLimit)}")
            .Expect(faults.Rolled.Longest <= RollingPatience, $"a rolling restart keeps nobody waiting for longer than {Seconds(RollingPatience)}") : figures;
    }

    private static TimeSpan Middle(IEnumerable<TimeSpan> times) => times.Order().ToList() is { Count: > 0 } all ? all[(all.Count - 1) / 2] : TimeSpan.Zero;

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1}s");
}
