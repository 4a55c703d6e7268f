using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>Threads of breakout rooms on real grains, for moderators outside the room and for those who were in it.</summary>
public sealed class OutsideTests
{
    [Fact]
    public async Task E1_a_moderator_outside_reads_and_writes_as_long_as_they_are_one_and_costs_the_room_no_event()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Opened(bed);
        var told = await Told(bed);
        var hello = await TestBed.Accepted(Room(bed), bed.By("ann", new PostMessage("hello")));
        var posted = await TestBed.Accepted(Room(bed), bed.By("host", new PostMessage("are you all right")));
        await TestBed.Accepted(Room(bed), bed.By("host", new React(hello.First, "+")));
        await TestBed.Accepted(Room(bed), bed.By("host", new MovePointers(hello.First, hello.First)));
        (await Texts(bed, "host")).ShouldBe(["hello", "are you all right"]);
        (await Texts(bed, "ann")).ShouldBe(["hello", "are you all right"]);
        (await Room(bed).Search(new SearchRequest("right", Caller: Caller.Participant("host")), default)).Messages.ShouldHaveSingleItem();
        var receipts = await Room(bed).MessageReceipts(new MessageReceiptsRequest(posted.First, Caller.Participant("host")), default);
        (receipts.Refusal, receipts.Awaited).ShouldBe(((Refusal?)null, 2));
        (await Room(bed).Receipts(0, default)).Members.Select(one => one.Participant).ShouldBe(["ann", "bob"]);
        (await Told(bed)).ShouldBe(told);
        await TestBed.Accepted(meeting, bed.ByBackend(new ChangeRole("co", Role.Host)));
        await TestBed.Accepted(meeting, bed.ByBackend(new ChangeRole("host", Role.Participant)));
        (await TestBed.Refused(Room(bed), bed.By("host", new PostMessage("x")))).ShouldBe(Refusal.NotJoined);
        (await History(bed, "host")).Refusal.ShouldBe(Refusal.NotJoined);
        await TestBed.Accepted(Room(bed), bed.By("co", new DeleteMessage(posted.First)));
        foreach (var other in new[] { "cem", "stranger" })
        {
            (await TestBed.Refused(Room(bed), bed.By(other, new PostMessage("x")))).ShouldBe(Refusal.NotJoined);
            (await History(bed, other)).Refusal.ShouldBe(Refusal.NotJoined);
        }
    }

    [Fact]
    public async Task E1_rooms_that_never_were_get_no_thread_by_a_moderators_word()
    {
        await using var bed = await TestBed.Start();
        await Opened(bed);
        foreach (var room in new[] { "r9-9", "r1-3", "somewhere" })
        {
            (await TestBed.Refused(bed.Thread(room), bed.By("host", new PostMessage("x")))).ShouldBe(Refusal.NotJoined);
            (await TestBed.Events(bed.Thread(room))).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task E1_who_was_in_a_room_reads_on_up_to_when_they_left_through_moves_closing_and_crashes_and_nobody_else_does()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Opened(bed);
        var one = await TestBed.Accepted(Room(bed), bed.By("ann", new PostMessage("one")));
        var moved = await TestBed.Accepted(meeting, bed.ByBackend(new MoveParticipants([new Move("bob", "r1-2")])));
        var two = await TestBed.Accepted(Room(bed), bed.By("ann", new PostMessage("two"), meetingSeen: moved.Last));
        (await Texts(bed, "bob")).ShouldBe(["one"]);
        (await Room(bed).Search(new SearchRequest("t", Caller: Caller.Participant("bob")), default)).Messages.ShouldBeEmpty();
        (await Room(bed).MessageReceipts(new MessageReceiptsRequest(two.First, Caller.Participant("bob")), default)).Refusal.ShouldBe(Refusal.UnknownMessage);
        await TestBed.Accepted(Room(bed), bed.By("bob", new MovePointers(two.First, two.First)));
        await Room(bed).Wake(default);
        (await Room(bed).Receipts(0, default)).Members.Single(member => member.Participant == "bob").Read.ShouldBe(one.First);
        (await TestBed.Refused(Room(bed), bed.By("bob", new PostMessage("x")))).ShouldBe(Refusal.NotAllowed);
        var closed = await TestBed.Accepted(meeting, bed.ByBackend(new CloseRooms(0)));
        (await History(bed, "ann", closed.Last)).Messages.Select(message => message.Text).ShouldBe(["one", "two"]);
        await bed.Kill();
        (await Texts(bed, "ann")).ShouldBe(["one", "two"]);
        (await Texts(bed, "bob")).ShouldBe(["one"]);
        foreach (var other in new[] { "host", "cem" }) (await History(bed, other)).Refusal.ShouldBe(Refusal.NotJoined, other);
        await TestBed.Accepted(bed.Meeting(), bed.ByBackend(new RemoveParticipant("ann")));
        await TestBed.Accepted(bed.Meeting(), bed.ByBackend(new BanParticipant("bob")));
        foreach (var gone in new[] { "ann", "bob" }) (await History(bed, gone)).Refusal.ShouldBe(Refusal.NotJoined, gone);
        bed.Time.Advance(TimeSpan.FromSeconds(2));
        await TestBed.Accepted(bed.Meeting(), bed.Joining("ann", connection: "c-again"));
        (await Texts(bed, "ann")).ShouldBe(["one", "two"]);
        await TestBed.Accepted(bed.Meeting(), bed.ByBackend(new EndMeeting()));
        (await History(bed, "ann")).Refusal.ShouldBe(Refusal.NotJoined);
    }

    [Fact]
    public async Task P9_who_has_opened_or_closed_the_rooms_finds_their_threads_so()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Opened(bed);
        await TestBed.Accepted(Room(bed), bed.By("host", new PostMessage("one")));
        // The thread hears of it late: its own log is slow.
        var closed = await TestBed.Accepted(meeting, bed.By("host", new CloseRooms(0)));
        (await TestBed.Refused(Room(bed), bed.By("host", new PostMessage("x"), meetingSeen: closed.Last))).ShouldBe(Refusal.NotJoined);
        var opened = await TestBed.Accepted(meeting, bed.By("host", new OpenRooms()));
        await TestBed.Accepted(Room(bed), bed.By("host", new PostMessage("two"), meetingSeen: opened.Last));
        (await History(bed, "host", opened.Last)).Messages.Select(message => message.Text).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task E5_the_inbox_of_who_left_a_room_counts_what_they_can_still_read()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Opened(bed, MeetingSettings.Default with { Inbox = true });
        var one = await TestBed.Accepted(Room(bed), bed.By("ann", new PostMessage("one", Mentions: ["bob"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new MoveParticipants([new Move("bob", Ids.Main)])));
        await meeting.Wake(default);
        await TestBed.Accepted(Room(bed), bed.By("ann", new PostMessage("two", Mentions: ["bob"])));
        await Room(bed).Wake(default);
        (await Entry(bed)).ShouldSatisfyAllConditions(
            entry => entry.LastMessage.ShouldBe(one.First), entry => entry.Unread.ShouldBe(1), entry => entry.Mentions.ShouldBe(1));
        await TestBed.Accepted(meeting, bed.ByBackend(new EndMeeting()));
        (await Entry(bed)).Unread.ShouldBe(0);
    }

    private static Task<InboxEntry> Entry(TestBed bed) => bed.Entry("bob", "r1-1");

    private static async Task<int> Told(TestBed bed) => (await TestBed.Events(Room(bed))).Count(one => one.Event is RosterChanged);

    private static IThreadGrain Room(TestBed bed) => bed.Thread("r1-1");

    private static ValueTask<HistoryPage> History(TestBed bed, string who, long meetingSeen = 0) =>
        Room(bed).History(new HistoryRequest(Caller: Caller.Participant(who), MeetingSeen: meetingSeen), default);

    private static async Task<IReadOnlyList<string>> Texts(TestBed bed, string who) => [.. (await History(bed, who)).Messages.Select(one => one.Text)];

    // Host, co-host and cem in the main room, ann and bob in the first of two rooms, whose thread has been told.
    private static async Task<IMeetingGrain> Opened(TestBed bed, MeetingSettings? settings = null)
    {
        var meeting = await bed.Opened(settings: settings);
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        await TestBed.Accepted(meeting, bed.Joining("co", Role.CoHost));
        foreach (var id in new[] { "ann", "bob", "cem" }) await TestBed.Accepted(meeting, bed.Joining(id));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms(["Red", "Blue"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new AssignRooms([new Assignment("ann", "r1-1"), new Assignment("bob", "r1-1")])));
        await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        await meeting.Wake(default);
        return meeting;
    }
}
