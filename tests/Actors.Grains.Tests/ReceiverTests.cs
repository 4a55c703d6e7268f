using Actors.Contracts;
using Actors.Storage;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

public sealed class ReceiverTests
{
    [Fact]
    public async Task A_member_posts_at_once_because_the_thread_catches_up_with_what_its_caller_saw()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        // The thread hears nothing from the meeting: its own log is held until the post itself has asked.
        var joined = await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        var posted = await TestBed.Accepted(bed.Thread(), bed.By("ann", new PostMessage("hello"), meetingSeen: joined.Last));
        (await TestBed.Events(bed.Thread())).Single(one => one.Number == posted.First).Event.ShouldBe(new MessagePosted("hello"));
    }

    [Fact]
    public async Task P7_moves_converge_when_the_process_dies_midway()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        for (var i = 0; i < 20; i++) await TestBed.Accepted(meeting, bed.Joining($"p{i}"));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms(["red", "blue"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new AssignEvenly()));
        // Rooms cannot store what they are told before the process dies.
        var gate = bed.Log.Hold("room/");
        var opened = await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        await gate.Arrived;
        await bed.Kill();
        gate.Release();

        var rooms = ((MeetingView)(await bed.Meeting().View(new ViewRequest(Audience.Moderators), default))!).Rooms;
        await bed.Meeting().Wake(default);
        var places = await Placed(bed, rooms);
        foreach (var id in Enumerable.Range(0, 20).Select(i => $"p{i}"))
            places.Count(place => place.Value.Contains(id)).ShouldBe(1, id);
        opened.Last.ShouldBeGreaterThan(0);

        await TestBed.Accepted(bed.Meeting(), bed.ByBackend(new MoveParticipants([new Move("p0", rooms[1].Id), new Move("p1", Ids.Main)])));
        await bed.Meeting().Wake(default);
        places = await Placed(bed, rooms);
        places[rooms[1].Id].ShouldContain("p0");
        places[rooms[0].Id].ShouldNotContain("p0");
        places.Values.ShouldAllBe(members => !members.Contains("p1"));
    }

    [Fact]
    public async Task P7_a_room_that_is_slow_to_store_ends_up_right()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms(["red", "blue"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new AssignRooms([new Assignment("ann", "r1-1")])));
        var gate = bed.Log.Hold("room/");
        await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        await gate.Arrived;
        await TestBed.Accepted(meeting, bed.ByBackend(new MoveParticipants([new Move("ann", "r1-2")])));
        gate.Release();
        await bed.Meeting().Wake(default);
        var places = await Placed(bed, [new Room("r1-1", "red"), new Room("r1-2", "blue")]);
        places["r1-1"].ShouldBeEmpty();
        places["r1-2"].ShouldBe(["ann"]);
        // A client that was told of its move acts there at once.
        await TestBed.Accepted(bed.Room("r1-2"), bed.By("ann", new RaiseHand()));
        (await TestBed.Refused(bed.Room("r1-1"), bed.By("ann", new RaiseHand()))).ShouldBe(Refusal.NotJoined);
    }

    [Fact]
    public async Task P7_rooms_that_fail_are_told_again()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms(["red"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new AssignRooms([new Assignment("ann", "r1-1")])));
        bed.Log.LoadsFail = "room/";
        await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        await meeting.Wake(default);
        bed.Log.Calls(nameof(IEventLog.Load), "room/").ShouldBeGreaterThan(0);
        bed.Log.LoadsFail = null;
        await meeting.Wake(default);
        (await Placed(bed, [new Room("r1-1", "red")]))["r1-1"].ShouldBe(["ann"]);
    }

    [Fact]
    public async Task A_removed_member_is_out_of_the_thread_before_the_removal_is_answered()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var joined = await TestBed.Accepted(meeting, bed.Joining("ann"));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new PostMessage("hello"), meetingSeen: joined.Last));
        (await TestBed.Accepted(meeting, bed.ByBackend(new RemoveParticipant("ann")))).Pending.ShouldBeFalse();
        (await TestBed.Refused(bed.Thread(), bed.By("ann", new PostMessage("still here")))).ShouldBe(Refusal.NotJoined);
    }

    [Fact]
    public async Task A_removal_whose_thread_does_not_answer_is_pending_after_a_bounded_time()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        await bed.Meeting().Wake(default);
        var gate = bed.Log.Hold("thread/");
        var removing = meeting.Execute(bed.ByBackend(new RemoveParticipant("ann")), default).AsTask();
        await gate.Arrived;
        // The thread's append deadline and the removal's patience.
        await bed.Time.Waiting(2).WaitAsync(TestBed.Patience);
        removing.IsCompleted.ShouldBeFalse();
        bed.Time.Advance(GrainLimits.ReceiverWait);
        (await removing).ShouldBeOfType<Accepted>().Pending.ShouldBeTrue();
        gate.Release();
    }

    private static async Task<Dictionary<string, HashSet<string>>> Placed(TestBed bed, IEnumerable<Room> rooms)
    {
        var places = new Dictionary<string, HashSet<string>>();
        foreach (var room in rooms)
        {
            var view = await bed.Room(room.Id).View(new ViewRequest(Audience.Moderators), default) as RoomView;
            places[room.Id] = [.. view?.Participants.Select(one => one.Id) ?? []];
        }
        return places;
    }
}
