using Actors.Load.Checking;
using Actors.Load.Client;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>One kind of meetings of a mixed load.</summary>
/// <param name="Style">How lively they are, and how they use breakout rooms.</param>
internal sealed record MeetingGroup(int Meetings, int Participants, MeetingStyle Style);

/// <summary>
/// Meetings whose participants act at random while a run does to the servers what it does; everything is recorded, and read back at the end
/// for the judge.
/// </summary>
internal sealed class MixedLoad : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>After the end: a gateway's lease, the renewal that a fresh activation grants, the grace, and time for all of it to be stored.</summary>
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(100);

    private static readonly TimeSpan SettlePoll = TimeSpan.FromSeconds(2);

    /// <summary>Last answers after the last act.</summary>
    private static readonly TimeSpan FinishLimit = TimeSpan.FromSeconds(60);

    /// <summary>Joins under way while a large meeting gathers.</summary>
    private const int JoinsAtOnce = 32;

    private readonly Api _api;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenSource _finish = new();
    private Task _acting = Task.CompletedTask;
    private Task _watch = Task.CompletedTask;

    private MixedLoad(Api api, TimeProvider time, Outages outages, List<CrashMeeting> meetings)
    {
        (_api, _time, Outages, Meetings) = (api, time, outages, meetings);
        Actors = meetings.SelectMany(m => m.Actors).ToList();
    }

    public Outages Outages { get; }

    public IReadOnlyList<CrashMeeting> Meetings { get; }

    public IReadOnlyList<CrashActor> Actors { get; }

    public int Accepted => Outages.AcceptedSoFar;

    /// <param name="clients">One set-up for each meeting, shared by its clients.</param>
    public static async Task<MixedLoad> Gather(
        Api api, Func<ClientSetup> clients, IEnumerable<MeetingGroup> groups, Random random, TimeProvider time, CancellationToken ct)
    {
        var outages = new Outages(time);
        var meetings = new List<CrashMeeting>();
        var people = 0;
        foreach (var style in groups.SelectMany(g => Enumerable.Repeat(g, g.Meetings)))
        {
            var settings = style.Participants > Crowd.DefaultCapacity ? Crowd.Settings(style.Participants * 2) : null;
            var id = await api.CreateMeeting($"Meeting {meetings.Count}", settings, ct);
            var meeting = new CrashMeeting(id, clients(), api, outages, style.Style, new Random(random.Next())) { Actors = [] };
            var names = Enumerable.Range(people, style.Participants).Select(Crowd.Name).ToList();
            people += style.Participants;
            var tokens = new string[names.Count];
            var atOnce = new ParallelOptions { MaxDegreeOfParallelism = JoinsAtOnce, CancellationToken = ct };
            await Parallel.ForAsync(0, names.Count, atOnce, async (i, token) =>
                tokens[i] = await api.Token(id, names[i], names[i], i switch { 0 => "host", 1 => "co_host", _ => "participant" }, token));
            meeting.Actors = names.Select((name, i) => new CrashActor(meeting, name, tokens[i], new Random(random.Next()))).ToList();
            meetings.Add(meeting);
            // The host opens the meeting; everybody else may come at once.
            await meeting.Actors[0].Join(ct);
            await Parallel.ForEachAsync(meeting.Actors.Skip(1), atOnce, async (actor, token) => await actor.Join(token));
        }
        return new MixedLoad(api, time, outages, meetings);
    }

    public void Begin(CancellationToken ct)
    {
        _finish.Dispose();
        _finish = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _acting = Task.WhenAll(Meetings.SelectMany(m =>
            m.Actors.Select((a, i) => a.Act(mayGo: i > 0, _stop.Token, _finish.Token)).Append(m.LeadRounds(_stop.Token, _finish.Token))));
        _watch = Watch(_finish.Token);
    }

    /// <summary>Waits for something that the load brings about.</summary>
    /// <exception cref="LoadException">It took longer than the limit, or somebody stopped acting.</exception>
    public async Task Until(Func<bool> reached, TimeSpan limit, string what, CancellationToken ct)
    {
        for (var started = _time.GetTimestamp(); !reached();)
        {
            if (_acting.IsFaulted) await _acting;
            if (_time.GetElapsedTime(started) > limit)
                throw new LoadException($"{what}: not within {limit.TotalSeconds:F0} s.");
            await Task.Delay(Poll, _time, ct);
        }
    }

    /// <summary>The last answers are waited for, then views and clients to agree; then everything is read.</summary>
    public async Task<List<MeetingHistory>> End(CancellationToken ct)
    {
        await _stop.CancelAsync();
        Progress.Say($"{Accepted} commands acknowledged; waiting for the last answers");
        _finish.CancelAfter(FinishLimit);
        try
        {
            await _acting;
        }
        catch (OperationCanceledException)
        {
            Progress.Say("some commands are still without an answer: their fate is unknown");
        }
        var histories = await Judgeable(ct);
        await _finish.CancelAsync();
        await _watch;
        return histories;
    }

    /// <summary>Two of each so many meetings who are still there, never the host: those who go for good around this fault.</summary>
    public List<CrashActor> Leavers(int fault, int faults, Random random) => Meetings
        .Where((_, i) => i % faults == fault % faults).Select(m => m.Actors[^random.Next(1, 3)]).Where(a => !a.Gone).ToList();

    /// <summary>What servers did against the protocol itself.</summary>
    public IEnumerable<string> Faults => Actors.SelectMany(a => a.Faults);

    /// <summary>Says what was found, and what commands were refused for.</summary>
    public void Explain(Verdict verdict, IReadOnlyList<MeetingHistory> histories)
    {
        foreach (var finding in verdict.Findings.Concat(Faults))
            Progress.Say(finding);
        var commands = histories.SelectMany(h => h.Commands).ToList();
        Progress.Say("refused: " + Counted(commands.SelectMany(c => c.Answers.Where(a => !a.Accepted).Take(1)).Select(a => a.Reason)));
        Progress.Say("unknown: " + Counted(commands.Where(CommandRules.IsUnknown).Select(c => c.Answers.Count == 0 ? "session ended before an answer" : c.Answers[^1].Reason)));
    }

    private static string Counted(IEnumerable<string> reasons) =>
        string.Join(", ", reasons.GroupBy(r => r).OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count()}"));

    public Task Vanish() => Task.WhenAll(Actors.Where(a => !a.Gone).Select(a => a.Vanish()));

    public void Dispose()
    {
        _stop.Dispose();
        _finish.Dispose();
    }

    private async Task Watch(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(SettlePoll, _time, ct);
                foreach (var actor in Actors.Where(a => !a.Gone))
                    actor.BreakIfSilent();
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private async Task<List<MeetingHistory>> Judgeable(CancellationToken ct)
    {
        for (var started = _time.GetTimestamp(); ;)
        {
            var open = new Verdict();
            foreach (var meeting in Meetings)
                PlaceRules.JudgeNow(await ReadBack.Now(_api, meeting, ct), open);
            var elapsed = _time.GetElapsedTime(started);
            Progress.Say($"settling: {open.Ghosts} ghosts, {open.Misplaced} misplaced after {elapsed.TotalSeconds:F0} s");
            if (open.IsClean || elapsed > SettleLimit) break;
            await Task.Delay(SettlePoll, _time, ct);
        }
        var histories = new List<MeetingHistory>();
        foreach (var meeting in Meetings)
            histories.Add(await ReadBack.Full(_api, meeting, ct));
        return histories;
    }
}
