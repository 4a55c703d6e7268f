using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>A1: scheduled, recurring and persistent meetings; one stream per occurrence, and what persists goes from one to the next.</summary>
public sealed class SeriesTests
{
    private static MeetingSchedule At(int year, int month, int day, int hour, Frequency every, string zone = "Europe/Berlin", int? count = null, DateTimeOffset? until = null)
    {
        var local = new DateTime(year, month, day, hour, 0, 0);
        return new MeetingSchedule(new DateTimeOffset(local, TimeZoneInfo.FindSystemTimeZoneById(zone).GetUtcOffset(local)), 60, zone, new Recurrence(every, Count: count, Until: until));
    }

    private static List<DateTimeOffset> Starts(MeetingSchedule plan, int max) => [plan.Start, .. Recurring.Starts(plan, plan.Start).Take(max - 1)];

    [Fact]
    public void A1_a_weekly_meeting_keeps_its_local_time_over_changes_of_the_clock() =>
        Starts(At(2026, 3, 16, 9, Frequency.Weekly), 4).ShouldBe(
        [
            new(2026, 3, 16, 9, 0, 0, TimeSpan.FromHours(1)),
            new(2026, 3, 23, 9, 0, 0, TimeSpan.FromHours(1)),
            new(2026, 3, 30, 9, 0, 0, TimeSpan.FromHours(2)),
            new(2026, 4, 6, 9, 0, 0, TimeSpan.FromHours(2)),
        ]);

    [Fact]
    public void A1_a_local_time_that_does_not_exist_moves_on_with_the_clock() =>
        Starts(At(2026, 3, 28, 2, Frequency.Daily), 3).Select(start => start.UtcDateTime.Hour).ShouldBe([1, 1, 0]);

    [Fact]
    public void A1_the_31st_of_a_month_is_the_last_day_of_shorter_ones_and_comes_back() =>
        Starts(At(2026, 1, 31, 9, Frequency.Monthly), 4).Select(start => (start.Month, start.Day)).ShouldBe([(1, 31), (2, 28), (3, 31), (4, 30)]);

