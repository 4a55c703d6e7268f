using System.Text;
using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadRulesTests;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>Private chat of two people: what the meeting decides about it, and what its thread does.</summary>
public sealed class DirectTests
{
    private static readonly string AnnBen = Ids.Direct("ann", "ben");

    private static MeetingRun Run(SpacePolicy? policy = null) => MeetingRun.With(
        MeetingSettings.Default with { Policy = policy ?? new SpacePolicy(), WaitingRoom = WaitingRoomPolicy.Guests },
        ("host", Role.Host), ("ann", Role.Participant), ("ben", Role.Participant), ("eye", Role.Attendee));

    [Theory]
    [InlineData("ann", "ben", "ann~ben")]
    [InlineData("ben", "ann", "ann~ben")]
    // By their characters' numbers, whatever the culture.
    [InlineData("a", "B", "B~a")]
    [InlineData("a-b", "a_b", "a-b~a_b")]
    public void E1_two_people_have_one_thread_whoever_names_it(string one, string other, string place)
    {
        Ids.Direct(one, other).ShouldBe(place);
        Ids.AsDirect($"{one}~{other}").ShouldBe(place);
        Ids.IsDirect(place).ShouldBeTrue();
        Ids.PeopleOf(place).ShouldBe([one, other], ignoreOrder: true);
    }

    [Theory]
    [InlineData("ben~ann")]
    [InlineData("ann~ann")]
    [InlineData("ann")]
    [InlineData("~ann")]
    [InlineData("a~b~c")]
    [InlineData("a/b~c")]
    [InlineData("")]
    [InlineData(null)]
    public void P10_no_other_name_is_that_of_a_direct_thread(string? place) => Ids.IsDirect(place).ShouldBeFalse();

    [Fact]
    public void E1_opening_is_remembered_through_rooms_leaving_and_snapshots_and_happens_once()
    {
        var run = Run();
        run.As("ann", new OpenDirect("ben")).Events.ShouldBe([new DirectOpened("ann", "ben")]);
        run.As("ben", new OpenDirect("ann")).ShouldChangeNothing();
        run.As("ben", new Leave()).ShouldBeAccepted();
        run.As("ann", new OpenDirect("ben")).ShouldChangeNothing();
        MeetingState.Decode(run.State.Encode()).Directs.Places.ShouldBe([AnnBen]);
        MeetingRun.TextOf(MeetingState.Decode(run.State.Encode())).ShouldBe(run.Encoded);
        Meeting.Directs(run.State).ShouldSatisfyAllConditions(directs => directs.Threads.ShouldBe([AnnBen]), directs => directs.Number.ShouldBe(run.State.Version));
        // What earlier releases stored has none.
        MeetingState.Decode(Run().State.Encode()).Directs.Places.ShouldBeEmpty();
    }

    [Theory]
    // who, to whom, private chat, chat switched off: allowed?
    [InlineData("ann", "ben", null, false, null)]
    [InlineData("ann", "ben", PrivateChat.Everyone, false, null)]
    [InlineData("ann", "ben", PrivateChat.Moderators, false, Refusal.NotAllowed)]
    [InlineData("ann", "host", PrivateChat.Moderators, false, null)]
    [InlineData("host", "ann", PrivateChat.Moderators, false, null)]
    [InlineData("host", "ann", PrivateChat.Nobody, false, Refusal.NotAllowed)]
    [InlineData("ann", "ben", null, true, Refusal.NotAllowed)]
    [InlineData("host", "ann", null, true, null)]
    [InlineData("host", "eye", null, false, null)]
    [InlineData("eye", "host", null, false, Refusal.NotAllowed)]
    [InlineData("ann", "stranger", null, false, Refusal.UnknownParticipant)]
    [InlineData("ann", "waiter", null, false, Refusal.UnknownParticipant)]
    [InlineData("ann", "ann", null, false, Refusal.InvalidArgument)]
    [InlineData("ann", "no id", null, false, Refusal.InvalidArgument)]
    public void E1_who_may_chat_in_private_is_a_setting(string who, string to, PrivateChat? setting, bool chatOff, Refusal? refusal)
    {
        var policy = new SpacePolicy(MayChat: !chatOff, PrivateChat: setting);
        var run = Run(policy);
        run.Join("waiter", guest: true).ShouldBeAccepted();
        run.As(who, new OpenDirect(to)).Refusal.ShouldBe(refusal);
        if (!run.State.Participants.ContainsKey(to) || to is "waiter" || to == who || who == "eye") return;
        // The thread says the same to who was let in while it was allowed.
        var thread = Opened(who, to, new SpacePolicy(MayChat: !chatOff, PrivateChat: setting));
        Expect(thread.Decide(who, new PostMessage("hi")), refusal);
    }

    [Fact]
    public void B3_whose_chat_is_locked_opens_nothing()
    {
        var run = Run();
        run.As("host", new LockAbilities([Ability.Chat], true, ["ann"])).ShouldBeAccepted();
        run.As("ann", new OpenDirect("ben")).ShouldBeRefused(Refusal.NotAllowed);
    }

