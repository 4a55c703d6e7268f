using System.Text.Json;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>A1: occurrences ahead are listed, skipped and moved; what was said of a date holds until it is past, over every change of the occurrence.</summary>
public sealed class PlannedOccurrencesTests
{
    // Sunday, a week after the runs begin.
    private static readonly DateTimeOffset First = MeetingRun.Start.AddDays(7);

    private static DateTimeOffset Week(int number) => First.AddDays(7 * number);

    private static MeetingRun Weekly(int? count = null)
    {
        var run = new MeetingRun();
        var plan = new MeetingSchedule(First, 30, "UTC", new Recurrence(Frequency.Weekly, Count: count));
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Schedule: plan, Series: "physics")).ShouldBeAccepted();
        return run;
    }

    private static PlannedPage Ahead(MeetingRun run, DateTimeOffset? from = null, int limit = Limits.ListPage) =>
        Meeting.Planned(run.State, new PlannedRequest(from, limit), run.Now)!;

    private static IEnumerable<DateTimeOffset> Starts(MeetingRun run, int max = 3) => Ahead(run, limit: max).Planned.Select(one => one.Start);

    /// <summary>Holds the current occurrence at its time and gives the next, as the shell does.</summary>
    private static MeetingRun Held(MeetingRun run)
    {
        if (run.Now < run.State.Schedule!.Start) run.Now = run.State.Schedule.Start;
        run.Api(new StartMeeting()).ShouldBeAccepted();
        return Ended(run, new EndMeeting());
    }

    private static MeetingRun Ended(MeetingRun run, Command end)
    {
        run.Api(end).ShouldBeAccepted();
        var next = new MeetingRun { Now = run.Now };
        foreach (var command in Occurrences.Legacy(run.State, "former")) next.System(command).ShouldBeAccepted();
        MeetingRun.TextOf(MeetingState.Decode(next.State.Encode())).ShouldBe(next.Encoded);
        return next;
    }

    [Fact]
    public void A1_a_skipped_date_never_starts_and_counts_as_one_of_the_plan()
    {
        var run = Weekly(count: 4);
        Starts(run, 9).ShouldBe([Week(1), Week(2), Week(3)]);
        run.Api(new SkipOccurrence(Week(2))).Events.ShouldBe([new OccurrenceSkipped(Week(2))]);
        run.Api(new SkipOccurrence(Week(2).ToOffset(TimeSpan.FromHours(5)))).ShouldChangeNothing();
        run.State.Series!.Exceptions!.Value.ShouldBe([new OccurrenceChange(Week(2))]);
        Starts(run, 9).ShouldBe([Week(1), Week(3)]);
        run = Held(run);
        run.State.Schedule!.Start.ShouldBe(Week(1));
        run.State.Series!.Exceptions!.Value.ShouldBe([new OccurrenceChange(Week(2))]);
        run = Held(run);
        run.State.Schedule!.Start.ShouldBe(Week(3));
        run = Held(run);
        run.State.Status.ShouldBe(MeetingStatus.None, "the plan had four dates");
    }

    [Fact]
    public void A1_a_moved_date_starts_at_its_new_time_before_or_after_others()
    {
        var run = Weekly();
        var (early, late) = (Week(1).AddDays(-3), Week(3).AddDays(2));
        run.Api(new MoveOccurrence(Week(2), early)).Events.ShouldBe([new OccurrenceMoved(Week(2), early)]);
        run.Api(new MoveOccurrence(Week(1), late)).Events.ShouldBe([new OccurrenceMoved(Week(1), late)]);
        Ahead(run, limit: 4).Planned.ShouldBe(
        [
            new PlannedOccurrence(early, 30, "UTC", Week(2)), new PlannedOccurrence(Week(3), 30, "UTC"), new PlannedOccurrence(late, 30, "UTC", Week(1)),
            new PlannedOccurrence(Week(4), 30, "UTC"),
        ]);
        foreach (var start in new[] { early, Week(3), late, Week(4) })
        {
            run = Held(run);
            run.State.Schedule!.Start.ShouldBe(start);
        }
        // The last of them is past with the end of what it became.
        run.State.Series!.Exceptions.ShouldBeNull();
    }

    [Fact]
    public void A1_moved_to_its_own_time_a_date_is_as_planned_again_also_where_it_was_skipped()
    {
        var run = Weekly();
        run.Api(new SkipOccurrence(Week(1))).ShouldBeAccepted();
        run.Api(new MoveOccurrence(Week(2), Week(2).AddHours(1))).ShouldBeAccepted();
        run.Api(new MoveOccurrence(Week(2), Week(2).AddHours(1))).ShouldChangeNothing();
        run.Api(new MoveOccurrence(Week(3), Week(3))).ShouldChangeNothing();
        run.Api(new MoveOccurrence(Week(1), Week(1))).Events.ShouldBe([new OccurrenceMoved(Week(1), Week(1))]);
        run.Api(new SkipOccurrence(Week(2))).Events.ShouldBe([new OccurrenceSkipped(Week(2))]);
        run.Api(new MoveOccurrence(Week(2), Week(2))).ShouldBeAccepted();
        run.State.Series!.Exceptions.ShouldBeNull();
        Starts(run).ShouldBe([Week(1), Week(2), Week(3)]);
    }

    [Fact]
    public void A1_what_cannot_be_skipped_or_moved_is_refused_by_name()
    {
        var run = Weekly();
        void Refused(Refusal reason, DateTimeOffset start)
        {
            run.Api(new SkipOccurrence(start)).ShouldBeRefused(reason);
            run.Api(new MoveOccurrence(start, Week(40).AddHours(1))).ShouldBeRefused(reason);
        }
        void Unmovable(DateTimeOffset to)
        {
            var sent = run.Api(new MoveOccurrence(Week(10), to));
            sent.ShouldBeRefused(Refusal.InvalidArgument);
            sent.Detail!.ShouldStartWith("to: ");
        }
        Refused(Refusal.UnknownOccurrence, Week(1).AddHours(1));
        Refused(Refusal.UnknownOccurrence, First.AddDays(-7));
        Refused(Refusal.UnknownOccurrence, DateTimeOffset.MinValue);
        Refused(Refusal.UnknownOccurrence, DateTimeOffset.MaxValue);
        // The current one is cancelled or updated.
        Refused(Refusal.NotAllowed, First);
        run.Api(new MoveOccurrence(Week(1), Week(2).AddHours(2))).ShouldBeAccepted();
        Unmovable(First);
        Unmovable(First.AddDays(-1));
        Unmovable(Week(2));
        Unmovable(Week(2).AddHours(2));
        Unmovable(DateTimeOffset.MaxValue);
        // A date that was moved away, or is skipped, is free; until it is as planned again.
        run.Api(new MoveOccurrence(Week(3), Week(1))).ShouldBeAccepted();
        run.Api(new MoveOccurrence(Week(1), Week(1))).ShouldBeRefused(Refusal.InvalidArgument);
        run.Now = Week(4);
        Refused(Refusal.OccurrencePast, Week(3));
        Refused(Refusal.OccurrencePast, Week(4));
        Unmovable(Week(4));
        run.Api(new CancelMeeting(Series: true)).ShouldBeAccepted();
        Refused(Refusal.MeetingEnded, Week(5));
    }

    [Fact]
    public void A1_without_a_plan_or_after_the_end_of_a_series_nothing_is_ahead()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.As("ann", new SkipOccurrence(Week(1))).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("ann", new MoveOccurrence(Week(1), Week(2))).ShouldBeRefused(Refusal.InvalidArgument);
        Ahead(run).Planned.ShouldBeEmpty();
        var series = Weekly();
        series.Join("ann", Role.Host);
        series.As("ann", new CancelMeeting(Series: true)).ShouldBeAccepted();
        series.As("ann", new SkipOccurrence(Week(1))).ShouldBeRefused(Refusal.UnknownOccurrence);
        Ahead(series).Planned.ShouldBeEmpty();
        Meeting.Planned(MeetingState.Empty, new PlannedRequest(), First).ShouldBeNull();
    }

    [Fact]
    public void A1_a_page_ahead_goes_on_where_the_one_before_ended()
    {
        var run = Weekly(count: 8);
        run.Api(new SkipOccurrence(Week(3))).ShouldBeAccepted();
        run.Api(new MoveOccurrence(Week(6), Week(2).AddHours(3))).ShouldBeAccepted();
        var (found, from) = (new List<DateTimeOffset>(), (DateTimeOffset?)DateTimeOffset.MinValue);
        while (from is not null)
        {
            var page = Ahead(run, from, 2);
            page.Planned.Length.ShouldBeInRange(1, 2);
            found.AddRange(page.Planned.Select(one => one.Start));
            from = page.Next is null ? null : DateTimeOffset.Parse(page.Next, System.Globalization.CultureInfo.InvariantCulture);
        }
        found.ShouldBe([Week(1), Week(2), Week(2).AddHours(3), Week(4), Week(5), Week(7)]);
        Ahead(run, DateTimeOffset.MaxValue).Planned.ShouldBeEmpty();
        Ahead(run, Week(5)).Planned.Select(one => one.Start).ShouldBe([Week(5), Week(7)]);
        // Between its end and its successor an occurrence tells what follows it.
        run.Api(new CancelMeeting()).ShouldBeAccepted();
        Starts(run, 2).ShouldBe([Week(1), Week(2)]);
    }

    [Fact]
    public void P6_so_many_dates_are_skipped_or_moved_at_a_time_and_those_that_are_past_do_not_count()
    {
        var run = Weekly();
        for (var i = 1; i < Limits.ExceptionsPerSeries; i++) run.Api(new SkipOccurrence(Week(i))).ShouldBeAccepted();
        run.Api(new MoveOccurrence(Week(200), Week(100).AddHours(1))).ShouldBeAccepted();
        run.Api(new SkipOccurrence(Week(201))).ShouldBeRefused(Refusal.LimitReached);
        run.Api(new MoveOccurrence(Week(201), Week(201).AddHours(1))).ShouldBeRefused(Refusal.LimitReached);
        // Those that are there may still be changed.
        run.Api(new SkipOccurrence(Week(200))).ShouldBeAccepted();
        run.Api(new MoveOccurrence(Week(2), Week(2).AddHours(1))).ShouldBeAccepted();
        ThreadSample.Stored(new Recorded(1, MeetingRun.Start, null, null, new MeetingUpdated(Series: run.State.Series))).Length.ShouldBeLessThan(Limits.BatchBytes / 8);
        run.Now = Week(3);
        run.Api(new SkipOccurrence(Week(201))).ShouldBeAccepted();
        run.State.Series!.Exceptions!.Value.Select(one => one.Start).ShouldBe(
            [.. Enumerable.Range(4, Limits.ExceptionsPerSeries - 4).Select(Week), Week(200), Week(201)], "the past ones are dropped");
    }

    [Fact]
    public void A1_a_new_plan_keeps_what_was_said_of_the_dates_that_it_has_too()
    {
        var run = Weekly();
        run.Api(new SkipOccurrence(Week(1))).ShouldBeAccepted();
        run.Api(new SkipOccurrence(Week(2))).ShouldBeAccepted();
        run.Api(new MoveOccurrence(Week(4), Week(1).AddHours(1))).ShouldBeAccepted();
        run.Api(new MoveOccurrence(Week(6), Week(6).AddHours(1))).ShouldBeAccepted();
        var plan = run.State.Series!.Plan!;
        run.Api(new UpdateMeeting(Schedule: plan with { DurationMinutes = 45 }, Series: true)).ShouldBeAccepted();
        run.State.Series!.Exceptions!.Value.Length.ShouldBe(4);
        // Every other week from the third on: the first is before it, and so is the fifth's new time.
        var updated = run.Api(new UpdateMeeting(Schedule: plan with { Start = Week(2), Repeats = new Recurrence(Frequency.Weekly, 2) }, Series: true));
        updated.Events.OfType<MeetingUpdated>().Single().Series!.Exceptions!.Value.ShouldBe([new OccurrenceChange(Week(6), Week(6).AddHours(1))]);
        Starts(run).ShouldBe([Week(4), Week(6).AddHours(1), Week(8)]);
        run.Api(new UpdateMeeting(Schedule: plan with { Start = Week(2).AddHours(3) }, Series: true)).ShouldBeAccepted();
        run.State.Series!.Exceptions.ShouldBeNull();
    }

    [Fact]
    public void A1_one_that_was_brought_forward_does_not_take_place_again_at_its_planned_time()
    {
        var run = Weekly();
        run.Api(new UpdateMeeting(Schedule: run.State.Schedule! with { Start = First.AddDays(-2) })).ShouldBeAccepted();
        run = Held(run);
        run.State.Schedule!.Start.ShouldBe(Week(1));
        run.Api(new MoveOccurrence(Week(3), Week(1).AddHours(1))).ShouldBeAccepted();
        // Held two days before, and over: the next one, which was moved there, is still to come.
        run.Now = Week(1).AddDays(-2);
        run.Api(new StartMeeting()).ShouldBeAccepted();
        run = Ended(run, new EndMeeting());
        run.State.Schedule!.Start.ShouldBe(Week(1).AddHours(1));
        Held(run).State.Schedule!.Start.ShouldBe(Week(2));
    }

    [Fact]
    public void A1_a_series_stored_before_there_were_exceptions_goes_on_in_the_same_form()
    {
        const string Before = """{"type":"meeting_created","title":"Physics","settings":{"policy":{"muteOnEntry":false,"mayUnmute":true,"mayUseCamera":true,"mayShare":true,"mayChat":true,"mayRaiseHand":true},"capacity":20,"waitForHost":false,"waitingRoom":"off","devices":"take_over","inbox":false},"schedule":{"start":"2026-03-15T09:00:00+01:00","durationMinutes":45,"timeZone":"Europe/Berlin","repeats":{"every":"weekly","interval":2,"count":10,"until":"2027-03-01T09:00:00+01:00"}},"series":{"series":"physics","number":1,"plan":{"start":"2026-03-15T09:00:00+01:00","durationMinutes":45,"timeZone":"Europe/Berlin","repeats":{"every":"weekly","interval":2,"count":10,"until":"2027-03-01T09:00:00+01:00"}}}}""";
        var created = JsonSerializer.Deserialize(Before, ContractsJson.Default.Event)!;
        var state = MeetingState.Empty.Evolve(new Recorded(1, MeetingRun.Start, "api", null, created));
        MeetingRun.TextOf(state).ShouldNotContain("exceptions");
        var ended = Meeting.Decide(state, new Request(new CommandId("api", 1), Caller.Backend("api"), new EndMeeting()), MeetingRun.Start);
        JsonSerializer.Serialize(ended.Events[1], ContractsJson.Default.Event).ShouldBe(
            """{"type":"occurrence_follows","meeting":"physics--2","series":{"series":"physics","number":2,"plan":{"start":"2026-03-15T09:00:00+01:00","durationMinutes":45,"timeZone":"Europe/Berlin","repeats":{"every":"weekly","interval":2,"count":10,"until":"2027-03-01T09:00:00+01:00"}}},"schedule":{"start":"2026-03-29T09:00:00+02:00","durationMinutes":45,"timeZone":"Europe/Berlin","repeats":{"every":"weekly","interval":2,"count":10,"until":"2027-03-01T09:00:00+01:00"}}}""");
    }

    [Fact]
    public void A1_only_hosts_and_backends_change_the_plan()
    {
        var run = Weekly();
        run.Join("ann", Role.Host);
        run.Join("ben", Role.CoHost);
        run.As("ben", new SkipOccurrence(Week(1))).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ben", new MoveOccurrence(Week(1), Week(1).AddHours(1))).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new SkipOccurrence(Week(1))).ShouldBeAccepted();
        run.As("ann", new MoveOccurrence(Week(2), Week(2).AddHours(1))).ShouldBeAccepted();
    }

    [Fact]
    public void A1_random_series_hold_exactly_what_the_plan_and_its_exceptions_say()
    {
        const int Series = 150, Steps = 60, Days = 420;
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < Series; i++)
        {
            var plan = RandomPlan.Next(random, 2026, 2036, Days);
            var model = new SlowSeries(plan, SlowPlan.Starts(plan, Days));
            var run = new MeetingRun { Now = plan.Start.AddDays(-random.Next(3)) };
            run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Schedule: plan, Series: "physics")).ShouldBeAccepted();
            for (var step = 0; step < Steps && run.State.Status != MeetingStatus.None && run.Now < model.Horizon; step++)
            {
                var context = $"seed {seed}, series {i}, step {step}: {plan}";
                run.Now += SlowPlan.Quarter * (random.Next(4) == 0 ? random.Next(300) : 0);
                if (random.Next(5) > 0) model.Change(run, random, context);
                else run = model.End(run, random, context);
                model.Compare(run, context);
            }
        }
    }
}
