using System.Text;
using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadRulesTests;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>The waiting room's thread: whom the meeting tells it of, and what who waits reads and may.</summary>
public sealed class WaitingThreadTests
{
    private static readonly MeetingSettings Guests = MeetingSettings.Default with { WaitingRoom = WaitingRoomPolicy.Guests, WaitingMayChat = true };

    private static MeetingRun Run(MeetingSettings? settings = null) =>
        MeetingRun.With(settings ?? Guests, ("host", Role.Host), ("co", Role.CoHost), ("ann", Role.Participant));

    [Fact]
    public void E1_it_begins_with_the_first_who_waits_and_stays()
    {
        var run = Run(MeetingSettings.Default);
        IsTold(run).ShouldBeFalse();
        Rosters.Update(run.State, Ids.Waiting, thread: true, 0, null).ShouldBeNull();
        Meeting.View(run.State, Audience.Moderators)!.WaitingThread.ShouldBeNull();
        run.As("host", new PutBack("ann")).ShouldBeAccepted();
        IsTold(run).ShouldBeTrue();
        run.As("host", new AdmitAll()).ShouldBeAccepted();
        IsTold(run).ShouldBeTrue("those who admit keep what was said");
        Meeting.View(run.State, Audience.Moderators)!.WaitingThread.ShouldBe(true);
        Meeting.View(run.State, Audience.Members)!.WaitingThread.ShouldBeNull();
        MeetingRun.TextOf(MeetingState.Decode(run.State.Encode())).ShouldBe(run.Encoded);
        MeetingState.Decode(run.State.Encode()).WaitingConcerned.ShouldBe(run.State.WaitingConcerned);
        Rosters.Update(run.State, Ids.Waiting, thread: false, 0, null).ShouldBeNull("there is no room of that name");

        static bool IsTold(MeetingRun run) => Rosters.Receivers(run.State).Any(one => one is { Place: Ids.Waiting, Thread: true });
    }

    [Fact]
    public void E1_those_who_wait_in_what_an_earlier_release_stored_get_it()
    {
        var run = Run();
        run.Join("gus", guest: true);
        var earlier = run.Encoded.Replace($"\"waitingConcerned\":{run.State.WaitingConcerned},", "", StringComparison.Ordinal);
        earlier.ShouldNotBe(run.Encoded);
        MeetingState.Decode(Encoding.UTF8.GetBytes(earlier)).WaitingConcerned.ShouldBe(run.State.Version);
    }

    [Fact]
    public void E1_its_members_are_those_who_wait_and_those_who_may_admit()
    {
        var run = Run();
        run.Join("gus", guest: true);
        run.Join("hal", guest: true);
        var thread = Told(ThreadState.Empty, run);
        Members(thread).ShouldBe(["co", "gus", "hal", "host"]);
        run.As("host", new AdmitParticipants(["gus"])).ShouldBeAccepted();
        run.As("host", new DenyParticipant("hal")).ShouldBeAccepted();
        run.As("host", new ChangeRole("co", Role.Participant)).ShouldBeAccepted();
        Members(thread = Told(thread, run)).ShouldBe(["host"]);
        foreach (var lost in new[] { "gus", "hal", "co", "ann" }) Expect(thread.Decide(lost, new PostMessage("x")), Refusal.NotJoined);
        run.As("host", new PutBack("gus")).ShouldBeAccepted();
        run.As("host", new ChangeRole("ann", Role.CoHost)).ShouldBeAccepted();
        Members(thread = Told(thread, run)).ShouldBe(["ann", "gus", "host"]);
        run.As("host", new BanParticipant("gus")).ShouldBeAccepted();
        Members(thread = Told(thread, run)).ShouldBe(["ann", "host"]);
        run.As("host", new EndMeeting()).ShouldBeAccepted();
        thread = Told(thread, run);
        (thread.Closed, thread.Members).ShouldBe((true, 0));
        Expect(thread.Decide("api", new PostMessage("kept after the meeting")), null);
    }

