using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadRulesTests;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>A room's thread for people who are not in the room: moderators, and who was there.</summary>
public sealed class OutsideTests
{
    private const string Room = "r1-1";

    private static readonly string[] Rooms = [Room, "r1-2"];

    [Fact]
    public void E1_a_moderator_reads_and_writes_in_an_open_room_and_leaves_no_trace_in_its_membership()
    {
        var run = Opened();
        var thread = Told(ThreadState.Empty, run).Say("ann", new MessagePosted("hello"));
        var hello = thread.LastMessage;
        foreach (var moderator in new[] { "host", "co" })
        {
            var seen = Seen(thread, run, moderator);
            Read(seen, moderator).ShouldBe([hello]);
            Expect(seen.Decide(moderator, new PostMessage("are you all right", ReplyTo: hello)), null);
            Expect(seen.Decide(moderator, new PostMessage("all", Everyone: true)), null);
            Expect(seen.Decide(moderator, new DeleteMessage(hello), Facts(hello, "ann")), null);
            Expect(seen.Decide(moderator, new MovePointers(hello, hello)), null);
            MessageReaders.Check(seen, new MessageReceiptsRequest(hello, Caller.Participant(moderator))).ShouldBeNull();
            ChatThread.View(seen, moderator).ShouldBe(ChatThread.View(thread, null));
            // The next roster event changes nothing for them.
            System.Text.Encoding.UTF8.GetString(seen.Encode()).ShouldBe(System.Text.Encoding.UTF8.GetString(thread.Encode()));
        }
        run.As("host", new ChangeRole("co", Role.Presenter)).ShouldBeAccepted();
        History.Plan(Seen(thread, run, "co"), By("co")).Refused!.Value.Reason.ShouldBe(Refusal.NotJoined);
        run.As("host", new CloseRooms(0)).ShouldBeAccepted();
        thread = Told(thread, run);
        History.Plan(Seen(thread, run, "host"), By("host")).Refused!.Value.Reason.ShouldBe(Refusal.NotJoined, "they never were in it");
    }

    [Fact]
    public void E1_what_was_never_open_has_no_thread_for_moderators_either()
    {
        var run = Opened();
        ThreadState.Empty.IsOutside("host").ShouldBeFalse();
        Expect(Seen(ThreadState.Empty, run, "host").Decide("host", new PostMessage("x")), Refusal.NotJoined);
    }

