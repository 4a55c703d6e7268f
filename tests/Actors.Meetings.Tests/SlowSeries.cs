using Actors.Contracts;
using Shouldly;

namespace Actors.Meetings.Tests;

/// <summary>A series said once more: every date of the plan with what was ever said of it, and the one that is current.</summary>
internal sealed class SlowSeries(MeetingSchedule plan, List<DateTimeOffset> dates)
{
    // When each starts; null where it is skipped.
    private readonly Dictionary<DateTimeOffset, DateTimeOffset?> _starts = dates.ToDictionary(date => date, DateTimeOffset? (date) => date);
    private DateTimeOffset _current = plan.Start;

    /// <summary>Dates are known so far.</summary>
    public DateTimeOffset Horizon { get; } = plan.Start.AddDays(300);

    private DateTimeOffset Through(DateTimeOffset now) => now > _current ? now : _current;

    private IEnumerable<DateTimeOffset> Ahead(DateTimeOffset now) => _starts.Values.OfType<DateTimeOffset>().Where(start => start > Through(now) && start <= Horizon).Order();

    /// <summary>Skips or moves some date, or what is none, and judges the answer.</summary>
    public void Change(MeetingRun run, Random random, string context)
    {
        var near = _starts.Keys.Where(date => date > run.Now.AddDays(-20) && date < run.Now.AddDays(90)).DefaultIfEmpty(plan.Start).ToArray();
        var start = near[random.Next(near.Length)];
        if (random.Next(10) == 0) start = start.AddMinutes(1);
        var to = random.Next(6) switch { 0 => start, 1 => near[random.Next(near.Length)], _ => start + (SlowPlan.Quarter * random.Next(-1_500, 1_500)) };
        DateTimeOffset? wanted = random.Next(3) == 0 ? null : to;
        var sent = run.Api(wanted is null ? new SkipOccurrence(start) : new MoveOccurrence(start, to));
        switch (Expected(start, wanted, run.Now))
        {
            case { } reasons when reasons.Length > 0:
                reasons.ShouldContain(sent.Refusal, context);
                break;
            case null:
                sent.ShouldChangeNothing();
                break;
            default:
                sent.Refusal.ShouldBeNull($"{sent.Detail} {context}");
                sent.Events.ShouldHaveSingleItem().ShouldBe(wanted is null ? new OccurrenceSkipped(start) : new OccurrenceMoved(start, to), context);
                _starts[start] = wanted;
                break;
        }
    }

    /// <summary>Holds the current one, late or early, or cancels it; gives the next.</summary>
    public MeetingRun End(MeetingRun run, Random random, string context)
    {
        var hold = random.Next(3) > 0;
        if (hold && random.Next(4) > 0 && run.Now < _current) run.Now = _current;
        if (hold) run.Api(new StartMeeting()).Refusal.ShouldBeNull(context);
        if (hold) run.Now += SlowPlan.Quarter * random.Next(8);
        run.Api(hold ? new EndMeeting() : new CancelMeeting()).Refusal.ShouldBeNull(context);
        if (run.State.Next?.Schedule?.Start is not { } next || next <= Horizon) run.State.Next?.Schedule!.Start.ShouldBe(Ahead(run.Now).First(), context);
        if (run.State.Next is null) Ahead(run.Now).ShouldBeEmpty(context);
        var following = new MeetingRun { Now = run.Now };
        foreach (var command in Occurrences.Legacy(run.State, "former")) following.System(command).ShouldBeAccepted();
        if (run.State.Next is { } follows) _current = follows.Schedule!.Start;
        return following;
    }

    /// <summary>What is listed, and kept.</summary>
    public void Compare(MeetingRun run, string context)
    {
        if (run.State.Status == MeetingStatus.None) return;
        var listed = Meeting.Planned(run.State, new PlannedRequest(), run.Now)!.Planned;
        // A page may end before the dates that are known here.
        var known = Ahead(run.Now).Take(Limits.ListPage).ToArray();
        listed.Select(one => one.Start).Where(start => start <= Horizon).ShouldBe(known, context);
        foreach (var one in listed.Where(one => one.Start <= Horizon)) _starts[one.Planned ?? one.Start].ShouldBe(one.Start, context);
        foreach (var kept in run.State.Series!.Exceptions ?? []) _starts[kept.Start].ShouldBe(kept.To, context);
        MeetingRun.TextOf(MeetingRun.Replay(MeetingState.Empty, run.Log)).ShouldBe(run.Encoded, context);
    }

    // Null where nothing changes; empty where it is done.
    private Refusal?[]? Expected(DateTimeOffset start, DateTimeOffset? to, DateTimeOffset now)
    {
        if (!_starts.TryGetValue(start, out var known)) return [Refusal.UnknownOccurrence];
        // Of the current one it may be forgotten that it had been moved there.
        if (known == _current) return [Refusal.NotAllowed, Refusal.OccurrencePast];
        // Nor, once past, that one had been moved away from where the current one is.
        if ((known ?? start) <= Through(now)) return start == _current ? [Refusal.NotAllowed, Refusal.OccurrencePast] : [Refusal.OccurrencePast];
        if (known == to) return null;
        return to <= Through(now) || (to is not null && _starts.Any(one => one.Key != start && one.Value == to)) ? [Refusal.InvalidArgument] : [];
    }
}
