using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class SpaceTests
{
    private static MeetingRun Lesson() => MeetingRun.With(
        ("host", Role.Host), ("pre", Role.Presenter), ("ann", Role.Participant), ("ben", Role.Participant), ("eye", Role.Attendee));

    [Fact]
    public void Media_changes_say_what_changed_and_no_change_is_none()
    {
        var run = Lesson();
        run.As("ann", new SetMedia(Microphone: true, Camera: false)).Events.ShouldBe([new MediaChanged("ann", Microphone: true)]);
        run.As("ann", new SetMedia(Microphone: true)).ShouldChangeNothing();
        run.As("ann", new SetMedia()).ShouldChangeNothing();
        run.As("eye", new SetMedia(Microphone: true)).ShouldBeRefused(Refusal.NotAllowed);
        run.Api(new SetMedia(Microphone: true)).ShouldBeRefused(Refusal.NotAllowed);
    }

    [Fact]
    public void A_policy_forbids_turning_on_and_never_turning_off()
    {
        var run = Lesson();
        run.As("ann", new SetMedia(true, true, true));
        run.As("host", new ChangeSettings(new SettingsPatch(MayUnmute: false, MayUseCamera: false, MayShare: false, MayRaiseHand: false)));
        run.State.Main.Members["ann"].Microphone.ShouldBeTrue();
        run.As("ben", new SetMedia(Microphone: true)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ben", new SetMedia(Camera: true)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ben", new SetMedia(Share: true)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ben", new RaiseHand()).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new SetMedia(false, false, false)).ShouldBeAccepted();
        run.As("pre", new SetMedia(true, true, true)).ShouldBeAccepted();
        run.As("host", new SetMedia(true, true, true)).ShouldBeAccepted();
        run.As("host", new RaiseHand()).ShouldBeAccepted();
        run.As("pre", new RaiseHand()).ShouldBeRefused(Refusal.NotAllowed);
    }

    [Fact]
    public void Muting_all_spares_moderators_and_the_named_and_those_already_muted()
    {
        var run = Lesson();
        foreach (var id in new[] { "host", "pre", "ann" }) run.As(id, new SetMedia(Microphone: true));
        var muted = run.As("host", new MuteAll(["pre"])).Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantsMuted>();
        muted.Participants.ShouldBe(["ann"]);
        run.As("host", new MuteAll(["pre"])).ShouldChangeNothing();
        run.As("host", new MuteParticipants(["ann", "pre"])).Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantsMuted>().Participants.ShouldBe(["pre"]);
        run.As("host", new MuteParticipants(["ghost"])).ShouldBeRefused(Refusal.UnknownParticipant);
        run.As("ann", new MuteParticipants(["pre"])).ShouldBeRefused(Refusal.NotAllowed);
        run.Api(new MuteAll()).Events[0].ShouldBeOfType<NothingChanged>();
        run.State.Main.Members["host"].Microphone.ShouldBeTrue();
    }

    [Fact]
    public void Hands_are_queued_in_the_order_of_their_events()
    {
        var run = Lesson();
        foreach (var id in new[] { "ben", "ann", "pre" }) run.As(id, new RaiseHand()).ShouldBeAccepted();
        run.As("ben", new RaiseHand()).ShouldChangeNothing();
        run.State.Main.Queue.ShouldBe(["ben", "ann", "pre"]);
        run.As("ben", new LowerHand()).ShouldBeAccepted();
        run.As("ben", new LowerHand()).ShouldChangeNothing();
        run.As("ben", new RaiseHand());
        run.State.Main.Queue.ShouldBe(["ann", "pre", "ben"]);
        run.As("ben", new LowerHand("ann")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new LowerHand("ann")).ShouldBeAccepted();
        run.As("host", new LowerHand("ghost")).ShouldBeRefused(Refusal.UnknownParticipant);
        run.Api(new LowerHand()).ShouldBeRefused(Refusal.InvalidArgument);
        run.Api(new LowerAllHands()).Events.ShouldBe([new AllHandsLowered()]);
        run.As("host", new LowerAllHands()).ShouldChangeNothing();
        run.As("eye", new RaiseHand()).Events.ShouldBe([new HandRaised("eye", Name: "Name of eye")]);
    }

    [Fact]
    public void A_hand_is_hidden_while_its_owner_is_in_a_breakout_room_and_back_at_its_place_afterwards()
    {
        var run = Lesson();
        foreach (var id in new[] { "ben", "ann" }) run.As(id, new RaiseHand());
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new AssignRooms([new Assignment("ben", "r1-1")]));
        run.As("host", new OpenRooms());
        run.State.Main.Queue.ShouldBe(["ann"]);
        run.As("ben", new RaiseHand()).ShouldBeRefused(Refusal.NotJoined);
        run.As("host", new CloseRooms(0));
        run.State.Main.Queue.ShouldBe(["ben", "ann"]);
        run.As("ben", new Leave());
        run.Join("ben");
        run.State.Main.Queue.ShouldBe(["ann"]);
    }

    [Fact]
    public void A_breakout_room_follows_the_same_rules_with_the_meeting_s_roles_and_policy()
    {
        var run = Lesson();
        run.As("host", new ChangeSettings(new SettingsPatch(MayUnmute: false)));
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new OpenRooms());
        run.As("host", new MoveParticipants([new Move("ann", "r1-1"), new Move("pre", "r1-1"), new Move("host", "r1-1")]));
        var room = Apply(RoomState.Empty, run);
        room = Do(room, "ann", new RaiseHand());
        Refused(room, "ann", new SetMedia(Microphone: true)).ShouldBe(Refusal.NotAllowed);
        Refused(room, "ben", new RaiseHand()).ShouldBe(Refusal.NotJoined);
        Refused(room, "ann", new LowerHand("pre")).ShouldBe(Refusal.NotAllowed);
        Refused(room, "ann", new Leave()).ShouldBe(Refusal.UnknownType);
        Refused(RoomState.Empty, "ann", new RaiseHand()).ShouldBe(Refusal.UnknownRoom);
        room = Do(room, "pre", new SetMedia(Microphone: true));
        var view = BreakoutRoom.View(room)!;
        view.Participants.ShouldBe([
            new ParticipantView("ann", "Name of ann"), new ParticipantView("host", "Name of host", Role.Host),
            new ParticipantView("pre", "Name of pre", Role.Presenter, Microphone: true)]);
        view.Hands.ShouldBe(["ann"]);
        run.As("host", new RemoveParticipant("ann"));
        room = Apply(room, run);
        room.Space.Hands.ShouldBeEmpty();
        run.As("host", new CloseRooms(0));
        room = Apply(room, run);
        (room.Closed, room.Space.Members.Count).ShouldBe((true, 0));
        Refused(room, "pre", new RaiseHand()).ShouldBe(Refusal.RoomClosed);
        var read = RoomState.Decode(room.Encode());
        read.Encode().ShouldBe(room.Encode());
    }

    private static RoomState Apply(RoomState room, MeetingRun run)
    {
        var update = Rosters.Update(run.State, "r1-1", false, room.Cursor, run.Log.Skip((int)room.Cursor).ToArray())!;
        return Fold(room, BreakoutRoom.Apply(room, update)!.Value, null);
    }

    private static RoomState Do(RoomState room, string by, Command command)
    {
        var outcome = BreakoutRoom.Decide(room, RequestOf(by, command), MeetingRun.Start);
        outcome.IsRefused.ShouldBeFalse(outcome.Detail);
        return Fold(room, outcome, by);
    }

    private static Refusal Refused(RoomState room, string by, Command command)
    {
        var outcome = BreakoutRoom.Decide(room, RequestOf(by, command), MeetingRun.Start);
        outcome.IsRefused.ShouldBeTrue();
        return outcome.Reason;
    }

    private static Request RequestOf(string by, Command command) => new(new CommandId(by + "-s", 1), Caller.Participant(by), command);

    private static RoomState Fold(RoomState room, Outcome outcome, string? by) =>
        outcome.Events.Aggregate(room, (state, happened) => state.Evolve(new Recorded(state.Version + 1, MeetingRun.Start, by, null, happened)));
}