    [Fact]
    public void E1_who_was_in_reads_up_to_when_they_left_and_writes_nothing()
    {
        var run = Opened();
        var thread = Told(ThreadState.Empty, run).Say("bob", new MessagePosted("mine")).Say("ann", new MessagePosted("before"));
        var (mine, before) = (thread.LastMessage - 1, thread.LastMessage);
        run.As("host", new MoveParticipants([new Move("bob", "r1-2")])).ShouldBeAccepted();
        thread = Told(thread, run).Say("ann", new MessagePosted("after bob"));
        var after = thread.LastMessage;
        var seen = Seen(thread, run, "bob");
        Read(seen, "bob").ShouldBe([mine, before]);
        foreach (var command in new Command[] { new PostMessage("x"), new EditMessage(mine, "x"), new DeleteMessage(mine), new React(before, "+"), new React(after, "+") })
            Expect(seen.Decide("bob", command, Facts(command is React { Message: var of } ? of : mine, "bob")), Refusal.NotAllowed);
        // Neither a page around it, nor receipts, nor their own pointers reach it.
        History.Plan(seen, By("bob") with { Around = after }).Messages.ShouldBe([mine, before]);
        MessageReaders.Check(seen, new MessageReceiptsRequest(after, Caller.Participant("bob")))!.Value.Reason.ShouldBe(Refusal.UnknownMessage);
        MessageReaders.Check(seen, new MessageReceiptsRequest(before, Caller.Participant("bob"))).ShouldBeNull();
        var moved = seen.Decide("bob", new MovePointers(after, after)).Events.ShouldHaveSingleItem().ShouldBeOfType<PointersMoved>().Pointers.ShouldHaveSingleItem();
        (moved.Delivered, moved.Read).ShouldBe((before, before));
        // Back in, everything is theirs as anybody's.
        run.As("host", new MoveParticipants([new Move("bob", Room)])).ShouldBeAccepted();
        Read(Seen(Told(thread, run), run, "bob"), "bob").ShouldBe([mine, before, after]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void E1_when_rooms_close_their_people_keep_what_was_said_until_they_leave_the_meeting_or_it_ends(bool deleted)
    {
        var run = Opened();
        var thread = Told(ThreadState.Empty, run).Say("ann", new MessagePosted("one"));
        run.As("host", deleted ? new DeleteRoom(Room) : new CloseRooms(0)).ShouldBeAccepted();
        thread = Told(thread, run);
        thread.Closed.ShouldBeTrue();
        foreach (var id in new[] { "ann", "bob" }) Read(Seen(thread, run, id), id).ShouldBe([thread.LastMessage]);
        Expect(Seen(thread, run, "ann").Decide("ann", new PostMessage("x")), Refusal.NotAllowed);
        foreach (var id in new[] { "host", "cem", "stranger" }) History.Plan(Seen(thread, run, id), By(id)).Refused!.Value.Reason.ShouldBe(Refusal.NotJoined, id);
        run.As("ann", new Leave()).ShouldBeAccepted();
        run.As("host", new BanParticipant("bob")).ShouldBeAccepted();
        foreach (var id in new[] { "ann", "bob" }) History.Plan(Seen(thread, run, id), By(id)).Refused!.Value.Reason.ShouldBe(Refusal.NotJoined, id);
        run.Join("ann").ShouldBeAccepted();
        Read(Seen(thread, run, "ann"), "ann").ShouldBe([thread.LastMessage], "like the meeting's thread");
        run.As("host", new PutBack("ann")).ShouldBeAccepted();
        History.Plan(Seen(thread, run, "ann"), By("ann")).Refused!.Value.Reason.ShouldBe(Refusal.NotJoined, "who waits reads the waiting room's");
        run.As("host", new AdmitAll()).ShouldBeAccepted();
        run.As("host", new EndMeeting()).ShouldBeAccepted();
        History.Plan(Seen(Told(thread, run), run, "ann"), By("ann")).Refused!.Value.Reason.ShouldBe(Refusal.NotJoined);
    }

    [Fact]
    public void E4_a_moderator_who_looks_in_is_awaited_by_no_receipt_and_one_who_sits_in_the_room_is()
    {
        var run = Opened();
        var thread = Told(ThreadState.Empty, run).Say("ann", new MessagePosted("one"));
        var one = thread.LastMessage;
        // Looking in, reading on and answering.
        Seen(thread, run, "host").Decide("host", new MovePointers(one, one)).Events.ShouldHaveSingleItem().ShouldBeOfType<NothingChanged>();
        thread = thread.Say("host", new MessagePosted("two", Mentions: ["co"]));
        var two = thread.LastMessage;
        Awaited(thread, one, "ann").ShouldBe(1, "bob");
        Awaited(thread, two, "host").ShouldBe(2, "ann and bob");
        run.As("host", new ChooseRoom(Room)).ShouldBeAccepted();
        thread = Told(thread, run).Say("ann", new MessagePosted("three", Mentions: ["host"]));
        var three = thread.LastMessage;
        Awaited(thread, one, "ann").ShouldBe(1, "what was said before they came was no news to them");
        Awaited(thread, three, "ann").ShouldBe(2, "bob and host");
        ChatThread.View(thread, "host")!.Own.ShouldBe(new MemberPointers("host", 0, 0, 1, 1));
        run.As("host", new ChooseRoom(Ids.Main)).ShouldBeAccepted();
        thread = Told(thread, run).Say("bob", new MessagePosted("four", Mentions: ["host"]));
        Awaited(thread, three, "ann").ShouldBe(2, "they left without having read it");
        Awaited(thread, thread.LastMessage, "bob").ShouldBe(1, "ann");
        Read(Seen(thread, run, "host"), "host").ShouldBe([one, two, three, thread.LastMessage]);
    }

    [Fact]
    public void E4_who_left_counts_as_unread_what_they_can_still_read_and_no_more()
    {
        var run = Opened();
        var thread = Told(ThreadState.Empty, run).Say("ann", new MessagePosted("one", Mentions: ["bob"])).Say("ann", new MessagePosted("two", Everyone: true));
        var two = thread.LastMessage;
        thread = thread.Follow(new MessagePinned(two));
        run.As("host", new MoveParticipants([new Move("bob", "r1-2")])).ShouldBeAccepted();
        thread = Told(thread, run).Say("ann", new MessagePosted("three", Mentions: ["bob"], Everyone: true)).Say("ann", new MessagePosted("four", Mentions: ["bob"]));
        thread = thread.Follow(new MessagePinned(thread.LastMessage));
        var view = ChatThread.View(Seen(thread, run, "bob"), "bob")!;
        (view.Own!.Unread, view.Own.Mentions, view.Messages, view.LastMessage).ShouldBe((2, 2, 2, two));
        view.Pins!.Value.ShouldBe([two]);
        view.LastMessageAt.ShouldBeNull();
        var moved = Seen(thread, run, "bob").Decide("bob", new MovePointers(long.MaxValue, two)).Events.ShouldHaveSingleItem();
        thread = thread.Follow(moved);
        var own = ChatThread.View(Seen(thread, run, "bob"), "bob")!.Own!;
        (own.Unread, own.Mentions).ShouldBe((0, 0));
        // Not asked about, they are as ever: nobody's reader.
        ChatThread.View(thread, "bob")!.Own.ShouldBeNull();
        run.As("host", new MoveParticipants([new Move("bob", Room)])).ShouldBeAccepted();
        own = ChatThread.View(Told(thread, run), "bob")!.Own!;
        (own.Unread, own.Mentions).ShouldBe((2, 2));
    }

    [Fact]
    public void E1_over_random_runs_everybody_reads_and_writes_exactly_what_their_places_until_now_allow()
    {
        const int Seeds = 60;
        for (var seed = 1; seed <= Seeds; seed++) Wander(seed);
    }

    // Both rooms are told after each step, sometimes after a crash. What somebody could read when they left a room is kept here, by the plainest means.
    private static void Wander(int seed)
    {
        var random = new Random(seed);
        var run = Opened();
        var people = new[] { "host", "co", "ann", "bob", "cem" };
        var threads = Rooms.ToDictionary(room => room, room => Told(ThreadState.Empty, run, room));
        var said = Rooms.ToDictionary(room => room, _ => new List<long>());
        var kept = new Dictionary<(string Room, string Who), long[]>();
        for (var step = 0; step < 100; step++)
        {
            var before = people.ToDictionary(id => id, id => run.State.Participants.GetValueOrDefault(id)?.Place);
            var (who, place) = (people[random.Next(people.Length)], random.Next(3) is var at && at < 2 ? Rooms[at] : Ids.Main);
            switch (random.Next(12))
            {
                case 0: run.As(who, new Leave()); break;
                case 1: run.Join(who, who is "host" ? Role.Host : who is "co" ? Role.CoHost : Role.Participant); break;
                case 2: run.As("host", new ChangeRole(who, random.Next(2) == 0 ? Role.CoHost : Role.Participant)); break;
                case 3: run.As("host", new CloseRooms(0)); break;
                case 4: run.Api(new OpenRooms()); break;
                case 5: run.As("host", new PutBack(who)); break;
                case 6: run.Api(new AdmitAll()); break;
                default: run.Api(new MoveParticipants([new Move(who, place)])); break;
            }
            foreach (var room in Rooms)
            {
                threads[room] = Told(threads[room], run, room);
                if (random.Next(8) == 0) threads[room] = ThreadState.Decode(threads[room].Encode());
                foreach (var id in people)
                    if (before[id] == room && run.State.Participants.GetValueOrDefault(id)?.Place != room) kept[(room, id)] = [.. said[room]];
                foreach (var id in people) Judge(room, id);
                var by = people[random.Next(people.Length)];
                if (Seen(threads[room], run, by).Decide(by, new PostMessage("x")).IsRefused) continue;
                threads[room] = threads[room].Say(by, new MessagePosted("x"));
                said[room].Add(threads[room].LastMessage);
            }
        }

        void Judge(string room, string id)
        {
            var (one, seen, context) = (run.State.Participants.GetValueOrDefault(id), Seen(threads[room], run, id), $"seed {seed}, {id} in {room}");
            var isIn = one?.Place == room;
            var moderates = run.State.Rooms.AreOpen && one is { IsModerator: true, IsWaiting: false };
            IEnumerable<long>? expected = isIn || moderates ? said[room] : one is { IsWaiting: false } ? kept.GetValueOrDefault((room, id)) : null;
            if (expected is null) History.Plan(seen, By(id)).Refused!.Value.Reason.ShouldBe(Refusal.NotJoined, context);
            else Read(seen, id, limit: 1 + random.Next(4)).ShouldBe(expected, context);
            seen.Decide(id, new PostMessage("x")).IsRefused.ShouldBe(!(isIn || moderates), context);
        }
    }

    // Host and co-host in the main room with cem, ann and bob in the first room.
    private static MeetingRun Opened()
    {
        var run = MeetingRun.With(("host", Role.Host), ("co", Role.CoHost), ("ann", Role.Participant), ("bob", Role.Participant), ("cem", Role.Participant));
        run.Api(new CreateRooms(["Red", "Blue"])).ShouldBeAccepted();
        run.Api(new AssignRooms([new Assignment("ann", Room), new Assignment("bob", Room)])).ShouldBeAccepted();
        run.Api(new OpenRooms()).ShouldBeAccepted();
        return run;
    }

    private static ThreadState Seen(ThreadState thread, MeetingRun run, string who) => thread.For(who, Rosters.Standing(run.State, who).Member);

    private static HistoryRequest By(string who) => new(Caller: Caller.Participant(who));

    private static int Awaited(ThreadState thread, long message, string author) =>
        MessageReaders.Page(thread, new MessageReceiptsRequest(message, Caller.Backend("api")), author).Awaited;

    // Forwards and backwards, in pages.
    private static List<long> Read(ThreadState thread, string who, int limit = 50)
    {
        var (rising, falling) = (new List<long>(), new List<long>());
        for (long? after = 0; after is { } next;)
        {
            var page = History.Plan(thread, By(who) with { After = next, Limit = limit });
            page.Refused.ShouldBeNull();
            rising.AddRange(page.Messages);
            after = page.Newer;
        }
        for (long? before = long.MaxValue; before is { } next;)
        {
            var page = History.Plan(thread, By(who) with { Before = next, Limit = limit });
            falling.InsertRange(0, page.Messages);
            before = page.Older;
        }
        falling.ShouldBe(rising);
        return rising;
    }

    private static ThreadState Told(ThreadState thread, MeetingRun run, string room = Room)
    {
        if (Rosters.Update(run.State, room, thread: true, thread.Cursor, run.Log.Skip((int)thread.Cursor).ToArray()) is not { } update) return thread;
        while (ChatThread.Apply(thread, update) is { } applied) thread = thread.Follow([.. applied.Events]);
        return thread;
    }
}