    [Fact]
    public void A1_a_plan_ends_by_count_or_date()
    {
        Starts(At(2026, 1, 1, 9, Frequency.Daily, count: 3), 99).Count.ShouldBe(3);
        Starts(At(2026, 1, 1, 9, Frequency.Daily, until: new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero)), 99).Count.ShouldBe(5);
        Starts(At(2190, 1, 1, 9, Frequency.Monthly), 9_999).Last().Year.ShouldBeLessThanOrEqualTo(Limits.LastScheduleYear);
    }

    [Theory]
    [InlineData("Europe/Atlantis")]
    [InlineData("")]
    [InlineData("../UTC")]
    [InlineData("W. Europe Standard Time")]
    public void P10_an_unknown_time_zone_is_refused(string zone) => new MeetingRun()
        .Api(new CreateMeeting("Physics", MeetingSettings.Default, Schedule: new MeetingSchedule(MeetingRun.Start, 30, zone)))
        .ShouldBeRefused(Refusal.InvalidArgument);

    [Fact]
    public void P10_schedules_have_bounds()
    {
        void Refused(MeetingSchedule schedule) => new MeetingRun()
            .Api(new CreateMeeting("Physics", MeetingSettings.Default, Schedule: schedule, Series: "m")).ShouldBeRefused(Refusal.InvalidArgument);
        var plain = new MeetingSchedule(MeetingRun.Start, 30, "UTC");
        Refused(plain with { DurationMinutes = 0 });
        Refused(plain with { DurationMinutes = Limits.TimeLimitMinutes + 1 });
        Refused(plain with { Start = plain.Start.AddYears(-1_000) });
        Refused(plain with { Start = plain.Start.AddYears(1_000) });
        Refused(plain with { Repeats = new Recurrence((Frequency)9) });
        Refused(plain with { Repeats = new Recurrence(Frequency.Daily, 0) });
        Refused(plain with { Repeats = new Recurrence(Frequency.Daily, Limits.RecurrenceInterval + 1) });
        Refused(plain with { Repeats = new Recurrence(Frequency.Daily, Count: 0) });
        Refused(plain with { Repeats = new Recurrence(Frequency.Daily, Until: plain.Start.AddDays(-1)) });
        new MeetingRun().Api(new CreateMeeting("Physics", MeetingSettings.Default, Schedule: plain with { Repeats = new Recurrence(Frequency.Daily) }))
            .ShouldBeRefused(Refusal.InvalidArgument);
        new MeetingRun().Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: new string('s', Limits.SeriesIdLength))).ShouldBeAccepted();
        new MeetingRun().Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: new string('s', Limits.SeriesIdLength + 1))).ShouldBeRefused(Refusal.TooLarge);
        Ids.IsValid(Ids.Occurrence(new string('s', Limits.SeriesIdLength), Limits.OccurrencesPerSeries)).ShouldBeTrue();
    }

    [Fact]
    public void A1_update_changes_title_and_time_and_cancel_ends_it_before_its_start()
    {
        var run = new MeetingRun();
        var schedule = new MeetingSchedule(run.Now.AddDays(1), 45, "Asia/Tokyo");
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Schedule: schedule));
        run.Api(new UpdateMeeting("Chemistry", schedule with { DurationMinutes = 60 })).Events
            .ShouldBe([new MeetingUpdated("Chemistry", schedule with { DurationMinutes = 60 })]);
        run.Api(new UpdateMeeting("Chemistry")).ShouldChangeNothing();
        run.Api(new UpdateMeeting("")).ShouldBeRefused(Refusal.InvalidArgument);
        run.Api(new UpdateMeeting(Series: true)).ShouldBeRefused(Refusal.InvalidArgument);
        run.Api(new UpdateMeeting(Schedule: schedule with { Repeats = new Recurrence(Frequency.Daily) })).ShouldBeRefused(Refusal.InvalidArgument);
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Schedule: schedule)).ShouldChangeNothing();
        run.Api(new CancelMeeting()).Events.ShouldBe([new MeetingCancelled()]);
        run.Api(new CancelMeeting()).ShouldChangeNothing();
        run.Join("ann", Role.Host).ShouldBeRefused(Refusal.MeetingEnded);
        Meeting.View(run.State, Audience.Moderators)!.Cancelled.ShouldBe(true);
        var live = MeetingRun.With(("ann", Role.Host));
        live.As("ann", new CancelMeeting()).ShouldBeRefused(Refusal.NotAllowed);
    }

    /// <summary>Creates the next occurrence as the shell does, telling everything twice.</summary>
    private static MeetingRun Next(MeetingRun former, string id)
    {
        var next = new MeetingRun { Now = former.Now };
        foreach (var command in Occurrences.Legacy(former.State, id))
        {
            next.System(command).ShouldBeAccepted();
            next.System(command).ShouldChangeNothing();
        }
        former.System(new RecordContinued()).Events.ShouldBe([new OccurrenceContinued()]);
        former.System(new RecordContinued()).ShouldChangeNothing();
        MeetingInvariants.Check(next.State);
        return next;
    }

    [Fact]
    public void A1_a_persistent_meeting_hands_settings_groups_bans_metadata_tags_and_passcode_to_its_next_occurrence()
    {
        var run = new MeetingRun();
        var metadata = ImmutableDictionary<string, string>.Empty.Add("course", "p1");
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, metadata, ["b", "a"], Series: "physics", Passcode: "blue"));
        run.Join("ann", Role.Host);
        run.As("ann", new ChangeSettings(new SettingsPatch(Capacity: 42, MayChat: false)));
        run.As("ann", new BanParticipant("mal"));
        run.As("ann", new CreateRooms(["Old"]));
        run.As("ann", new CreateRooms(["Red", "Blue"]));
        run.As("ann", new AssignRooms([new Assignment("ben", "r2-2"), new Assignment("cem", "r2-1")]));
        run.As("ann", new EndMeeting()).Events.ShouldBe([new MeetingEnded(), new OccurrenceFollows("physics--2", new SeriesPosition("physics", 2))]);
        run.State.HasLegacy.ShouldBeTrue();
        var next = Next(run, "physics");
        next.State.Settings.ShouldBe(run.State.Settings);
        next.State.Bans.ShouldBe(["mal"]);
        next.State.Metadata.ShouldBe(metadata);
        next.State.Tags.ShouldBe(["a", "b"]);
        next.State.PasscodeHash.ShouldBe(run.State.PasscodeHash);
        next.State.Former.ShouldBe("physics");
        next.State.Rooms.List.ShouldBe([new Room("r1-1", "Red"), new Room("r1-2", "Blue")]);
        next.State.Rooms.Assignments.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => (one.Key, one.Value)).ShouldBe([("ben", "r1-2"), ("cem", "r1-1")]);
        run.State.HasLegacy.ShouldBeFalse();
        next.Join("ann", Role.Host).ShouldBeAccepted();
        next.As("ann", new EndMeeting()).Events.OfType<OccurrenceFollows>().Single().Meeting.ShouldBe("physics--3");
    }

    [Fact]
    public void A1_groups_of_a_full_meeting_are_carried_in_parts_once_each_and_never_over_what_was_assigned_meanwhile()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "physics"));
        run.Api(new CreateRooms(["Red", "Blue"]));
        for (var part = 0; part < 3; part++)
            run.Api(new AssignRooms([.. Enumerable.Range(part * 1000, part == 2 ? 500 : 1000).Select(i => new Assignment($"p{i:D5}", "r1-2"))])).ShouldBeAccepted();
        run.Api(new EndMeeting());
        var legacy = Occurrences.Legacy(run.State, "physics");
        legacy.Length.ShouldBe(4);
        var next = new MeetingRun();
        next.System(legacy[0]);
        next.System(legacy[2]).ShouldBeRefused(Refusal.InvalidArgument);
        next.System(legacy[1]);
        next.Api(new AssignRooms([new Assignment("p01000", "r1-1")]));
        next.System(legacy[2]);
        next.System(legacy[1]).ShouldChangeNothing();
        next.System(legacy[3]);
        next.State.Rooms.Assignments.Count.ShouldBe(2500);
        next.State.Rooms.Assignments["p01000"].ShouldBe("r1-1");
    }

    [Fact]
    public void B3_abilities_locked_in_an_occurrence_are_locked_in_the_next_once_and_bounded()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "physics"));
        run.Api(new CreateRooms(["Red"]));
        run.Api(new AssignRooms([new Assignment("ann", "r1-1")]));
        run.Api(new LockAbilities([Ability.Chat], true, ["cem", "mal", "ann"])).ShouldBeAccepted();
        run.Api(new LockAbilities([Ability.Camera, Ability.Share], true, ["mal"])).ShouldBeAccepted();
        run.Api(new LockAbilities([Ability.Chat], false, ["ann"])).ShouldBeAccepted();
        run.Api(new EndMeeting());
        var legacy = Occurrences.Legacy(run.State, "physics");
        legacy[1].ShouldBeOfType<CarryGroups>().Part.ShouldBe(0);
        legacy[2..].OfType<CarryLocks>().Select(one => (one.Part, string.Join(',', one.Abilities), string.Join(',', one.Participants)))
            .ShouldBe([(1, "Chat", "cem"), (2, "Camera,Share,Chat", "mal")]);
        var next = Next(run, "physics");
        next.State.Locks.Count.ShouldBe(2);
        next.State.Locks["mal"].ShouldBe(Locks.Of([Ability.Chat, Ability.Camera, Ability.Share]));
        MeetingRun.TextOf(MeetingState.Decode(next.State.Encode())).ShouldBe(next.Encoded);
        next.Join("cem").Events.OfType<ParticipantJoined>().ShouldHaveSingleItem();
        next["cem"].Locked.Has(Ability.Chat).ShouldBeTrue();
        // Who has it back keeps it, however often the former occurrence says it again.
        next.Api(new LockAbilities([Ability.Chat], false, ["cem"])).ShouldBeAccepted();
        foreach (var again in legacy) next.System(again).ShouldChangeNothing();
        next.State.Locks.ContainsKey("cem").ShouldBeFalse();
    }

    [Fact]
    public void B3_as_many_locks_as_a_meeting_has_are_carried_in_parts_that_each_fit_an_append_and_never_more()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "physics"));
        var people = Enumerable.Range(0, Limits.LocksPerMeeting).Select(i => $"p{i:D5}".PadRight(Limits.IdLength, 'x')).ToArray();
        foreach (var some in people.Chunk(1_000)) run.Api(new LockAbilities([Ability.Chat], true, [.. some])).ShouldBeAccepted();
        run.Api(new EndMeeting());
        var legacy = Occurrences.Legacy(run.State, "physics");
        legacy.Length.ShouldBe(1 + ((Limits.LocksPerMeeting + Limits.CarriedPerPart - 1) / Limits.CarriedPerPart));
        var next = new MeetingRun();
        next.System(legacy[0]);
        next.System(legacy[2]).ShouldBeRefused(Refusal.InvalidArgument);
        next.Api(new LockAbilities([Ability.Hands], true, ["other"])).ShouldBeAccepted();
        foreach (var part in legacy.Skip(1))
        {
            var locked = next.System(part).ShouldBeAccepted().Events.ShouldHaveSingleItem();
            ThreadSample.Stored(new Recorded(1, MeetingRun.Start, null, null, locked)).Length.ShouldBeLessThan(128 * 1024);
        }
        next.State.Locks.Count.ShouldBe(Limits.LocksPerMeeting);
        next.State.Locks.ContainsKey("other").ShouldBeTrue();
    }

    /// <summary>An ended occurrence from which "mal" and, an hour before, "eve" were removed; and when.</summary>
    private static (MeetingRun Run, DateTimeOffset Eve, DateTimeOffset Mal) WithRemovals()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "physics"));
        run.Join("ann", Role.Host);
        run.Join("eve").ShouldBeAccepted();
        run.Join("mal").ShouldBeAccepted();
        run.As("ann", new RemoveParticipant("eve")).ShouldBeAccepted();
        var eve = run.Now;
        run.Now += TimeSpan.FromHours(1);
        run.As("ann", new RemoveParticipant("mal")).ShouldBeAccepted();
        run.As("ann", new EndMeeting()).ShouldBeAccepted();
        return (run, eve, run.Now);
    }

    [Fact]
    public void B4_who_was_removed_is_out_of_the_next_occurrence_and_the_one_after_until_a_token_is_newer()
    {
        var (run, eve, mal) = WithRemovals();
        run.Join("mal", issued: mal).ShouldBeRefused(Refusal.TokenRevoked);
        run.Join("mal", issued: mal.AddSeconds(1)).ShouldBeRefused(Refusal.MeetingEnded);
        run.Join("ben").ShouldBeRefused(Refusal.MeetingEnded);
        var legacy = Occurrences.Legacy(run.State, "physics");
        legacy[^1].ShouldBeOfType<CarryRemovals>().Removals.ShouldBe([new Removal("mal", mal), new Removal("eve", eve)]);
        var second = Next(run, "physics");
        MeetingRun.TextOf(MeetingState.Decode(second.State.Encode())).ShouldBe(second.Encoded);
        second.Join("ann", Role.Host, issued: eve).ShouldBeAccepted();
        second.As("ann", new EndMeeting()).ShouldBeAccepted();
        var third = Next(second, "physics--2");
        foreach (var next in new[] { second, third }) next.Join("mal", issued: mal).ShouldBeRefused(Refusal.TokenRevoked);
        third.Join("eve", issued: eve).ShouldBeRefused(Refusal.TokenRevoked);
        third.Join("eve", issued: eve.AddSeconds(1)).ShouldBeAccepted();
        third.Join("mal", issued: mal.AddSeconds(1)).ShouldBeAccepted();
        // Somebody who is removed again is so from then on.
        third.Now += TimeSpan.FromMinutes(5);
        third.Api(new RemoveParticipant("mal")).ShouldBeAccepted();
        foreach (var again in Occurrences.Legacy(second.State, "physics--2")) third.System(again).ShouldChangeNothing();
        third.Join("mal", issued: mal.AddSeconds(2)).ShouldBeRefused(Refusal.TokenRevoked);
    }

    [Fact]
    public void B4_until_the_next_occurrence_knows_who_was_removed_no_token_from_before_gets_in()
    {
        var (run, eve, mal) = WithRemovals();
        var legacy = Occurrences.Legacy(run.State, "physics");
        var next = new MeetingRun { Now = mal.AddMinutes(1) };
        next.System(legacy[0]).ShouldBeAccepted();
        MeetingState.Decode(next.State.Encode()).AwaitsRemovals.ShouldBeTrue();
        next.Join("mal", issued: mal).ShouldBeRefused(Refusal.Busy);
        next.Join("ben", issued: eve).ShouldBeRefused(Refusal.Busy);
        next.Now += TimeSpan.FromSeconds(1);
        next.Join("ben").ShouldBeAccepted();
        next.System(legacy[1]).ShouldBeAccepted();
        next.State.AwaitsRemovals.ShouldBeFalse();
        next.Join("mal", issued: mal).ShouldBeRefused(Refusal.TokenRevoked);
        next.Join("ann", issued: eve).ShouldBeAccepted();
    }

    [Fact]
    public void B4_an_occurrence_that_ends_before_it_knows_who_was_removed_learns_it_to_hand_it_on()
    {
        var (run, _, mal) = WithRemovals();
        var legacy = Occurrences.Legacy(run.State, "physics");
        var second = new MeetingRun { Now = run.Now };
        second.System(legacy[0]).ShouldBeAccepted();
        second.Api(new CancelMeeting()).ShouldBeAccepted();
        (second.State.HasLegacy, second.State.AwaitsRemovals).ShouldBe((true, true));
        second.System(legacy[1]).ShouldBeAccepted();
        second.System(legacy[1]).ShouldChangeNothing();
        second.State.AwaitsRemovals.ShouldBeFalse();
        Next(second, "physics--2").Join("mal", issued: mal).ShouldBeRefused(Refusal.TokenRevoked);
    }

    [Fact]
    public void B4_removals_are_forgotten_with_the_last_token_and_one_told_too_late_is_not_kept()
    {
        var (run, eve, mal) = WithRemovals();
        var legacy = Occurrences.Legacy(run.State, "physics");
        var next = new MeetingRun { Now = eve + Limits.TokenLifetime + TimeSpan.FromMinutes(1) };
        foreach (var command in legacy) next.System(command).ShouldBeAccepted();
        next.Log[^1].Event.ShouldBeOfType<RemovalsCarried>().Removals.ShouldBe([new Removal("mal", mal)]);
        // One that was removed here before the others were told does not hold up their being forgotten.
        var early = new MeetingRun { Now = run.Now.AddMinutes(1) };
        early.System(legacy[0]);
        early.Now += TimeSpan.FromSeconds(1);
        early.Join("dan").ShouldBeAccepted();
        early.Api(new RemoveParticipant("dan")).ShouldBeAccepted();
        early.System(legacy[1]).ShouldBeAccepted();
        early.State.Revocations.Count.ShouldBe(3);
        early.Now = mal + Limits.TokenLifetime + TimeSpan.FromSeconds(1);
        early.Api(new ChangeTags(["a"])).ShouldBeAccepted();
        early.State.Revocations.Count.ShouldBe(1);
        MeetingRun.TextOf(MeetingRun.Replay(MeetingState.Empty, early.Log)).ShouldBe(early.Encoded);
        early.Now += TimeSpan.FromHours(1);
        early.Api(new ChangeTags(["b"])).ShouldBeAccepted();
        early.State.Revocations.Count.ShouldBe(0);
    }

    [Fact]
    public void B4_parts_that_were_forgotten_before_they_were_told_are_not_waited_for()
    {
        var (run, _, mal) = WithRemovals();
        var next = new MeetingRun { Now = mal };
        next.System(Occurrences.Legacy(run.State, "physics")[0]).ShouldBeAccepted();
        run.Now = next.Now = mal + Limits.TokenLifetime + TimeSpan.FromSeconds(1);
        // Something that is logged after the end, as the count of a poll is.
        run.Api(new EndMeeting()).ShouldChangeNothing();
        var late = Occurrences.Legacy(run.State, "physics");
        late.Length.ShouldBe(1);
        next.State.AwaitsRemovals.ShouldBeTrue();
        next.System(late[0]).Events.ShouldHaveSingleItem().ShouldBeOfType<CarriedOver>();
        next.State.AwaitsRemovals.ShouldBeFalse();
        next.System(late[0]).ShouldChangeNothing();
    }

    [Fact]
    public void B4_as_many_removals_as_a_meeting_has_are_carried_in_parts_that_each_fit_an_append_and_never_more()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "physics"));
        for (var i = 0; i < Limits.RevocationsPerMeeting; i++)
        {
            var id = $"p{i:D5}".PadRight(Limits.IdLength, 'x');
            run.Join(id, Role.Attendee, session: $"s{i}", connection: $"c{i}").ShouldBeAccepted();
            run.Api(new RemoveParticipant(id)).ShouldBeAccepted();
            if (i % 1_000 == 0) run.Now += TimeSpan.FromSeconds(1);
        }
        run.Api(new EndMeeting());
        var legacy = Occurrences.Legacy(run.State, "physics");
        legacy.Length.ShouldBe(1 + (Limits.RevocationsPerMeeting / Limits.CarriedPerPart));
        var next = new MeetingRun { Now = run.Now };
        next.System(legacy[0]).ShouldBeAccepted();
        next.System(legacy[2]).ShouldBeRefused(Refusal.InvalidArgument);
        next.Now += TimeSpan.FromSeconds(1);
        next.Join("dan").ShouldBeAccepted();
        next.Api(new RemoveParticipant("dan")).ShouldBeAccepted();
        foreach (var part in legacy.Skip(1))
        {
            var carried = next.System(part).ShouldBeAccepted().Events.ShouldHaveSingleItem();
            ThreadSample.Stored(new Recorded(1, MeetingRun.Start, null, null, carried)).Length.ShouldBeLessThan(128 * 1024);
        }
        next.State.Revocations.Count.ShouldBe(Limits.RevocationsPerMeeting);
        // The one who found no room is of those whose tokens expire first.
        next.State.Revocations.NewestFirst.Last().At.ShouldBe(run.State.Revocations.NewestFirst.Last().At.AddSeconds(1));
        next.Join("p09999".PadRight(Limits.IdLength, 'x'), session: "s", connection: "c", issued: run.Now).ShouldBeRefused(Refusal.TokenRevoked);
    }

    [Fact]
    public void A1_a_recurring_meeting_goes_on_by_its_plan_also_when_one_is_late_moved_or_cancelled()
    {
        var run = new MeetingRun();
        var plan = At(2026, 3, 2, 9, Frequency.Weekly, count: 5);
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Schedule: plan, Series: "physics"));
        run.Api(new UpdateMeeting(Schedule: plan with { Start = plan.Start.AddDays(1), Repeats = null })).ShouldBeAccepted();
        run.Now = plan.Start.AddDays(1);
        run.Api(new StartMeeting());
        var follows = run.Api(new EndMeeting()).Events.OfType<OccurrenceFollows>().Single();
        follows.Schedule!.Start.ShouldBe(plan.Start.AddDays(7));
        var second = Next(run, "physics");
        second.State.Schedule!.Start.ShouldBe(plan.Start.AddDays(7));
        second.Api(new CancelMeeting()).Events.OfType<OccurrenceFollows>().Single().Schedule!.Start.ShouldBe(plan.Start.AddDays(14));
        var third = Next(second, "physics--2");
        third.Now = plan.Start.AddDays(22);
        third.Api(new StartMeeting());
        third.Api(new EndMeeting());
        var last = Next(third, "physics--3");
        last.State.Schedule!.Start.ToUniversalTime().ShouldBe(new DateTimeOffset(2026, 3, 30, 7, 0, 0, TimeSpan.Zero));
        last.Api(new EndMeeting()).Events.ShouldBe([new MeetingEnded()]);
    }

    [Fact]
    public void A1_a_series_ends_with_the_occurrence_that_is_live_or_is_cancelled_as_a_whole()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "physics"));
        run.Join("ann", Role.Host);
        run.As("ann", new CancelMeeting(Series: true)).Events.ShouldBe([new SeriesEnded()]);
        run.As("ann", new CancelMeeting(Series: true)).ShouldChangeNothing();
        run.As("ann", new EndMeeting()).Events.ShouldBe([new MeetingEnded()]);
        var whole = new MeetingRun();
        whole.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "physics"));
        whole.Api(new CancelMeeting(Series: true)).Events.ShouldBe([new SeriesEnded(), new MeetingCancelled()]);
        MeetingRun.With(("ann", Role.Host)).As("ann", new CancelMeeting(Series: true)).ShouldBeRefused(Refusal.InvalidArgument);
    }

    [Fact]
    public void A1_nobody_else_s_meeting_is_continued()
    {
        var former = new MeetingRun();
        former.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "physics"));
        former.Api(new EndMeeting());
        var told = Occurrences.Legacy(former.State, "physics")[0];
        var other = MeetingRun.With(("eve", Role.Host));
        other.System(told).ShouldBeRefused(Refusal.MeetingExists);
        other.As("eve", told).ShouldBeRefused(Refusal.NotAllowed);
    }

    [Fact]
    public void A4_metadata_changes_by_entries_within_its_bound()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, ImmutableDictionary<string, string>.Empty.Add("a", "1").Add("b", "2")));
        var set = ImmutableDictionary<string, string>.Empty.Add("a", "9").Add("c", "3");
        var changed = run.Api(new ChangeMetadata(set, ["b", "x"])).Events.ShouldHaveSingleItem().ShouldBeOfType<MetadataChanged>();
        changed.Removed!.Value.ShouldBe(["b"]);
        run.State.Metadata.ShouldBe(set);
        run.Api(new ChangeMetadata(set, ["b"])).ShouldChangeNothing();
        run.Api(new ChangeMetadata(set, ["a"])).ShouldBeRefused(Refusal.InvalidArgument);
        run.Api(new ChangeMetadata(ImmutableDictionary<string, string>.Empty.Add("big", new string('x', Limits.MetadataBytes - 4)))).ShouldBeRefused(Refusal.TooLarge);
        run.Api(new ChangeMetadata(ImmutableDictionary<string, string>.Empty.Add("big", new string('x', Limits.MetadataBytes - 7)))).ShouldBeAccepted();
        run.Api(new ChangeMetadata(Remove: ["a", "c", "big"])).ShouldBeAccepted();
        run.State.Metadata.ShouldBeNull();
    }

    [Fact]
    public void A4_tags_are_a_set_within_its_bounds()
    {
        var run = MeetingRun.With(("ann", Role.Host), ("ben", Role.CoHost));
        run.As("ben", new ChangeTags(["a"])).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new ChangeTags(["b", "a/ü"])).ShouldBeAccepted();
        run.State.Tags.ShouldBe(["a/ü", "b"]);
        run.As("ann", new ChangeTags(["a/ü", "b"])).ShouldChangeNothing();
        run.As("ann", new ChangeTags(["a", "a"])).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("ann", new ChangeTags([""])).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("ann", new ChangeTags([new string('x', Limits.TagLength + 1)])).ShouldBeRefused(Refusal.TooLarge);
        run.As("ann", new ChangeTags([.. Enumerable.Range(0, Limits.TagsPerMeeting).Select(i => $"t{i}")])).ShouldBeAccepted();
        run.As("ann", new ChangeTags([.. Enumerable.Range(0, Limits.TagsPerMeeting + 1).Select(i => $"t{i}")])).ShouldBeRefused(Refusal.TooLarge);
    }
}
