using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class RoomChangesTests
{
    /// <summary>A host, p1 and p2 in "Red" and p3 in "Blue", assigned and, where open, there.</summary>
    private static MeetingRun Lesson(bool open, int? seconds = null)
    {
        var run = MeetingRun.With(("host", Role.Host), ("p1", Role.Participant), ("p2", Role.Participant), ("p3", Role.Participant));
        run.As("host", new CreateRooms(["Red", "Blue"])).ShouldBeAccepted();
        run.As("host", new AssignRooms([new("p1", "r1-1"), new("p2", "r1-1"), new("p3", "r1-2"), new("late", "r1-1")])).ShouldBeAccepted();
        if (open) run.As("host", new OpenRooms(seconds)).ShouldBeAccepted();
        return run;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_room_is_added_renamed_and_deleted_and_its_id_is_never_given_again(bool open)
    {
        var run = Lesson(open);
        run.As("host", new AddRoom("Green")).Events.ShouldBe([new RoomAdded(new Room("r1-3", "Green"))]);
        run.As("host", new RenameRoom("r1-3", "Grey")).Events.ShouldBe([new RoomRenamed("r1-3", "Grey")]);
        run.As("host", new RenameRoom("r1-3", "Grey")).ShouldChangeNothing();
        run.As("host", new DeleteRoom("r1-3")).Events.ShouldBe([new RoomDeleted("r1-3")]);
        run.As("host", new DeleteRoom("r1-3")).ShouldBeRefused(Refusal.UnknownRoom);
        run.As("host", new RenameRoom("r1-3", "Back")).ShouldBeRefused(Refusal.UnknownRoom);
        run.As("host", new AddRoom("Green")).Events.ShouldBe([new RoomAdded(new Room("r1-4", "Green"))]);
        run.State.Rooms.List.Select(one => one.Name).ShouldBe(["Red", "Blue", "Green"]);
        // Also not after a snapshot was read.
        var read = MeetingState.Decode(run.State.Encode());
        (read.Rooms.Made, read.Rooms.List.Length).ShouldBe((4, 3));
    }

    [Fact]
    public void Deleting_an_open_room_brings_its_people_home_with_one_event_and_leaves_them_unassigned()
    {
        var run = Lesson(open: true);
        run.Break("p2");
        run.As("host", new DeleteRoom("r1-1")).Events.ShouldHaveSingleItem();
        (run["p1"].Place, run["p2"].Place, run["p3"].Place).ShouldBe((Ids.Main, Ids.Main, "r1-2"));
        run.State.Main.Members.Keys.ShouldBe(["host", "p1", "p2"], ignoreOrder: true);
        run.State.Rooms.Assignments.ShouldBe([KeyValuePair.Create("p3", "r1-2")]);
        run.Join("late");
        run["late"].Place.ShouldBe(Ids.Main);
        run.As("host", new MoveParticipants([new Move("p1", "r1-1")])).ShouldBeRefused(Refusal.UnknownRoom);
        MeetingInvariants.Check(run.State);
    }

    [Fact]
    public void A_room_added_while_open_takes_people_at_once_and_is_told_of_them()
    {
        var run = Lesson(open: true);
        run.As("host", new AddRoom("Green")).ShouldBeAccepted();
        Rosters.Update(run.State, "r1-3", false, 0, null)!.ShouldSatisfyAllConditions(
            told => told.Closed.ShouldBeFalse(), told => told.Name.ShouldBe("Green"), told => told.Entered.ShouldBeEmpty());
        run.As("host", new MoveParticipants([new Move("p1", "r1-3")])).ShouldBeAccepted();
        Rosters.Update(run.State, "r1-3", false, 0, null)!.Entered.Select(one => one.Participant).ShouldBe(["p1"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_deleted_room_is_told_that_it_is_closed_also_when_another_round_has_begun(bool another)
    {
        var run = Lesson(open: true);
        var before = run.State.Version;
        run.As("host", new DeleteRoom("r1-1"));
        if (another)
        {
            run.As("host", new CloseRooms(0));
            run.As("host", new CreateRooms(["Green"]));
        }
        var state = MeetingState.Decode(run.State.Encode());
        Rosters.Receivers(state).Where(one => one.Place == "r1-1").Select(one => (one.Thread, one.Concerned > before)).ShouldBe([(false, true), (true, true)]);
        var told = Rosters.Update(state, "r1-1", false, before, null)!;
        (told.Closed, told.Full, told.Entered.Length).ShouldBe((true, true, 0));
    }

    [Fact]
    public void A_room_that_was_never_open_is_forgotten_when_it_is_deleted()
    {
        var run = Lesson(open: false);
        run.As("host", new DeleteRoom("r1-1")).ShouldBeAccepted();
        Rosters.Receivers(run.State).Select(one => one.Place).ShouldBe([Ids.Main]);
        run.As("host", new OpenRooms()).ShouldBeAccepted();
        Rosters.Receivers(run.State).Select(one => one.Place).Distinct().ShouldBe([Ids.Main, "r1-2"]);
    }

    [Fact]
    public void A_closed_room_hears_of_its_new_name_too()
    {
        var run = Lesson(open: true);
        run.As("host", new CloseRooms(0));
        var closed = run.State.Version;
        run.As("host", new RenameRoom("r1-2", "Grey"));
        Rosters.Receivers(run.State).Single(one => one is { Place: "r1-2", Thread: false }).Concerned.ShouldBe(closed + 1);
        Rosters.Update(run.State, "r1-2", false, closed, run.Log.Skip((int)closed).ToArray())!.Name.ShouldBe("Grey");
    }

    [Fact]
    public void A_snapshot_from_before_rooms_were_added_or_deleted_reads_as_it_was_and_is_written_as_it_was()
    {
        var run = Lesson(open: true);
        foreach (var field in new[] { "\"made\"", "\"deleted\"", "\"selfSelect\"", "\"help\"" }) run.Encoded.ShouldNotContain(field);
        var read = MeetingState.Decode(run.State.Encode());
        (read.Rooms.Made, read.Rooms.Deleted.Length, read.Rooms.SelfSelect).ShouldBe((2, 0, false));
        MeetingRun.TextOf(read).ShouldBe(run.Encoded);
    }

    [Fact]
    public void A_round_has_rooms_and_keeps_one()
    {
        var run = MeetingRun.With(("host", Role.Host));
        run.As("host", new AddRoom("Red")).ShouldBeRefused(Refusal.UnknownRoom);
        run.As("host", new CreateRooms(["Red"]));
        run.As("host", new DeleteRoom("r1-1")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new AddRoom("Blue"));
        run.As("host", new DeleteRoom("r1-1")).ShouldBeAccepted();
    }

    [Fact]
    public void P6_the_hundredth_room_is_added_and_no_more_until_one_is_deleted()
    {
        var run = MeetingRun.With(("host", Role.Host));
        run.As("host", new CreateRooms(["Red"]));
        for (var i = 2; i <= Limits.RoomsPerMeeting; i++) run.Api(new AddRoom("Room")).ShouldBeAccepted();
        run.As("host", new AddRoom("Room")).ShouldBeRefused(Refusal.LimitReached);
        run.As("host", new DeleteRoom("r1-7")).ShouldBeAccepted();
        run.As("host", new AddRoom("Room")).Events.ShouldBe([new RoomAdded(new Room("r1-101", "Room"))]);
        run.As("host", new OpenRooms()).ShouldBeAccepted();
        run.As("host", new AddRoom("Room")).ShouldBeRefused(Refusal.LimitReached);
    }

    [Fact]
    public void The_end_of_an_open_round_is_put_off_and_a_countdown_called_off()
    {
        var run = Lesson(open: true, seconds: 60);
        var ends = run.Now.AddSeconds(60);
        run.As("host", new ExtendRooms(30)).Events.ShouldBe([new RoomsExtended(ends.AddSeconds(30))]);
        run.State.Due.ShouldBe(ends.AddSeconds(30));
        run.Tick(TimeSpan.FromSeconds(89)).ShouldChangeNothing();
        run.As("host", new CloseRooms(10));
        // A countdown never ends later than the round.
        run.State.Rooms.ClosesAt.ShouldBe(ends.AddSeconds(30));
        run.As("host", new ExtendRooms(300)).ShouldBeAccepted();
        (run.State.Rooms.Status, run.State.Rooms.ClosesAt).ShouldBe((RoomsStatus.Open, ends.AddSeconds(330)));
        run.Join("late");
        run["late"].Place.ShouldBe("r1-1");
        run.Tick(TimeSpan.FromSeconds(301)).Events.ShouldBe([new RoomsClosed(1)]);
        run.As("host", new ExtendRooms(30)).ShouldBeRefused(Refusal.RoomsNotOpen);
    }

    [Fact]
    public void Only_what_ends_by_itself_is_extended_and_not_beyond_a_day()
    {
        var run = Lesson(open: true);
        run.As("host", new ExtendRooms(30)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new CloseRooms(60));
        var longest = (int)Limits.RoomsDurationMax.TotalSeconds;
        run.As("host", new ExtendRooms(longest - 59)).ShouldBeRefused(Refusal.LimitReached);
        run.As("host", new ExtendRooms(longest - 60)).ShouldBeAccepted();
    }
}
