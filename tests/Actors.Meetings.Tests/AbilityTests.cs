using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>B3: batches for some or for everyone except, and locks that follow people.</summary>
public sealed class AbilityTests
{
    private static MeetingRun Lesson() => MeetingRun.With(
        ("host", Role.Host), ("co", Role.CoHost), ("pre", Role.Presenter), ("ann", Role.Participant), ("ben", Role.Participant), ("eye", Role.Attendee));

    [Fact]
    public void B3_stopping_video_of_everyone_except_spares_moderators_and_the_named()
    {
        var run = Lesson();
        foreach (var id in new[] { "host", "pre", "ann", "ben" }) run.As(id, new SetMedia(Microphone: true, Camera: true));
        var stopped = run.As("co", new StopVideo(Except: ["ben"])).Events.ShouldHaveSingleItem().ShouldBeOfType<VideosStopped>();
        stopped.Participants.ShouldBe(["ann", "pre"]);
        run.State.Main.Members["ann"].ShouldBe(new SpaceMember("Name of ann", Role.Participant, Microphone: true));
        run.As("co", new StopVideo(Except: ["ben"])).ShouldChangeNothing();
        run.As("co", new StopVideo(["host", "ben"])).Events.ShouldHaveSingleItem().ShouldBeOfType<VideosStopped>().Participants.ShouldBe(["host", "ben"]);
        run.As("co", new StopVideo(["ghost"])).ShouldBeRefused(Refusal.UnknownParticipant);
        run.As("co", new StopVideo(["ann"], ["ben"])).ShouldBeRefused(Refusal.InvalidArgument);
    }