    [Fact]
    public void E1_made_a_co_host_while_waiting_they_are_let_in_and_read_everything()
    {
        var run = Run();
        run.Join("gus", guest: true);
        var thread = Told(ThreadState.Empty, run).Say("gus", new MessagePosted("one"));
        run.Join("hal", guest: true);
        thread = Told(thread, run);
        Read(thread, "hal").ShouldBeEmpty();
        run.As("host", new ChangeRole("hal", Role.CoHost)).ShouldBeAccepted();
        run["hal"].Place.ShouldBe(Ids.Main);
        thread = Told(thread, run);
        Read(thread, "hal").ShouldBe([2]);
        run.As("host", new ChangeRole("hal", Role.Participant)).ShouldBeAccepted();
        run.As("host", new PutBack("hal")).ShouldBeAccepted();
        // At once, so that the thread never heard that they were neither.
        Read(Told(thread, run), "hal").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, true, null)]
    [InlineData(true, false, Refusal.NotAllowed)]
    [InlineData(false, true, Refusal.NotAllowed)]
    [InlineData(false, false, Refusal.NotAllowed)]
    public void E1_whether_who_waits_may_write_is_a_live_setting_that_chat_switched_off_overrules(bool chat, bool waiting, Refusal? refusal)
    {
        MeetingSettings.Default.WaitingMayChat.ShouldBeFalse("strangers do not write to each other unless somebody wants it");
        var run = Run(Guests with { WaitingMayChat = false });
        run.Join("gus", guest: true);
        var thread = Told(ThreadState.Empty, run);
        Expect(thread.Decide("gus", new PostMessage("x")), Refusal.NotAllowed);
        run.As("host", new ChangeSettings(new SettingsPatch(MayChat: chat, WaitingMayChat: waiting))).ShouldBeAccepted();
        thread = Told(thread, run);
        Expect(thread.Decide("gus", new PostMessage("x")), refusal);
        Expect(thread.Decide("host", new PostMessage("x")), null);
        Expect(thread.Decide("api", new PostMessage("x")), null);
    }

    [Fact]
    public void B3_whose_chat_is_locked_writes_there_neither()
    {
        var run = Run();
        run.Join("gus", guest: true);
        run.As("host", new LockAbilities([Ability.Chat], true, ["gus"])).ShouldBeAccepted();
        Expect(Told(ThreadState.Empty, run).Decide("gus", new PostMessage("x")), Refusal.NotAllowed);
    }

    [Fact]
    public void E1_what_was_said_before_they_came_is_not_there_for_who_waits()
    {
        var run = Run();
        run.Join("gus", guest: true);
        var thread = Told(ThreadState.Empty, run).Say("host", new MessagePosted("before"));
        run.Join("hal", guest: true);
        thread = Told(thread, run);
        var (before, since) = (thread.LastMessage, thread.Version + 1);
        thread = thread.Say("gus", new MessagePosted("since", Mentions: ["hal"]));
        foreach (var command in new Command[] { new PostMessage("x", ReplyTo: before), new React(before, "+"), new EditMessage(before, "x"), new DeleteMessage(before) })
            Expect(thread.Decide("hal", command, Facts(before, "host")), Refusal.UnknownMessage);
        Expect(thread.Decide("hal", new PostMessage("x", ReplyTo: since)), null);
        Expect(thread.Decide("gus", new PostMessage("x", ReplyTo: before)), null);
        Read(thread, "hal").ShouldBe([since]);
        Read(thread, "gus").ShouldBe([before, since]);
        Read(thread, "host").ShouldBe([before, since]);
        foreach (var asked in new[] { new HistoryRequest(Before: since), new HistoryRequest(Around: before, Limit: 1), new HistoryRequest(After: 0) })
            History.Plan(thread, asked with { Caller = Caller.Participant("hal") }).ShouldSatisfyAllConditions(
                plan => plan.Messages.ShouldNotContain(before), plan => plan.Older.ShouldBeNull());
        ChatThread.View(thread, "hal")!.Own.ShouldBe(new MemberPointers("hal", 0, 0, 1, 1));
        ChatThread.ReadsAfter(thread, "hal").ShouldBe(before);
        ChatThread.ReadsAfter(thread, "host").ShouldBe(0);
        ChatThread.ReadsAfter(thread, "ann").ShouldBeNull();
    }

    [Fact]
    public void E1_put_back_they_begin_anew_and_their_earlier_words_are_not_there_either()
    {
        var run = Run();
        run.Join("gus", guest: true);
        var thread = Told(ThreadState.Empty, run).Say("gus", new MessagePosted("mine")).Say("host", new MessagePosted("to you", Mentions: ["gus"]));
        run.As("host", new AdmitAll()).ShouldBeAccepted();
        thread = Told(thread, run).Say("host", new MessagePosted("while away"));
        run.As("host", new PutBack("gus")).ShouldBeAccepted();
        thread = Told(thread, run).Say("host", new MessagePosted("again"));
        Read(thread, "gus").ShouldBe([thread.LastMessage]);
        Expect(thread.Decide("gus", new DeleteMessage(2), Facts(2, "gus")), Refusal.UnknownMessage);
        Expect(thread.Decide("host", new DeleteMessage(2), Facts(2, "gus")), null);
        var own = ChatThread.View(thread, "gus")!.Own!;
        (own.Unread, own.Mentions).ShouldBe((1, 0));
        // Crash and reload in between make no difference.
        Read(ThreadState.Decode(thread.Encode()), "gus").ShouldBe([thread.LastMessage]);
    }

    [Fact]
    public void E4_who_waits_sees_no_receipts_and_no_counts_and_moderators_see_theirs()
    {
        var run = Run(Guests with { Inbox = true });
        run.Join("gus", guest: true);
        var thread = Told(ThreadState.Empty, run).Say("host", new MessagePosted("one"));
        MessageReaders.Check(thread, new MessageReceiptsRequest(2, Caller.Participant("gus")))!.Value.Reason.ShouldBe(Refusal.NotAllowed);
        MessageReaders.Check(thread, new MessageReceiptsRequest(2, Caller.Participant("co"))).ShouldBeNull();
        var moved = thread.Decide("gus", new MovePointers(2, 2)).Events.ShouldHaveSingleItem().ShouldBeOfType<PointersMoved>();
        var receipts = MessageReaders.Page(thread.Follow(moved), new MessageReceiptsRequest(2, Caller.Participant("co")), "host");
        (receipts.Awaited, receipts.Read).ShouldBe((2, 1));
        ChatThread.View(thread, null, Audience.Waiting).ShouldBe(new ThreadView(thread.Version, false, 0, 0, 0));
        // It is in nobody's inbox.
        Rosters.Update(run.State, Ids.Waiting, true, 0, null)!.Inbox.ShouldBeFalse();
        Rosters.Update(run.State, Ids.Main, true, 0, null)!.Inbox.ShouldBeTrue();
    }

    [Fact]
    public void E1_over_random_runs_who_waits_reads_exactly_what_was_posted_since_they_came()
    {
        const int Seeds = 60;
        for (var seed = 1; seed <= Seeds; seed++) Wander(seed);
    }

    // The thread is told now and then, sometimes after a crash; what counts as "since they came" is when it was told.
    private static void Wander(int seed)
    {
        var random = new Random(seed);
        var run = Run();
        var people = new[] { "gus", "hal", "ivy", "jan" };
        var thread = ThreadState.Empty;
        var readable = new Dictionary<string, List<long>>();
        for (var step = 0; step < 120; step++)
        {
            var who = people[random.Next(people.Length)];
            switch (random.Next(6))
            {
                case 0: run.Join(who, guest: true); break;
                case 1: run.As("host", new AdmitParticipants([who])); break;
                case 2: run.As("host", new DenyParticipant(who)); break;
                case 3: run.As("host", new PutBack(who)); break;
                default:
                    var by = random.Next(2) == 0 ? "host" : who;
                    if (thread.Version == 0 || thread.Decide(by, new PostMessage("x")).IsRefused) break;
                    thread = thread.Say(by, new MessagePosted("x"));
                    foreach (var list in readable.Values) list.Add(thread.LastMessage);
                    break;
            }
            if (run.State.WaitingConcerned > 0)
            {
                thread = Told(thread, run);
                if (random.Next(8) == 0) thread = ThreadState.Decode(thread.Encode());
            }
            foreach (var id in people)
                if (run.State.Participants.GetValueOrDefault(id)?.IsWaiting != true) readable.Remove(id);
                else readable.TryAdd(id, []);
            foreach (var (id, expected) in readable) Read(thread, id, limit: 1 + random.Next(4)).ShouldBe(expected, $"seed {seed}, step {step}, {id}");
        }
    }

    // Forwards and backwards, in pages.
    private static List<long> Read(ThreadState thread, string who, int limit = 50)
    {
        var (rising, falling) = (new List<long>(), new List<long>());
        for (long? after = 0; after is { } next;)
        {
            var page = History.Plan(thread, new HistoryRequest(After: next, Limit: limit, Caller: Caller.Participant(who)));
            page.Refused.ShouldBeNull();
            rising.AddRange(page.Messages);
            after = page.Newer;
        }
        for (long? before = long.MaxValue; before is { } next;)
        {
            var page = History.Plan(thread, new HistoryRequest(Before: next, Limit: limit, Caller: Caller.Participant(who)));
            falling.InsertRange(0, page.Messages);
            before = page.Older;
        }
        falling.ShouldBe(rising);
        return rising;
    }

    private static IEnumerable<string> Members(ThreadState thread) => thread.Known.Where(one => one.Value.IsActive).Select(one => one.Key).Order(StringComparer.Ordinal);

    private static ThreadState Told(ThreadState thread, MeetingRun run)
    {
        var update = Rosters.Update(run.State, Ids.Waiting, thread: true, thread.Cursor, run.Log.Skip((int)thread.Cursor).ToArray())!;
        while (ChatThread.Apply(thread, update) is { } applied) thread = thread.Follow([.. applied.Events]);
        return thread;
    }
}
