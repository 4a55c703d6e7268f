using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>Ways into rooms: preset groups, by lot, by one's own choice; and what becomes of groups afterwards.</summary>
public sealed class RoomGroupsTests
{
    private static MeetingRun Lesson(bool selfSelect = false, int people = 4)
    {
        var run = MeetingRun.With(("host", Role.Host), ("co", Role.CoHost));
        for (var i = 1; i <= people; i++) run.Join($"p{i}").ShouldBeAccepted();
        run.As("host", new CreateRooms(["Red", "Blue"], SelfSelect: selfSelect ? true : null)).ShouldBeAccepted();
        return run;
    }

    [Fact]
    public void D1_rooms_are_created_with_their_groups()
    {
        var run = Lesson();
        run.As("host", new CreateRooms(["Red", "Blue", "Green"], [["p1", "late"], [], ["p2"]])).Events
            .Select(one => one.GetType()).ShouldBe([typeof(RoomsCreated), typeof(ParticipantsAssigned)]);
        run.State.Rooms.Assignments.ShouldBe(
            [KeyValuePair.Create("p1", "r2-1"), KeyValuePair.Create("late", "r2-1"), KeyValuePair.Create("p2", "r2-3")], ignoreOrder: true);
        run.As("host", new OpenRooms());
        run.Join("late");
        (run["p1"].Place, run["late"].Place, run["p2"].Place, run["p3"].Place).ShouldBe(("r2-1", "r2-1", "r2-3", Ids.Main));
    }

    [Fact]
    public void P10_groups_that_fit_no_rooms_or_name_somebody_twice_are_refused()
    {
        var run = Lesson();
        var before = run.State;
        run.As("host", new CreateRooms(["Red"], [["p1"], ["p2"]])).ShouldBeRefused(Refusal.TooLarge);
        run.As("host", new CreateRooms(["Red", "Blue"], [["p1"], ["p1"]])).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("host", new CreateRooms(["Red"], [["no id"]])).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("host", new CreateRooms(["Red"], [default])).ShouldBeRefused(Refusal.InvalidArgument);
        run.State.ShouldBeSameAs(before);
    }

    [Fact]
    public void D1_as_many_names_as_a_meeting_holds_are_assigned_beforehand_and_no_more()
    {
        var run = Lesson();
        for (var part = 0; part < Limits.ParticipantsPerMeeting; part += Limits.AssignmentsPerCommand) run.Api(Assign(part, Limits.AssignmentsPerCommand)).ShouldBeAccepted();
        run.State.Rooms.Assignments.Count.ShouldBe(Limits.ParticipantsPerMeeting);
        run.Api(Assign(Limits.ParticipantsPerMeeting, 1)).ShouldBeRefused(Refusal.LimitReached);
        // Whoever was named before may be named again.
        run.Api(new AssignRooms([new Assignment("n0", "r1-2")])).ShouldBeAccepted();
        MeetingState.Decode(run.State.Encode()).Rooms.Assignments.Count.ShouldBe(Limits.ParticipantsPerMeeting);
        run.Join("n1");
        run.As("host", new OpenRooms()).ShouldBeAccepted();
        run["n1"].Place.ShouldBe("r1-2");
    }

    [Fact]
    public void D1_people_choose_and_change_their_rooms_where_the_round_lets_them()
    {
        var run = Lesson(selfSelect: true);
        run.As("p1", new ChooseRoom("r1-1")).ShouldBeRefused(Refusal.RoomsNotOpen);
        run.As("host", new OpenRooms());
        run.As("p1", new ChooseRoom("r1-1")).Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantsMoved>().Visit.ShouldBeNull();
        run.As("p1", new ChooseRoom("r1-2")).ShouldBeAccepted();
        run.As("p1", new ChooseRoom("r1-2")).ShouldChangeNothing();
        run["p1"].Place.ShouldBe("r1-2");
        run.As("p1", new ChooseRoom("r1-9")).ShouldBeRefused(Refusal.UnknownRoom);
        run.As("p1", new ChooseRoom(Ids.Waiting)).ShouldBeRefused(Refusal.UnknownRoom);
        run.Join("eye", Role.Attendee);
        run.As("eye", new ChooseRoom("r1-1")).ShouldBeRefused(Refusal.NotAllowed);
        // Who leaves and returns is where they chose to be.
        run.As("p1", new Leave());
        run.Join("p1");
        run["p1"].Place.ShouldBe("r1-2");
        run.As("p1", new ChooseRoom(Ids.Main)).ShouldBeAccepted();
        run.State.Rooms.Assignments.ShouldBeEmpty();
        MeetingViews.Of(run.State, Audience.Members, null)!.RoomsSelfSelect.ShouldBe(true);
        MeetingState.Decode(run.State.Encode()).Rooms.SelfSelect.ShouldBeTrue();
    }

