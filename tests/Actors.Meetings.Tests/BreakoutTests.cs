using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class BreakoutTests
{
    private static MeetingRun Lesson(int people = 4, params string[] rooms)
    {
        var run = MeetingRun.With(("host", Role.Host), ("co", Role.CoHost));
        for (var i = 1; i <= people; i++) run.Join($"p{i}");
        if (rooms.Length > 0) run.As("host", new CreateRooms([.. rooms])).ShouldBeAccepted();
        return run;
    }

    private static AssignRooms Assign(params (string Id, string Room)[] assignments) =>
        new([.. assignments.Select(one => new Assignment(one.Id, one.Room))]);

    private static MoveParticipants Moves(params (string Id, string Place)[] moves) =>
        new([.. moves.Select(one => new Move(one.Id, one.Place))]);

    [Fact]
    public void Rounds_number_their_rooms_and_a_new_one_replaces_the_old_with_its_assignments()
    {
        var run = Lesson(2, "Red", "Blue");
        run.State.Rooms.List.ShouldBe([new Room("r1-1", "Red"), new Room("r1-2", "Blue")]);
        run.As("host", Assign(("p1", "r1-2")));
        run.As("host", new CreateRooms(["Green"])).Events.ShouldHaveSingleItem().ShouldBeOfType<RoomsCreated>().Round.ShouldBe(2);
        run.State.Rooms.Assignments.ShouldBeEmpty();
        run.As("host", Assign(("p1", "r1-2"))).ShouldBeRefused(Refusal.UnknownRoom);
        run.As("p1", new CreateRooms(["Mine"])).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new OpenRooms());
        run.As("host", new CreateRooms(["Late"])).ShouldBeRefused(Refusal.RoomsOpen);
    }

    [Fact]
    public void Opening_moves_everybody_assigned_with_one_event()
    {
        var run = Lesson(4, "Red", "Blue");
        run.As("host", Assign(("p1", "r1-1"), ("p2", "r1-2"), ("p3", "r1-2"), ("not-here-yet", "r1-1"))).ShouldBeAccepted();
        run.As("host", Assign(("p3", "r1-1"))).ShouldBeAccepted();
        run.As("host", Assign(("p3", "r1-1"))).ShouldChangeNothing();
        var opened = run.As("co", new OpenRooms());
        opened.Events.Select(one => one.GetType()).ShouldBe([typeof(RoomsOpened), typeof(ParticipantsMoved)]);
        opened.Events[1].ShouldBeOfType<ParticipantsMoved>().Moves.ShouldBe([new Move("p1", "r1-1"), new Move("p2", "r1-2"), new Move("p3", "r1-1")]);
        run["p4"].Place.ShouldBe(Ids.Main);
        run.As("host", new OpenRooms()).ShouldBeRefused(Refusal.RoomsOpen);
        run.As("host", Assign(("p4", "r1-1"))).ShouldBeRefused(Refusal.RoomsOpen);
    }

    [Fact]
    public void Dealing_out_is_even_fills_up_and_leaves_out_moderators_viewers_and_machines()
    {
        var run = Lesson(7, "A", "B", "C");
        run.Join("eye", Role.Attendee);
        run.Join("bot", kind: Kind.Bot);
        run.As("host", Assign(("p7", "r1-1"), ("co", "r1-1")));
        run.As("host", new AssignEvenly()).ShouldBeAccepted();
        run.State.Rooms.Assignments.GroupBy(one => one.Value).OrderBy(one => one.Key).Select(one => one.Count()).ShouldBe([3, 3, 2]);
        run.State.Rooms.Assignments.Keys.ShouldBe(["p1", "p2", "p3", "p4", "p5", "p6", "p7", "co"], ignoreOrder: true);
        run.As("host", new AssignEvenly()).ShouldChangeNothing();
    }

    [Fact]
    public void Dealing_out_shuffled_is_the_same_for_the_same_seed_and_differs_between_seeds()
    {
        ImmutableArray<Assignment> Dealt(int seed) =>
            Lesson(20, "A", "B").As("host", new AssignEvenly(seed)).Events[0].ShouldBeOfType<ParticipantsAssigned>().Assignments;
        Dealt(0).Take(3).ShouldBe([new Assignment("p1", "r1-1"), new Assignment("p2", "r1-2"), new Assignment("p3", "r1-1")]);
        Dealt(7).ShouldBe(Dealt(7));
        Dealt(7).ShouldNotBe(Dealt(8));
        Dealt(-1).Select(one => one.Participant).ShouldBe(Enumerable.Range(1, 20).Select(i => $"p{i}"), ignoreOrder: true);
    }

    [Fact]
    public void People_assigned_before_go_to_their_room_when_they_join_admitted_or_come_back()
    {
        var run = Lesson(1, "A");
        run.As("host", new ChangeSettings(new SettingsPatch(WaitingRoom: WaitingRoomPolicy.Guests)));
        run.As("host", Assign(("late", "r1-1"), ("guest", "r1-1"), ("p1", "r1-1"), ("eye", "r1-1")));
        run.As("host", new OpenRooms());
        run.Join("late").Events.Select(one => one.GetType()).ShouldBe([typeof(ParticipantJoined), typeof(ParticipantsMoved)]);
        run["late"].Place.ShouldBe("r1-1");
        run.Join("guest", guest: true);
        run.As("host", new AdmitAll()).Events.Select(one => one.GetType()).ShouldBe([typeof(ParticipantsAdmitted), typeof(ParticipantsMoved)]);
        run["guest"].Place.ShouldBe("r1-1");
        run.Join("eye", Role.Attendee);
        run["eye"].Place.ShouldBe(Ids.Main);
        run.As("p1", new Leave());
        run.Join("p1");
        run["p1"].Place.ShouldBe("r1-1");
        run.As("host", new CloseRooms(30));
        run.As("p1", new Leave());
        run.Join("p1");
        run["p1"].Place.ShouldBe(Ids.Main);
    }

    [Fact]
    public void Reconnecting_leads_back_into_the_room_or_to_the_main_room_where_it_closed_meanwhile()
    {
        var run = Lesson(2, "A");
        run.As("host", Assign(("p1", "r1-1"), ("p2", "r1-1")));
        run.As("host", new OpenRooms());
        run.Break("p1");
        run.Join("p1");
        run["p1"].Place.ShouldBe("r1-1");
        run.Break("p2");
        run.As("host", new CloseRooms(0));
        run.Join("p2").Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantReconnected>();
        run["p2"].Place.ShouldBe(Ids.Main);
        run.State.Main.Members.ShouldContainKey("p2");
    }

    [Fact]
    public void While_open_moderators_move_anyone_and_a_list_counts_as_a_whole()
    {
        var run = Lesson(3, "A", "B");
        run.As("host", Moves(("p1", "r1-1"))).ShouldBeRefused(Refusal.RoomsNotOpen);
        run.As("host", new OpenRooms());
        run.As("co", Moves(("p1", "r1-1"), ("p2", "r1-2"), ("co", "r1-2"))).ShouldBeAccepted();
        run.As("host", Moves(("p1", "r1-2"), ("p2", Ids.Main), ("host", "r1-2"))).ShouldBeAccepted();
        run["p1"].Place.ShouldBe("r1-2");
        run["p2"].Place.ShouldBe(Ids.Main);
        run.As("host", Moves(("p1", "r1-2"))).ShouldChangeNothing();
        var before = run.State;
        run.As("host", Moves(("p2", "r1-1"), ("p3", "r1-9"))).ShouldBeRefused(Refusal.UnknownRoom);
        run.As("host", Moves(("p2", "r1-1"), ("p3", Ids.Waiting))).ShouldBeRefused(Refusal.UnknownRoom);
        run.As("host", Moves(("p2", "r1-1"), ("ghost", "r1-1"))).ShouldBeRefused(Refusal.UnknownParticipant);
        run.As("host", Moves(("p2", "r1-1"), ("p2", "r1-2"))).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("co", Moves(("p2", "r1-1"), ("host", "r1-1"))).ShouldBeRefused(Refusal.NotAllowed);
        run.As("p3", Moves(("p3", "r1-1"))).ShouldBeRefused(Refusal.NotAllowed);
        run.State.ShouldBeSameAs(before);
    }

    [Fact]
    public void Rooms_close_after_the_countdown_by_time_alone_and_everybody_is_home()
    {
        var run = Lesson(2, "A");
        run.As("host", Assign(("p1", "r1-1"), ("p2", "r1-1")));
        run.As("host", new CloseRooms()).ShouldBeRefused(Refusal.RoomsNotOpen);
        run.As("host", new BroadcastToRooms("hi")).ShouldBeRefused(Refusal.RoomsNotOpen);
        run.As("host", new OpenRooms());
        run.State.Due.ShouldBeNull();
        run.As("host", new BroadcastToRooms("Five minutes")).Events.ShouldBe([new RoomsBroadcast("Five minutes")]);
        run.As("host", new CloseRooms()).Events.ShouldBe([new RoomsClosing(run.Now + Limits.RoomsCountdown)]);
        run.As("host", new CloseRooms()).ShouldChangeNothing();
        run.As("host", new CloseRooms(10)).Events.ShouldBe([new RoomsClosing(run.Now.AddSeconds(10))]);
        run.State.Due.ShouldBe(run.Now.AddSeconds(10));
        run.Tick(TimeSpan.FromSeconds(9)).ShouldChangeNothing();
        run.Tick(TimeSpan.FromSeconds(1)).Events.ShouldBe([new RoomsClosed(1)]);
        run.State.Participants.Values.ShouldAllBe(one => one.Place == Ids.Main);
        MeetingInvariants.Check(run.State);
    }

    [Fact]
    public void Rooms_opened_for_a_time_close_by_themselves_and_a_countdown_does_not_prolong_it()
    {
        var run = Lesson(1, "A");
        run.As("host", new OpenRooms(30));
        run.State.Due.ShouldBe(run.Now.AddSeconds(30));
        run.As("host", new CloseRooms(60)).Events.ShouldBe([new RoomsClosing(run.Now.AddSeconds(30))]);
        run.Tick(TimeSpan.FromSeconds(30)).Events.ShouldBe([new RoomsClosed(1)]);
    }

    [Fact]
    public void A_closed_round_opens_again_with_the_same_groups()
    {
        var run = Lesson(2, "A", "B");
        run.As("host", Assign(("p1", "r1-1"), ("p2", "r1-2")));
        run.As("host", new OpenRooms());
        run.As("host", Moves(("p1", "r1-2")));
        run.As("host", new CloseRooms(0));
        run.State.Rooms.Status.ShouldBe(RoomsStatus.Created);
        run.As("host", new OpenRooms()).ShouldBeAccepted();
        (run["p1"].Place, run["p2"].Place).ShouldBe(("r1-2", "r1-2"));
    }

    [Fact]
    public void Who_was_moved_home_returns_to_the_main_room()
    {
        var run = Lesson(1, "A");
        run.As("host", Assign(("p1", "r1-1")));
        run.As("host", new OpenRooms());
        run.As("host", Moves(("p1", Ids.Main))).ShouldBeAccepted();
        run.As("p1", new Leave());
        run.Join("p1");
        run["p1"].Place.ShouldBe(Ids.Main);
    }

    [Fact]
    public void Removal_and_expiry_empty_the_room_of_the_person()
    {
        var run = Lesson(2, "A");
        run.As("host", Assign(("p1", "r1-1"), ("p2", "r1-1")));
        run.As("host", new OpenRooms());
        run.As("host", new RemoveParticipant("p1"));
        run.Break("p2");
        run.Tick(Limits.ReconnectGrace);
        run.State.Rooms.Occupants.ShouldBeEmpty();
    }

    [Fact]
    public void Rooms_need_a_round_and_a_live_meeting()
    {
        var run = MeetingRun.With();
        run.Api(new OpenRooms()).ShouldBeRefused(Refusal.UnknownRoom);
        run.Api(new AssignEvenly()).ShouldBeRefused(Refusal.UnknownRoom);
        run.Api(new CreateRooms(["A"])).ShouldBeAccepted();
        run.Api(new OpenRooms()).ShouldBeRefused(Refusal.MeetingNotStarted);
    }
}
