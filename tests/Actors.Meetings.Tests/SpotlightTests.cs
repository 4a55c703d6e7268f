using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>B4, B6: the spotlight, the timer, who is away, attributes.</summary>
public sealed class SpotlightTests
{
    private static MeetingRun Lesson() => MeetingRun.With(("host", Role.Host), ("co", Role.CoHost), ("ann", Role.Participant), ("ben", Role.Participant), ("eye", Role.Attendee));

    private static ImmutableDictionary<string, string?> Map(params (string Key, string? Value)[] entries) =>
        entries.ToImmutableDictionary(entry => entry.Key, entry => entry.Value);

    [Fact]
    public void B4_the_spotlight_is_an_ordered_list_that_leavers_and_view_only_people_drop_out_of()
    {
        var run = Lesson();
        run.As("ann", new Spotlight(["ann"])).ShouldBeRefused(Refusal.NotAllowed);
        run.As("co", new Spotlight(["ben", "ann"])).Events.ShouldHaveSingleItem().ShouldBeOfType<SpotlightChanged>().Participants.ShouldBe(["ben", "ann"]);
        run.As("co", new Spotlight(["ben", "ann"])).ShouldChangeNothing();
        run.As("co", new Spotlight(["ghost"])).ShouldBeRefused(Refusal.UnknownParticipant);
        run.As("co", new Spotlight(["eye"])).ShouldBeRefused(Refusal.NotAllowed);
        foreach (var audience in new[] { Audience.Moderators, Audience.Members, Audience.Attendees })
            Meeting.View(run.State, audience)!.Spotlight!.Value.ShouldBe(["ben", "ann"]);
        run.Break("ben");
        run.Join("ben");
        MeetingState.Decode(run.State.Encode()).Main.Spotlight.ShouldBe(["ben", "ann"]);
        run.As("host", new ChangeRole("ann", Role.Attendee));
        run.State.Main.Spotlight.ShouldBe(["ben"]);
        run.As("ben", new Leave());
        Meeting.View(run.State, Audience.Members)!.Spotlight.ShouldBeNull();
        run.As("host", new Spotlight(["host", "co"])).ShouldBeAccepted();
        run.As("host", new Spotlight([])).Events.ShouldHaveSingleItem().ShouldBeOfType<SpotlightChanged>().Participants.ShouldBeEmpty();
        run.As("host", new Spotlight([])).ShouldChangeNothing();
    }

    [Fact]
    public void B6_a_countdown_ends_by_itself_and_a_stopwatch_runs_until_it_is_stopped()
    {
        var run = Lesson();
        run.As("host", new ExtendTimer(10)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new StopTimer()).ShouldChangeNothing();
        run.As("ann", new StartTimer(60)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new StartTimer(60)).Events.ShouldBe([new TimerStarted(run.Now, run.Now.AddSeconds(60))]);
        Meeting.View(run.State, Audience.Attendees)!.Timer.ShouldBe(new TimerView(run.Now, run.Now.AddSeconds(60)));
        run.As("host", new ExtendTimer(30)).Events.ShouldBe([new TimerExtended(run.Now.AddSeconds(90))]);
        run.As("host", new ExtendTimer(Limits.TimerSeconds - 89)).ShouldBeRefused(Refusal.LimitReached);
        run.State.Due.ShouldBe(run.Now.AddSeconds(90));
        MeetingState.Decode(run.State.Encode()).Due.ShouldBe(run.Now.AddSeconds(90));
        run.Tick(TimeSpan.FromSeconds(89)).ShouldChangeNothing();
        run.Tick(TimeSpan.FromSeconds(1)).Events.ShouldBe([new TimerEnded()]);
        run.State.Due.ShouldBeNull();
        Meeting.View(run.State, Audience.Members)!.Timer.ShouldBeNull();
        run.As("host", new StartTimer()).Events.ShouldBe([new TimerStarted(run.Now)]);
        run.State.Due.ShouldBeNull();
        run.As("host", new ExtendTimer(10)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("co", new StartTimer(5)).ShouldBeAccepted();
        run.As("host", new StopTimer()).Events.ShouldBe([new TimerStopped()]);
        run.As("host", new StartTimer(5));
        run.As("host", new EndMeeting());
        run.State.Main.Timer.ShouldBeNull();
    }

    [Fact]
    public void B6_a_breakout_room_has_a_spotlight_and_a_timer_of_its_own()
    {
        var now = MeetingRun.Start;
        var space = SpaceState.Empty.Enter("ann", "Ann", Role.Participant, default);
        var room = new RoomState { Version = 3, LastTime = now, Space = space };
        room = Do(room, new StartTimer(60));
        room = Do(room, new Spotlight(["ann"]));
        room.Due.ShouldBe(now.AddSeconds(60));
        room = RoomState.Decode(room.Encode());
        BreakoutRoom.View(room)!.ShouldSatisfyAllConditions(
            view => view.Timer.ShouldBe(new TimerView(now, now.AddSeconds(60))), view => view.Spotlight!.Value.ShouldBe(["ann"]));
        Ticked(room, now.AddSeconds(59)).ShouldBe(Outcome.Nothing);
        Ticked(room, now.AddSeconds(60)).Events.ShouldBe([new TimerEnded()]);
        // A closed room has nobody to tell.
        room = room.Evolve(new Recorded(room.Version + 1, now, null, null, new RosterChanged(9, [], ["ann"], Closed: true)));
        (room.Due, room.Space.Spotlight.IsEmpty).ShouldBe((null, true));

        RoomState Do(RoomState state, SpaceCommand command) =>
            BreakoutRoom.Decide(state, new Request(new CommandId("api", 1), Caller.Backend("api"), command), now).Events
                .Aggregate(state, (folded, happened) => folded.Evolve(new Recorded(folded.Version + 1, now, "api:api", null, happened)));

        static Outcome Ticked(RoomState state, DateTimeOffset at) => BreakoutRoom.Decide(state, new Request(new CommandId("product", 1), Caller.System, new Tick()), at);
    }

    [Fact]
    public void B4_away_is_said_by_oneself_and_outlasts_reconnects_and_rooms()
    {
        var run = Lesson();
        run.As("ann", new SetAway(false)).ShouldChangeNothing();
        run.As("ann", new SetAway(true)).Events.ShouldBe([new AwayChanged("ann", true)]);
        run.As("ann", new SetAway(true)).ShouldChangeNothing();
        run.Api(new SetAway(true)).ShouldBeRefused(Refusal.NotAllowed);
        run.Break("ann");
        run.Join("ann");
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new AssignRooms([new Assignment("ann", "r1-1")]));
        run.As("host", new OpenRooms());
        MeetingState.Decode(run.State.Encode()).Participants["ann"].Away.ShouldBeTrue();
        Meeting.View(run.State, Audience.Members)!.Participants.Single(one => one.Id == "ann").Away.ShouldBeTrue();
        run.As("ann", new SetAway(false)).ShouldBeAccepted();
        run.As("ann", new SetAway(true));
        run.As("ann", new Leave());
        run.Join("ann");
        run["ann"].Away.ShouldBeFalse();
    }