    [Fact]
    public void D3_hosts_visit_any_room_without_joining_its_group()
    {
        var run = Lesson();
        run.As("host", new AssignRooms([new Assignment("co", "r1-1")]));
        run.As("host", new OpenRooms());
        run.As("p1", new ChooseRoom("r1-1")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new ChooseRoom("r1-1")).Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantsMoved>().Visit.ShouldBe(true);
        run.As("host", new ChooseRoom("r1-2")).ShouldBeAccepted();
        run.As("co", new ChooseRoom("r1-2")).ShouldBeAccepted();
        (run["host"].Place, run["co"].Place).ShouldBe(("r1-2", "r1-2"));
        run.State.Rooms.Assignments.ShouldBe([KeyValuePair.Create("co", "r1-1")]);
        run.As("host", new ChooseRoom(Ids.Main)).ShouldBeAccepted();
        run.As("host", new CloseRooms(0));
        run.As("host", new OpenRooms());
        (run["host"].Place, run["co"].Place).ShouldBe((Ids.Main, "r1-1"));
    }

    [Fact]
    public void D5_shuffling_deals_everybody_assigned_out_anew_and_evenly_but_moderators()
    {
        var run = Lesson(people: 20);
        run.As("host", new CreateRooms(["A", "B", "C"]));
        run.As("host", new ShuffleRooms()).ShouldChangeNothing();
        run.As("host", new AssignRooms([new("co", "r2-3"), .. Enumerable.Range(1, 22).Select(i => new Assignment($"p{i}", "r2-1"))]));
        run.As("host", new ShuffleRooms(5)).Events.ShouldHaveSingleItem().ShouldBeOfType<RoomsShuffled>();
        Sizes(run).ShouldBe([8, 7, 7]);
        run.State.Rooms.Assignments["co"].ShouldBe("r2-3");
        var (first, deal) = (run.State.Rooms.Assignments, Deal(run));
        run.As("host", new ShuffleRooms(6));
        Deal(run).ShouldNotBe(deal);
        run.As("host", new ShuffleRooms(5));
        Deal(run).ShouldBe(deal);
        run.As("host", new OpenRooms());
        run.As("host", new ShuffleRooms()).ShouldBeRefused(Refusal.RoomsOpen);
        run["p1"].Place.ShouldBe(first["p1"]);
    }

    [Fact]
    public void D5_a_full_meetings_groups_are_shuffled_by_one_event_that_fits_an_append()
    {
        var run = Lesson();
        for (var part = 0; part < Limits.ParticipantsPerMeeting; part += Limits.AssignmentsPerCommand) run.Api(Assign(part, Limits.AssignmentsPerCommand)).ShouldBeAccepted();
        var shuffled = run.Api(new ShuffleRooms(1)).Events.ShouldHaveSingleItem();
        System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(shuffled, ContractsJson.Default.Event).Length.ShouldBeLessThan(Limits.BatchBytes / 2);
        run.State.Rooms.Assignments.Values.CountBy(room => room).ShouldAllBe(room => room.Value == Limits.ParticipantsPerMeeting / 2);
    }

    [Fact]
    public void Without_a_seed_chance_comes_from_the_command_and_is_not_the_same_twice()
    {
        var run = Lesson(people: 20);
        run.As("host", new AssignEvenly(Random: true)).ShouldBeAccepted();
        var seen = new HashSet<string> { Deal(run) };
        for (var i = 0; i < 5; i++)
        {
            run.As("host", new ShuffleRooms()).ShouldBeAccepted();
            seen.Add(Deal(run));
        }
        seen.Count.ShouldBe(6);
        MeetingRun.TextOf(MeetingRun.Replay(MeetingState.Empty, run.Log)).ShouldBe(run.Encoded);
        var inOrder = Lesson(people: 20);
        inOrder.As("host", new AssignEvenly());
        seen.ShouldNotContain(Deal(inOrder));
    }

    [Fact]
    public void D5_groups_and_the_leave_to_choose_go_over_to_the_next_occurrence()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default, Series: "m"));
        run.Api(new CreateRooms(["Red", "Blue", "Green"], [["ann"], ["ben"], ["cem"]], SelfSelect: true));
        run.Api(new RenameRoom("r1-1", "Rot"));
        run.Api(new DeleteRoom("r1-2"));
        run.Api(new AddRoom("Grey"));
        run.Api(new AssignRooms([new Assignment("ben", "r1-4")]));
        run.Api(new EndMeeting());
        var next = new MeetingRun();
        foreach (var command in Occurrences.Legacy(run.State, "m")) next.System(command).ShouldBeAccepted();
        next.State.Rooms.List.ShouldBe([new Room("r1-1", "Rot"), new Room("r1-2", "Green"), new Room("r1-3", "Grey")]);
        next.State.Rooms.Assignments.ShouldBe(
            [KeyValuePair.Create("ann", "r1-1"), KeyValuePair.Create("cem", "r1-2"), KeyValuePair.Create("ben", "r1-3")], ignoreOrder: true);
        next.State.Rooms.SelfSelect.ShouldBeTrue();
    }

    private static AssignRooms Assign(int from, int count) => new([.. Enumerable.Range(from, count).Select(i => new Assignment($"n{i}", Ids.Room(1, 1 + (i % 2))))]);

    private static IEnumerable<int> Sizes(MeetingRun run) => run.State.Rooms.List
        .Select(room => run.State.Rooms.Assignments.Count(one => one.Value == room.Id && one.Key.StartsWith('p')));

    private static string Deal(MeetingRun run) => string.Join(' ', run.State.Rooms.Assignments.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value));
}
