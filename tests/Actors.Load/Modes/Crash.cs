using System.Diagnostics;
using Actors.Load.Checking;
using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>
/// 200 participants on 20 meetings act at random while the server is killed (<c>kill -9</c>) and started again. Clients resume; at the end
/// everything is read back over HTTP and judged (P1, P3, P4, P5, P7, P11).
/// </summary>
internal static class Crash
{
    private const int Meetings = 20;
    private const int ParticipantsPerMeeting = 10;

    /// <summary>A run in which less happens between two kills proves little.</summary>
    private const int AckedPerKill = 200;

    /// <summary>One kill in so many comes while the meetings are still recovering from the one before.</summary>
    private const int OneInTooSoon = 5;

    /// <summary>For the run's time limit: restart, recovery and the random time until the next kill, on a busy machine.</summary>
    public static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan LongestUntilKill = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(1.5);

    public static async Task<Figures> Run(Testbed testbed, int kills, CancellationToken ct)
    {
        var server = testbed.Server ?? throw new LoadException("crash kills the server: it has to start it itself (no --url).");
        ProcessFigures.RequireFiles(Meetings * ParticipantsPerMeeting);
        var random = new Random(testbed.Options.Seed);
        var group = new MeetingGroup(Meetings, ParticipantsPerMeeting, MeetingStyle.Lively);
        using var load = await MixedLoad.Gather(testbed.Api, testbed.Clients, [group], random, testbed.Time, ct);
        Progress.Say($"{load.Actors.Count} participants in {load.Meetings.Count} meetings; the server will be killed {kills} times, seed {testbed.Options.Seed}");
        load.Begin(ct);
        for (var kill = 1; kill <= kills; kill++)
            await KillOnce(server, load, random, kill, kills, ct);
        await load.Until(() => load.Accepted >= AckedPerKill * kills, LongestRound, "enough acknowledged commands after the last kill", ct);
        var histories = await load.End(ct);
        var verdict = Checker.Judge(histories);
        await load.Vanish();
        return Report(testbed, kills, verdict, load, histories);
    }

    private static async Task KillOnce(ServerProcess server, MixedLoad load, Random random, int kill, int kills, CancellationToken ct)
    {
        var tooSoon = kill > 1 && random.Next(OneInTooSoon) == 0;
        var before = load.Accepted;
        if (!tooSoon)
            await load.Until(() => load.Accepted >= before + AckedPerKill, LongestRound, "enough acknowledged commands after the last kill", ct);
        await Task.Delay((tooSoon ? TooSoon : LongestUntilKill) * random.NextDouble(), TimeProvider.System, ct);
        // Some go for good around this kill, before or after it: the server that has to notice is another one.
        var leavers = load.Leavers(kill, kills, random);
        var early = random.Next(2) == 0;
        if (early) await Task.WhenAll(leavers.Select(a => a.Vanish()));
        var (accepted, started) = (load.Accepted, Stopwatch.GetTimestamp());
        await server.Kill();
        load.Outages.Began("kill", load.Meetings.Select(m => m.Id));
        if (!early) await Task.WhenAll(leavers.Select(a => a.Vanish()));
        await server.Start(ct);
        Progress.Say($"kill {kill}{(tooSoon ? " (too soon)" : "")} after {accepted} acknowledged commands; ready again after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
    }

    private static Figures Report(Testbed testbed, int kills, Verdict verdict, MixedLoad load, List<MeetingHistory> histories)
    {
        load.Explain(verdict, histories);
        var enough = verdict.Acked >= AckedPerKill * kills;
        if (!enough) Progress.Say($"only {verdict.Acked} commands were acknowledged: at least {AckedPerKill} for each kill are needed");
        return new Figures("crash", testbed) { Failed = !verdict.IsClean || !enough || load.Faults.Any() }
            .Add("kills", kills)
            .Add(verdict)
            .Add("events", histories.Sum(h => h.Logs.Values.Sum(l => l.Count)))
            .Add("unavailable_p50", load.Outages.Median())
            .Add("unavailable_max", load.Outages.Longest());
    }
}
