using Actors.Contracts;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Actors.Grains.Tests;

/// <summary>What it costs to move many people into many rooms, counted at storage; and what a crash in the middle leaves.</summary>
public sealed class RoomMoveTests(ITestOutputHelper output)
{
    private const int People = 500;
    private const int RoomCount = 50;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task D7_500_people_into_50_rooms_are_ten_appends_of_the_meeting_and_two_of_each_room_at_most(bool open)
    {
        await using var bed = await TestBed.Start();
        var meeting = await Assembled(bed);
        if (open) await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        else await TestBed.Accepted(meeting, bed.ByBackend(new AssignEvenly()));
        await meeting.Wake(default);
        var before = Appends(bed);

        Command command = open ? new MoveParticipants([.. Enumerable.Range(0, People).Select(i => new Move($"p{i}", RoomOf(i)))]) : new OpenRooms();
        var sent = await TestBed.Accepted(meeting, bed.ByBackend(command));
        await meeting.Wake(default);

        for (var i = 0; i < RoomCount; i++)
        {
            var view = (RoomView)(await bed.Room(RoomOf(i)).View(new ViewRequest(Audience.Moderators, Seen: 1), default))!;
            (view.Closed, view.Participants.Length).ShouldBe((false, People / RoomCount));
        }
        var after = Appends(bed);
        long Made(string stream) => after.GetValueOrDefault(stream) - before.GetValueOrDefault(stream);
        var rooms = after.Keys.Where(stream => stream.StartsWith("room/", StringComparison.Ordinal)).Select(Made).ToArray();
        output.WriteLine($"{sent.Last - sent.First + 1} events; appends: meeting {Made(MeetingStream)}, a room {rooms.Max()} at most, all {after.Values.Sum() - before.Values.Sum()}");
        Made(MeetingStream).ShouldBeInRange(1, 10);
        rooms.Length.ShouldBe(RoomCount);
        rooms.ShouldAllBe(appends => appends >= 1 && appends <= 2);
    }

    [Fact]
    public async Task D7_and_P7_500_people_on_their_way_into_50_rooms_when_the_process_dies_are_in_one_room_each()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Assembled(bed);
        await TestBed.Accepted(meeting, bed.ByBackend(new AssignEvenly()));
        await meeting.Wake(default);
        // No room can store who came before the process dies.
        var gate = bed.Log.Hold("room/");
        await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        await gate.Arrived.WaitAsync(TestBed.Patience);
        await bed.Kill();
        gate.Release();

        await bed.Meeting().Wake(default);
        var view = (MeetingView)(await bed.Meeting().View(new ViewRequest(Audience.Moderators), default))!;
        var places = view.Participants.Where(one => one.Place is not null).Select(one => (one.Id, one.Place)).ToArray();
        places.Length.ShouldBe(People);
        var rooms = new List<(string Id, string? Place)>();
        for (var i = 0; i < RoomCount; i++)
        {
            var room = (RoomView)(await bed.Room(RoomOf(i)).View(new ViewRequest(Audience.Moderators), default))!;
            rooms.AddRange(room.Participants.Select(one => (one.Id, (string?)RoomOf(i))));
        }
        rooms.ShouldBe(places, ignoreOrder: true);
        Appends(bed).Where(one => one.Key.StartsWith("room/", StringComparison.Ordinal)).ShouldAllBe(one => one.Value <= 2);
    }

    [Fact]
    public async Task P7_a_room_that_is_deleted_while_the_process_dies_ends_up_closed_and_its_people_are_in_the_main_room()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        for (var i = 0; i < 6; i++) await TestBed.Accepted(meeting, bed.Joining($"p{i}"));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms(["red", "blue"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new AssignEvenly()));
        await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        await meeting.Wake(default);
        // The room cannot store what it is told before the process dies.
        var gate = bed.Log.Hold("room/");
        await TestBed.Accepted(meeting, bed.ByBackend(new DeleteRoom("r1-1")));
        await gate.Arrived.WaitAsync(TestBed.Patience);
        await bed.Kill();
        gate.Release();

        await bed.Meeting().Wake(default);
        var deleted = (RoomView)(await bed.Room("r1-1").View(new ViewRequest(Audience.Moderators), default))!;
        (deleted.Closed, deleted.Participants.Length).ShouldBe((true, 0));
        ((RoomView)(await bed.Room("r1-2").View(new ViewRequest(Audience.Moderators), default))!).Participants.Select(one => one.Id).ShouldBe(["p1", "p3", "p5"]);
        var view = (MeetingView)(await bed.Meeting().View(new ViewRequest(Audience.Moderators), default))!;
        view.Participants.Where(one => one.Place is null).Select(one => one.Id).ShouldBe(["p0", "p2", "p4"]);
        (await TestBed.Refused(bed.Room("r1-1"), bed.By("p0", new RaiseHand()))).ShouldBe(Refusal.RoomClosed);
        await TestBed.Accepted(bed.Meeting(), bed.By("p0", new RaiseHand()));
    }

    private static string MeetingStream => Streams.Meeting(Ids.MeetingKey(TestBed.Tenant, "m1"));

    private static string RoomOf(int person) => Ids.Room(1, 1 + (person % RoomCount));

    private static async Task<IMeetingGrain> Assembled(TestBed bed)
    {
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        await Task.WhenAll(Enumerable.Range(0, People).Select(i => TestBed.Accepted(meeting, bed.Joining($"p{i}"))));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms([.. Enumerable.Range(1, RoomCount).Select(i => $"Room {i}")])));
        return meeting;
    }

    private static Dictionary<string, long> Appends(TestBed bed) => bed.Log.Appended
        .GroupBy(one => one.Stream)
        .ToDictionary(stream => stream.Key, stream => stream.LongCount());
}