    [Fact]
    public void B3_stopping_the_shares_of_one_several_or_everyone_except_works_in_the_meeting_and_in_rooms()
    {
        var run = Lesson();
        foreach (var id in new[] { "host", "pre", "ann", "ben" }) run.As(id, new SetMedia(Camera: true, Share: true)).ShouldBeAccepted();
        run.As("co", new StopShare(["ann"])).Events.ShouldHaveSingleItem().ShouldBeOfType<SharesStopped>().Participants.ShouldBe(["ann"]);
        run.State.Main.Members["ann"].ShouldBe(new SpaceMember("Name of ann", Role.Participant, Camera: true));
        run.As("ann", new SetMedia(Share: true)).ShouldBeAccepted();
        run.As("host", new StopShare(Except: ["ben"])).Events.ShouldHaveSingleItem().ShouldBeOfType<SharesStopped>().Participants.ShouldBe(["ann", "pre"]);
        run.As("host", new StopShare(Except: ["ben"])).ShouldChangeNothing();
        run.As("co", new StopShare(["host", "ben", "ann"])).Events.ShouldHaveSingleItem().ShouldBeOfType<SharesStopped>().Participants.ShouldBe(["host", "ben"]);
        run.As("co", new StopShare(["ghost"])).ShouldBeRefused(Refusal.UnknownParticipant);
        run.As("co", new StopShare(["ann"], ["ben"])).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("pre", new StopShare(["ann"])).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new AssignRooms([new Assignment("ann", "r1-1"), new Assignment("co", "r1-1")]));
        run.As("host", new OpenRooms());
        var room = Followed(RoomState.Empty, run);
        room = Done(room, "ann", new SetMedia(Camera: true, Share: true));
        Refused(room, "ann", new StopShare(["ann"])).ShouldBe(Refusal.NotAllowed);
        room = Done(room, "co", new StopShare());
        room.Space.Members["ann"].ShouldBe(new SpaceMember("Name of ann", Role.Participant, Camera: true));
    }

    private static readonly ImmutableArray<Ability> ChatAndShare = [Ability.Share, Ability.Chat];

    private static Sent JoinLocked(MeetingRun run, string id, string session = "s", Role role = Role.Participant, ImmutableArray<Ability>? locked = null)
    {
        var connection = $"{id}-{session}-c{run.State.Version}";
        return run.Send(Caller.System, new CommandId(connection, 1), new Join(id, "Name of " + id, role, Kind.Person, false, $"{id}-{session}", connection, "g1", run.Now, Locked: locked));
    }

    [Fact]
    public void B3_what_a_token_takes_is_locked_from_the_join_and_given_back_until_the_next_one()
    {
        var run = Lesson();
        JoinLocked(run, "dan", locked: [Ability.Chat, Ability.Share]).Events.OfType<ParticipantJoined>().Single().Locked!.Value.ShouldBe(ChatAndShare);
        run.As("dan", new SetMedia(Share: true)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("dan", new SetMedia(Camera: true)).ShouldBeAccepted();
        Rosters.Update(run.State, Ids.Main, thread: true, 0, null)!.Entered.Single(one => one.Participant == "dan").Locked!.Value.ShouldBe(ChatAndShare);
        run.State.Locks.ShouldBeEmpty();
        MeetingState.Decode(run.State.Encode()).Participants["dan"].Locked.ShouldBe(Locks.Of(ChatAndShare));
        // Within the grace, and on another device, nothing of the token counts.
        run.Break("dan");
        JoinLocked(run, "dan", locked: [Ability.Camera]).Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantReconnected>();
        JoinLocked(run, "dan", "s2").Events.ShouldHaveSingleItem().ShouldBeOfType<SessionReplaced>();
        run["dan"].Locked.ShouldBe(Locks.Of(ChatAndShare));
        // A moderator gives it back, to them or to everybody.
        run.As("host", new LockAbilities([Ability.Share], false, ["dan"])).Events.ShouldHaveSingleItem().ShouldBeOfType<AbilitiesLocked>();
        run.As("dan", "dan-s2", new SetMedia(Share: true)).ShouldBeAccepted();
        run.As("host", new LockAbilities([Ability.Chat], false)).Events.ShouldHaveSingleItem().ShouldBeOfType<AbilitiesLocked>().Participants.ShouldBe(["dan"]);
        run["dan"].Locked.IsEmpty.ShouldBeTrue();
        run.As("host", new LockAbilities([Ability.Chat], false)).ShouldChangeNothing();
        JoinLocked(run, "dan", "s2", locked: [Ability.Chat]).ShouldBeAccepted();
        run["dan"].Locked.IsEmpty.ShouldBeTrue();
        // A new join takes what its token says, and nothing that an earlier one did.
        run.As("dan", "dan-s2", new Leave());
        JoinLocked(run, "dan", locked: [Ability.Hands]).ShouldBeAccepted();
        run["dan"].Locked.ShouldBe(Locks.Of([Ability.Hands]));
        run.As("dan", new Leave());
        JoinLocked(run, "dan").Events.OfType<ParticipantJoined>().Single().Locked.ShouldBeNull();
        MeetingInvariants.Check(run.State);
    }

    [Fact]
    public void B3_what_a_moderator_locks_stays_locked_for_who_had_it_locked_by_their_token()
    {
        var run = Lesson();
        JoinLocked(run, "dan", locked: [Ability.Chat]).ShouldBeAccepted();
        run.As("host", new LockAbilities([Ability.Chat, Ability.Hands], true, ["dan"])).ShouldBeAccepted();
        run.As("dan", new Leave());
        JoinLocked(run, "dan", locked: [Ability.Share]).ShouldBeAccepted();
        run["dan"].Locked.ShouldBe(Locks.Of([Ability.Chat, Ability.Hands, Ability.Share]));
        run.State.Locks["dan"].ShouldBe(Locks.Of([Ability.Chat, Ability.Hands]));
        JoinLocked(run, "boss", role: Role.CoHost, locked: [Ability.Share]).ShouldBeAccepted();
        run.As("boss", new SetMedia(Share: true)).ShouldBeAccepted();
        JoinLocked(run, "bad", locked: [(Ability)9]).ShouldBeRefused(Refusal.InvalidArgument);
        JoinLocked(run, "bad", locked: default(ImmutableArray<Ability>)).ShouldBeRefused(Refusal.InvalidArgument);
    }

    [Fact]
    public void B3_only_those_who_are_muted_and_could_speak_are_asked_to_unmute()
    {
        var run = Lesson();
        run.As("ann", new SetMedia(Microphone: true));
        run.As("host", new AskToUnmute()).Events.ShouldHaveSingleItem().ShouldBeOfType<UnmuteAsked>().Participants.ShouldBe(["ben", "pre"]);
        run.As("host", new AskToUnmute(["ann", "eye"])).ShouldChangeNothing();
        run.As("host", new AskToUnmute(["co"])).Events.ShouldHaveSingleItem().ShouldBeOfType<UnmuteAsked>().Participants.ShouldBe(["co"]);
        run.State.Main.Members["co"].Microphone.ShouldBeFalse();
    }

    public static TheoryData<Ability, Command, string> Uses => new()
    {
        { Ability.Microphone, new SetMedia(Microphone: true), "microphone" },
        { Ability.Camera, new SetMedia(Camera: true), "camera" },
        { Ability.Share, new SetMedia(Share: true), "share" },
        { Ability.Hands, new RaiseHand(), "hand" },
    };

    [Theory]
    [MemberData(nameof(Uses))]
    public void B3_a_locked_ability_is_refused_until_it_is_given_back_and_no_other(Ability ability, Command use, string detail)
    {
        foreach (var id in new[] { "pre", "ann" })
            foreach (var locked in Enum.GetValues<Ability>())
            {
                var run = Lesson();
                run.As("host", new LockAbilities([locked], true, [id])).ShouldBeAccepted();
                var sent = run.As(id, use);
                if (locked != ability)
                {
                    sent.ShouldBeAccepted();
                    continue;
                }
                sent.ShouldBeRefused(Refusal.NotAllowed);
                sent.Detail.ShouldBe(detail + " is locked");
                run.As("host", new LockAbilities([locked], false, [id])).ShouldBeAccepted();
                run.As(id, use).ShouldBeAccepted();
                run.State.Locks.ShouldBeEmpty();
            }
    }

    [Fact]
    public void B3_a_lock_leaves_on_what_is_on_and_moderators_are_above_it()
    {
        var run = Lesson();
        run.As("ann", new SetMedia(Microphone: true));
        run.As("host", new LockAbilities([Ability.Microphone], true, ["ann", "co"])).ShouldBeAccepted();
        run.State.Main.Members["ann"].Microphone.ShouldBeTrue();
        run.As("ann", new SetMedia(Microphone: false)).ShouldBeAccepted();
        run.As("co", new SetMedia(Microphone: true)).ShouldBeAccepted();
        run.As("host", new ChangeRole("ann", Role.CoHost));
        run.As("ann", new SetMedia(Microphone: true)).ShouldBeAccepted();
    }

    [Fact]
    public void B3_everyone_except_is_whoever_is_here_below_cohost_and_giving_back_reaches_those_who_left()
    {
        var run = Lesson();
        run.As("host", new LockAbilities([Ability.Chat, Ability.Hands], true, Except: ["ben"]))
            .Events.ShouldHaveSingleItem().ShouldBeOfType<AbilitiesLocked>().Participants.ShouldBe(["pre", "ann"]);
        run.As("host", new LockAbilities([Ability.Hands], true, Except: ["ben"])).ShouldChangeNothing();
        run.As("ann", new Leave());
        run.As("host", new LockAbilities([Ability.Hands], false))
            .Events.ShouldHaveSingleItem().ShouldBeOfType<AbilitiesLocked>().Participants.ShouldBe(["ann", "pre"]);
        run.State.Locks.Keys.ShouldBe(["ann", "pre"], ignoreOrder: true);
    }

    [Fact]
    public void B3_leaving_and_coming_back_does_not_undo_a_lock()
    {
        var run = Lesson();
        run.As("host", new LockAbilities([Ability.Microphone], true, ["ann"])).ShouldBeAccepted();
        run.As("ann", new Leave());
        run.Join("ann").Events.OfType<ParticipantJoined>().Single().Locked!.Value.ShouldBe([Ability.Microphone]);
        run.As("ann", new SetMedia(Microphone: true)).ShouldBeRefused(Refusal.NotAllowed);
        Meeting.View(run.State, Audience.Moderators)!.Participants.Single(one => one.Id == "ann").Locked!.Value.ShouldBe([Ability.Microphone]);
    }

    [Fact]
    public void B3_P7_a_lock_holds_in_rooms_and_threads_and_one_given_there_holds_at_home()
    {
        var run = Lesson();
        run.As("host", new LockAbilities([Ability.Hands], true, ["ann"])).ShouldBeAccepted();
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new AssignRooms([new Assignment("ann", "r1-1"), new Assignment("ben", "r1-1")]));
        run.As("host", new OpenRooms());
        var room = Followed(RoomState.Empty, run);
        Refused(room, "ann", new RaiseHand()).ShouldBe(Refusal.NotAllowed);
        Refused(room, "ben", new RaiseHand()).ShouldBeNull();
        run.As("host", new LockAbilities([Ability.Hands], true, ["ben"])).ShouldBeAccepted();
        room = Followed(room, run);
        Refused(room, "ben", new RaiseHand()).ShouldBe(Refusal.NotAllowed);
        BreakoutRoom.View(room)!.Participants.ShouldAllBe(one => one.Locked!.Value.Single() == Ability.Hands);
        RoomState.Decode(room.Encode()).Encode().ShouldBe(room.Encode());
        run.As("host", new CloseRooms(0));
        run.As("ben", new RaiseHand()).ShouldBeRefused(Refusal.NotAllowed);
    }

    [Fact]
    public void B3_who_may_not_chat_or_react_may_still_read_and_take_back()
    {
        var run = Lesson();
        run.As("host", new LockAbilities([Ability.Chat], true, ["ann"])).ShouldBeAccepted();
        run.As("host", new LockAbilities([Ability.Reactions], true, ["ben"])).ShouldBeAccepted();
        var update = Rosters.Update(run.State, Ids.Main, thread: true, 0, null)!;
        var thread = ThreadState.Empty.Follow((RosterChanged)ChatThread.Apply(ThreadState.Empty, update)!.Value.Events[0]).Say("ben", new MessagePosted("hello"));
        var facts = ThreadSample.Facts(thread.LastMessage, "ben");
        thread.Decide("ann", new PostMessage("x")).Detail.ShouldBe("chat is locked");
        thread.Decide("ann", new React(thread.LastMessage, "+"), facts).Detail.ShouldBe("chat is locked");
        thread.Decide("ann", new MovePointers(thread.LastMessage, thread.LastMessage)).IsRefused.ShouldBeFalse();
        thread.Decide("ben", new PostMessage("x")).IsRefused.ShouldBeFalse();
        thread.Decide("ben", new React(thread.LastMessage, "+"), facts).Detail.ShouldBe("reactions are locked");
        thread.Decide("ben", new React(thread.LastMessage, "+", On: false), facts).IsRefused.ShouldBeFalse();
        ThreadState.Decode(thread.Encode()).Encode().ShouldBe(thread.Encode());
        run.As("host", new LockAbilities([Ability.Chat], false, ["ann"]));
        thread = thread.Follow((RosterChanged)ChatThread.Apply(thread, Rosters.Update(run.State, Ids.Main, thread: true, thread.Cursor, run.Log.Skip((int)thread.Cursor).ToArray())!)!.Value.Events[0]);
        thread.Decide("ann", new PostMessage("x")).IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void P10_what_names_no_ability_or_a_host_is_refused()
    {
        var run = Lesson();
        run.As("host", new LockAbilities([], true)).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("host", new LockAbilities(default, true)).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("host", new LockAbilities([(Ability)9], true)).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("host", new LockAbilities([Ability.Chat], true, ["a b"])).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("host", new LockAbilities([Ability.Chat], true, ["ann"], ["ben"])).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("co", new LockAbilities([Ability.Chat], true, ["host"])).ShouldBeRefused(Refusal.NotAllowed);
    }

    private static RoomState Followed(RoomState room, MeetingRun run)
    {
        var update = Rosters.Update(run.State, "r1-1", false, room.Cursor, run.Log.Skip((int)room.Cursor).ToArray())!;
        return BreakoutRoom.Apply(room, update)!.Value.Events.Aggregate(
            room, (state, happened) => state.Evolve(new Recorded(state.Version + 1, MeetingRun.Start, null, null, happened)));
    }

    private static RoomState Done(RoomState room, string by, Command command)
    {
        var outcome = BreakoutRoom.Decide(room, new Request(new CommandId(by + "-s", 1), Caller.Participant(by), command), MeetingRun.Start);
        outcome.IsRefused.ShouldBeFalse(outcome.Detail);
        return outcome.Events.Aggregate(room, (state, happened) => state.Evolve(new Recorded(state.Version + 1, MeetingRun.Start, by, null, happened)));
    }

    private static Refusal? Refused(RoomState room, string by, Command command)
    {
        var outcome = BreakoutRoom.Decide(room, new Request(new CommandId(by + "-s", 1), Caller.Participant(by), command), MeetingRun.Start);
        return outcome.IsRefused ? outcome.Reason : null;
    }
}