    [Fact]
    public void B1_attributes_merge_null_removes_and_moderators_change_everybody_s()
    {
        var run = Lesson();
        var happened = run.As("ann", new SetAttributes(Map(("seat", "3"), ("row", "b")))).Events.ShouldHaveSingleItem().ShouldBeOfType<AttributesChanged>();
        (happened.Participant, happened.Set!.Count, happened.Removed).ShouldBe(("ann", 2, null));
        run.As("ann", new SetAttributes(Map(("seat", "3"), ("ghost", null)))).ShouldChangeNothing();
        run.As("ann", new SetAttributes(Map(("seat", "4"), ("row", null)))).Events.ShouldHaveSingleItem().ShouldBeOfType<AttributesChanged>().Removed!.Value.ShouldBe(["row"]);
        run["ann"].Attributes!.ShouldBe([KeyValuePair.Create("seat", "4")]);
        run.As("ann", new SetAttributes(Map(("seat", "5")), "ben")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("co", new SetAttributes(Map(("seat", "5")), "host")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("co", new SetAttributes(Map(("seat", "5")), "ben")).ShouldBeAccepted();
        run.Api(new SetAttributes(Map(("seat", null)), "ann")).ShouldBeAccepted();
        run["ann"].Attributes.ShouldBeNull();
        run.Api(new SetAttributes(Map(("seat", null)), "ghost")).ShouldBeRefused(Refusal.UnknownParticipant);
        run.As("eye", new SetAttributes(Map(("seat", "9")))).ShouldBeAccepted();
        MeetingState.Decode(run.State.Encode()).Participants["ben"].Attributes!["seat"].ShouldBe("5");
    }

    [Fact]
    public void P6_attributes_keep_within_their_bound_however_they_came_together()
    {
        var run = Lesson();
        run.As("ann", new SetAttributes(Map(("a", new string('x', (Limits.AttributesBytes / 2) - 1))))).ShouldBeAccepted();
        run.As("ann", new SetAttributes(Map(("b", new string('x', Limits.AttributesBytes / 2))))).ShouldBeRefused(Refusal.TooLarge);
        run.As("ann", new SetAttributes(Map(("b", new string('x', (Limits.AttributesBytes / 2) - 1))))).ShouldBeAccepted();
        run.As("ann", new SetAttributes(Map(("c", "")))).ShouldBeRefused(Refusal.TooLarge);
        run.As("ann", new SetAttributes(Map(("a", null), ("c", "y")))).ShouldBeAccepted();
    }
}