    [Fact]
    public void P6_a_meeting_has_so_many_direct_threads_and_no_more()
    {
        var people = Enumerable.Range(0, 300).Select(i => $"p{i}").ToArray();
        var run = MeetingRun.With([("host", Role.Host), .. people.Select(id => (id, Role.Participant))]);
        var pairs = people.SelectMany((one, i) => people.Skip(i + 1).Take(40).Select(other => (one, other))).Take(Limits.DirectsPerMeeting);
        foreach (var (one, other) in pairs) run.As(one, new OpenDirect(other)).ShouldBeAccepted();
        run.State.Directs.Places.Count.ShouldBe(Limits.DirectsPerMeeting);
        run.As("host", new OpenDirect("p0")).ShouldBeRefused(Refusal.LimitReached);
    }

    [Fact]
    public void P7_a_thread_that_asks_is_told_who_of_the_two_is_in_and_logs_only_what_is_new()
    {
        var run = Run();
        Rosters.Update(run.State, AnnBen, thread: true, 0, null).ShouldBeNull();
        run.As("ann", new OpenDirect("ben"));
        Rosters.Update(run.State, AnnBen, thread: false, 0, null).ShouldBeNull();
        var thread = Told(ThreadState.Empty, run);
        (thread.IsDirect, thread.Members, thread.Name).ShouldBe((true, 2, "Physics"));
        run.Join("cho");
        run.As("ann", new SetMedia(Microphone: true));
        Told(thread, run).Version.ShouldBe(thread.Version, "nothing of that concerns the two");
        run.As("host", new PutBack("ben")).ShouldBeAccepted();
        thread = Told(thread, run);
        Expect(thread.Decide("ben", new PostMessage("x")), Refusal.NotJoined);
        run.As("host", new AdmitParticipants(["ben"])).ShouldBeAccepted();
        run.As("host", new ChangeSettings(new SettingsPatch(PrivateChat: PrivateChat.Nobody))).ShouldBeAccepted();
        thread = Told(thread, run);
        Expect(thread.Decide("ben", new PostMessage("x")), Refusal.NotAllowed);
        run.As("host", new EndMeeting()).ShouldBeAccepted();
        thread = Told(thread, run);
        (thread.Closed, thread.Members).ShouldBe((true, 0));
        // An answer that comes late changes nothing.
        var late = Rosters.Update(Run().State, AnnBen, true, 0, null);
        late.ShouldBeNull();
    }

    [Fact]
    public void E1_a_direct_thread_is_read_by_its_two_people_and_neither_moderates_the_other()
    {
        var thread = Opened("host", "ann").Say("ann", new MessagePosted("secret"));
        foreach (var who in new[] { "cohost", "ben" })
        {
            ChatThread.Membership(thread, Caller.Participant(who))!.Value.Reason.ShouldBe(Refusal.NotJoined);
            Expect(thread.Decide(who, new PostMessage("x")), Refusal.NotJoined);
        }
        var message = thread.LastMessage;
        Expect(thread.Decide("host", new DeleteMessage(message), Facts(message, "ann")), Refusal.NotAllowed);
        Expect(thread.Decide("host", new PinMessage(message)), Refusal.NotAllowed);
        Expect(thread.Decide("host", new PostMessage("x", Everyone: true)), Refusal.NotAllowed);
        Expect(thread.Decide("ann", new DeleteMessage(message), Facts(message, "ann")), null);
        Expect(thread.Decide("api", new DeleteMessage(message), Facts(message, "ann")), null);
    }

    [Fact]
    public void E4_what_is_written_to_who_is_away_is_unread_for_them_and_awaited_from_them()
    {
        // Ben was never in the thread: he had left before anything was said in it.
        var run = Run();
        run.As("ann", new OpenDirect("ben"));
        run.As("ben", new Leave());
        var thread = Told(ThreadState.Empty, run).Say("ann", new MessagePosted("one")).Say("ann", new MessagePosted("two", Mentions: ["ben"]));
        for (var away = true; ; away = false)
        {
            (ChatThread.View(thread, "ben")!.Own!.Unread, ChatThread.View(thread, "ben")!.Own!.Mentions).ShouldBe((2, 1), $"away: {away}");
            MessageReaders.Page(thread, new MessageReceiptsRequest(2, Caller.Participant("ann")), "ann").Awaited.ShouldBe(1);
            Text(ThreadState.Decode(thread.Encode())).ShouldBe(Text(thread));
            if (!away) break;
            run.Join("ben");
            thread = Told(thread, run);
        }
        Expect(thread.Decide("ben", new PostMessage("back")), null);
    }

    private static ThreadState Told(ThreadState thread, MeetingRun run)
    {
        while (ChatThread.Apply(thread, Rosters.Update(run.State, AnnBen, thread: true, thread.Cursor, null)!) is { } outcome)
            thread = thread.Follow([.. outcome.Events]);
        return thread;
    }

    private static ThreadState Opened(string one, string other, SpacePolicy? policy = null)
    {
        var run = Run(policy);
        var update = new RosterUpdate(0, 5, true, [new Member(one, one, run[one].Role), new Member(other, other, run[other].Role)], [], policy ?? new SpacePolicy(), false, "Physics", false,
            Ids.PeopleOf(Ids.Direct(one, other)));
        return ThreadState.Empty.Follow(ChatThread.Apply(ThreadState.Empty, update)!.Value.Events[0]);
    }

    private static string Text(ThreadState state) => Encoding.UTF8.GetString(state.Encode());
}
