using System.Diagnostics;
using Actors.Load.Checking;
using Actors.Load.Client;
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
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>After the end: a gateway's lease, the renewal that a fresh activation grants, the grace, and time for all of it to be stored.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(100);

    private static readonly TimeSpan SettlePoll = TimeSpan.FromSeconds(2);

    /// <summary>Last answers after the last act.</summary>
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(60);

    public static async Task<Figures> Run(Testbed testbed, int kills, CancellationToken ct)
    {
        var server = testbed.Server ?? throw new LoadException("crash kills the server: it has to start it itself (no --url).");
        ProcessFigures.RequireFiles(Meetings * ParticipantsPerMeeting);
        var outages = new Outages();
        var random = new Random(testbed.Options.Seed);
        var meetings = await Gather(testbed, outages, random, ct);
        var actors = meetings.SelectMany(m => m.Actors).ToList();
        Progress.Say($"{actors.Count} participants in {meetings.Count} meetings; the server will be killed {kills} times, seed {testbed.Options.Seed}");

        using var stop = new CancellationTokenSource();
        using var finish = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var acting = Task.WhenAll(
            meetings.SelectMany(m => m.Actors.Select((a, i) => a.Act(mayGo: i > 0, stop.Token, finish.Token)).Append(m.LeadRounds(stop.Token, finish.Token))));
        var watch = Watch(actors, finish.Token);
        for (var kill = 1; kill <= kills; kill++)
            await KillOnce(server, meetings, outages, random, kill, kills, acting, ct);
        await Until(() => outages.AcceptedSoFar >= AckedPerKill * kills, acting, LongestRound, testbed.Time, ct);
        await stop.CancelAsync();
        Progress.Say($"{outages.AcceptedSoFar} commands acknowledged; waiting for the last answers");
        finish.CancelAfter(FinishLimit);
        await Finish(acting);
        var histories = await Judgeable(testbed, meetings, ct);
        await finish.CancelAsync();
        await watch;
        var verdict = Checker.Judge(histories);
        await Task.WhenAll(actors.Where(a => !a.Gone).Select(a => a.Vanish()));
        return Report(testbed, kills, verdict, outages, actors, histories);
    }

    private static async Task<List<CrashMeeting>> Gather(Testbed testbed, Outages outages, Random random, CancellationToken ct)
    {
        var meetings = new List<CrashMeeting>();
        for (var m = 0; m < Meetings; m++)
        {
            var id = await testbed.Api.CreateMeeting($"Crash {m}", null, ct);
            var meeting = new CrashMeeting(id, testbed.Clients(), outages, new Random(random.Next())) { Actors = [] };
            var actors = new List<CrashActor>();
            for (var i = 0; i < ParticipantsPerMeeting; i++)
            {
                var name = Crowd.Name(m * ParticipantsPerMeeting + i);
                var token = await testbed.Api.Token(id, name, name, i switch { 0 => "host", 1 => "co_host", _ => "participant" }, ct);
                actors.Add(new CrashActor(meeting, name, token, new Random(random.Next())));
            }
            meeting.Actors = actors;
            meetings.Add(meeting);
            foreach (var actor in actors)
                await actor.Join(ct);
        }
        return meetings;
    }

    private static async Task KillOnce(
        ServerProcess server, List<CrashMeeting> meetings, Outages outages, Random random, int kill, int kills, Task acting, CancellationToken ct)
    {
        var tooSoon = kill > 1 && random.Next(OneInTooSoon) == 0;
        var before = outages.AcceptedSoFar;
        if (!tooSoon)
            await Until(() => outages.AcceptedSoFar >= before + AckedPerKill, acting, LongestRound, TimeProvider.System, ct);
        await Task.Delay((tooSoon ? TooSoon : LongestUntilKill) * random.NextDouble(), TimeProvider.System, ct);
        // Some go for good around this kill, before or after it: the server that has to notice is another one.
        var leavers = meetings.Where((_, i) => i % kills == kill % kills).Select(m => m.Actors[^random.Next(1, 3)]).Where(a => !a.Gone).ToList();
        var early = random.Next(2) == 0;
        if (early) await Task.WhenAll(leavers.Select(a => a.Vanish()));
        var (accepted, started) = (outages.AcceptedSoFar, Stopwatch.GetTimestamp());
        await server.Kill();
        outages.Killed(meetings.Select(m => m.Id));
        if (!early) await Task.WhenAll(leavers.Select(a => a.Vanish()));
        await server.Start(ct);
        Progress.Say($"kill {kill}{(tooSoon ? " (too soon)" : "")} after {accepted} acknowledged commands; ready again after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
    }

    private static async Task Until(Func<bool> reached, Task acting, TimeSpan limit, TimeProvider time, CancellationToken ct)
    {
        for (var started = time.GetTimestamp(); !reached();)
        {
            if (acting.IsFaulted) await acting;
            if (time.GetElapsedTime(started) > limit)
                throw new LoadException($"{limit.TotalSeconds:F0} s after the last kill too few commands had been acknowledged.");
            await Task.Delay(Poll, time, ct);
        }
    }

    private static async Task Watch(List<CrashActor> actors, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(SettlePoll, TimeProvider.System, ct);
                foreach (var actor in actors.Where(a => !a.Gone))
                    actor.BreakIfSilent();
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static async Task Finish(Task acting)
    {
        try
        {
            await acting;
        }
        catch (OperationCanceledException)
        {
            Progress.Say("some commands are still without an answer: their fate is unknown");
        }
    }

    /// <summary>Waits until views and clients agree, or the time for that is over; then reads everything.</summary>
    private static async Task<List<MeetingHistory>> Judgeable(Testbed testbed, List<CrashMeeting> meetings, CancellationToken ct)
    {
        for (var started = testbed.Time.GetTimestamp(); ;)
        {
            var open = new Verdict();
            foreach (var meeting in meetings)
                PlaceRules.JudgeNow(await ReadBack.Now(testbed.Api, meeting, ct), open);
            var elapsed = testbed.Time.GetElapsedTime(started);
            Progress.Say($"settling: {open.Ghosts} ghosts, {open.Misplaced} misplaced after {elapsed.TotalSeconds:F0} s");
            if (open.IsClean || elapsed > SettleLimit) break;
            await Task.Delay(SettlePoll, testbed.Time, ct);
        }
        var histories = new List<MeetingHistory>();
        foreach (var meeting in meetings)
            histories.Add(await ReadBack.Full(testbed.Api, meeting, ct));
        return histories;
    }

    private static Figures Report(
        Testbed testbed, int kills, Verdict verdict, Outages outages, List<CrashActor> actors, List<MeetingHistory> histories)
    {
        foreach (var finding in verdict.Findings.Concat(actors.SelectMany(a => a.Faults)))
            Progress.Say(finding);
        var enough = verdict.Acked >= AckedPerKill * kills;
        if (!enough) Progress.Say($"only {verdict.Acked} commands were acknowledged: at least {AckedPerKill} for each kill are needed");
        var refused = histories.SelectMany(h => h.Commands).SelectMany(c => c.Answers.Where(a => !a.Accepted).Take(1)).GroupBy(a => a.Reason);
        Progress.Say("refused: " + string.Join(", ", refused.OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count()}")));
        var unknown = histories.SelectMany(h => h.Commands).Where(CommandRules.IsUnknown).GroupBy(c => c.Answers.Count == 0 ? "session ended before an answer" : c.Answers[^1].Reason);
        Progress.Say("unknown: " + string.Join(", ", unknown.OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count()}")));
        return new Figures("crash", testbed) { Failed = !verdict.IsClean || !enough || actors.SelectMany(a => a.Faults).Any() }
            .Add("kills", kills)
            .Add("acked", verdict.Acked)
            .Add("unknown", verdict.Unknown)
            .Add("lost", verdict.Lost)
            .Add("gaps", verdict.Gaps)
            .Add("duplicates", verdict.Duplicates)
            .Add("ghosts", verdict.Ghosts)
            .Add("misplaced", verdict.Misplaced)
            .Add("events", histories.Sum(h => h.Logs.Values.Sum(l => l.Count)))
            .Add("unavailable_p50", outages.Median)
            .Add("unavailable_max", outages.Longest);
    }
}
