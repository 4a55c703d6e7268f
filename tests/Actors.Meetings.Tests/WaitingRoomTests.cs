using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class WaitingRoomTests
{
    private static MeetingSettings Policy(WaitingRoomPolicy policy) =>
        MeetingSettings.Default with { WaitingRoom = policy, Capacity = Limits.ParticipantsPerMeeting };

    [Theory]
    [InlineData(WaitingRoomPolicy.Off, Role.Participant, true, Ids.Main)]
    [InlineData(WaitingRoomPolicy.Guests, Role.Participant, false, Ids.Main)]
    [InlineData(WaitingRoomPolicy.Guests, Role.Participant, true, Ids.Waiting)]
    [InlineData(WaitingRoomPolicy.Guests, Role.CoHost, true, Ids.Main)]
    [InlineData(WaitingRoomPolicy.Everyone, Role.Participant, false, Ids.Waiting)]
    [InlineData(WaitingRoomPolicy.Everyone, Role.Presenter, false, Ids.Waiting)]
    [InlineData(WaitingRoomPolicy.Everyone, Role.Attendee, false, Ids.Waiting)]
    [InlineData(WaitingRoomPolicy.Everyone, Role.Host, false, Ids.Main)]
    public void The_policy_decides_who_waits(WaitingRoomPolicy policy, Role role, bool guest, string place)
    {
        var run = MeetingRun.With(Policy(policy));
        run.Join("ann", role, guest: guest).ShouldBeAccepted();
        run["ann"].Place.ShouldBe(place);
    }

    [Fact]
    public void C5_every_step_of_the_waiting_room_is_an_event()
    {
        var run = MeetingRun.With(Policy(WaitingRoomPolicy.Everyone), ("ann", Role.Host));
        run.Join("ben").Events[0].ShouldBeOfType<ParticipantJoined>().Place.ShouldBe(Ids.Waiting);
        run.As("ann", new MessageWaiting("Soon")).Events.ShouldBe([new WaitingMessaged("Soon")]);
        run.As("ann", new AdmitParticipants(["ben"])).Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantsAdmitted>().Participants.ShouldBe(["ben"]);
        run.As("ann", new PutBack("ben")).Events.ShouldBe([new ParticipantPutBack("ben")]);
        run.As("ann", new DenyParticipant("ben")).Events.ShouldBe([new ParticipantLeft("ben", LeaveReason.Denied)]);
        run.Join("ben").ShouldBeAccepted();
        run.As("ben", new Leave()).Events.ShouldBe([new ParticipantLeft("ben", LeaveReason.Left)]);
        run.Log.Where(one => one.Event is ParticipantsAdmitted or ParticipantPutBack or WaitingMessaged).ShouldAllBe(one => one.By == "ann");
    }

    [Fact]
    public void Who_waits_may_leave_and_nothing_else()
    {
        var run = MeetingRun.With(Policy(WaitingRoomPolicy.Everyone), ("ben", Role.Participant));
        run.As("ben", new RaiseHand()).ShouldBeRefused(Refusal.Waiting);
        run.As("ben", new LockMeeting(true)).ShouldBeRefused(Refusal.Waiting);
        run.As("ben", new Leave()).ShouldBeAccepted();
        run.State.Participants.ShouldBeEmpty();
    }

    [Fact]
    public void Of_a_list_exactly_those_who_still_wait_are_admitted()
    {
        var run = MeetingRun.With(Policy(WaitingRoomPolicy.Everyone), ("ann", Role.Host), ("ben", Role.Participant), ("cem", Role.Participant), ("dua", Role.Participant));
        run.As("ben", new Leave());
        run.As("ann", new AdmitParticipants(["ben", "cem", "ann", "ghost"])).Events.ShouldHaveSingleItem()
            .ShouldBeOfType<ParticipantsAdmitted>().Participants.ShouldBe(["cem"]);
        run.As("ann", new AdmitParticipants(["cem"])).ShouldChangeNothing();
        run.State.Waiting.ShouldBe(1);
        run["dua"].Place.ShouldBe(Ids.Waiting);
    }

    [Fact]
    public void Admitting_all_of_2500_admits_each_exactly_once_in_order_and_nobody_who_came_later()
    {
        var run = MeetingRun.With(Policy(WaitingRoomPolicy.Everyone), ("ann", Role.Host));
        for (var i = 0; i < 2500; i++) run.Join($"p{i}", Role.Attendee).ShouldBeAccepted();
        run.As("p7", new Leave());
        var first = run.As("ann", new AdmitAll());
        run.Join("late", Role.Attendee);
        var admitted = first.Events.Cast<ParticipantsAdmitted>().SelectMany(one => one.Participants).ToList();
        while (run.State.Due is not null)
        {
            run.State.Due!.Value.ShouldBeLessThanOrEqualTo(run.Now);
            admitted.AddRange(run.Tick(TimeSpan.Zero).Events.OfType<ParticipantsAdmitted>().SelectMany(one => one.Participants));
        }
        admitted.ShouldBe(Enumerable.Range(0, 2500).Where(i => i != 7).Select(i => $"p{i}"));
        run.State.Waiting.ShouldBe(1);
        run["late"].Place.ShouldBe(Ids.Waiting);
        run.As("ann", new AdmitAll()).ShouldBeAccepted();
        run.As("ann", new AdmitAll()).ShouldChangeNothing();
    }

    [Fact]
    public void An_admission_goes_on_although_those_left_to_admit_went_away()
    {
        var run = MeetingRun.With(Policy(WaitingRoomPolicy.Everyone), ("ann", Role.Host));
        for (var i = 0; i <= Limits.AdmittedPerEvent; i++) run.Join($"p{i}", Role.Attendee);
        run.As("ann", new AdmitAll()).ShouldBeAccepted();
        run.As($"p{Limits.AdmittedPerEvent}", new Leave()).ShouldBeAccepted();
        run.Tick(TimeSpan.Zero).ShouldBeAccepted();
        run.State.Due.ShouldBeNull();
    }

    [Fact]
    public void Denied_people_are_out_and_may_knock_again()
    {
        var run = MeetingRun.With(Policy(WaitingRoomPolicy.Everyone), ("ann", Role.Host), ("ben", Role.Participant));
        run.As("ann", new DenyParticipant("ann")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new DenyParticipant("ben")).Events.ShouldBe([new ParticipantLeft("ben", LeaveReason.Denied)]);
        run.As("ann", new DenyParticipant("ben")).ShouldBeRefused(Refusal.UnknownParticipant);
        run.Join("ben").ShouldBeAccepted();
    }

    [Fact]
    public void Put_back_people_wait_again_at_the_end_and_lose_hand_and_room()
    {
        var run = MeetingRun.With(Policy(WaitingRoomPolicy.Off), ("ann", Role.Host), ("ben", Role.Participant), ("cem", Role.CoHost));
        run.As("ben", new RaiseHand());
        run.As("ann", new CreateRooms(["A"]));
        run.As("ann", new AssignRooms([new Assignment("ben", "r1-1")]));
        run.As("ann", new OpenRooms());
        run["ben"].Place.ShouldBe("r1-1");
        run.As("ann", new PutBack("cem")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new PutBack("ben")).ShouldBeAccepted();
        run["ben"].Place.ShouldBe(Ids.Waiting);
        run.State.Main.Hands.ShouldBeEmpty();
        run.As("ann", new PutBack("ben")).ShouldChangeNothing();
        MeetingInvariants.Check(run.State);
    }

    [Fact]
    public void Who_is_made_a_moderator_while_waiting_is_admitted_with_it()
    {
        var run = MeetingRun.With(Policy(WaitingRoomPolicy.Everyone), ("ann", Role.Host), ("ben", Role.Participant));
        run.As("ann", new ChangeRole("ben", Role.CoHost)).Events.Select(one => one.GetType()).ShouldBe([typeof(RoleChanged), typeof(ParticipantsAdmitted)]);
        run["ben"].Place.ShouldBe(Ids.Main);
    }

    [Fact]
    public void A_waiting_participant_who_loses_the_connection_keeps_waiting_for_the_grace()
    {
        var run = MeetingRun.With(Policy(WaitingRoomPolicy.Everyone), ("ann", Role.Host), ("ben", Role.Participant));
        run.Break("ben");
        run.Join("ben").ShouldBeAccepted();
        run["ben"].Place.ShouldBe(Ids.Waiting);
        run.Break("ben");
        run.As("ann", new AdmitAll()).ShouldBeAccepted();
        run["ben"].Place.ShouldBe(Ids.Main);
        run.Tick(Limits.ReconnectGrace);
        run.State.Waiting.ShouldBe(0);
        run.State.Participants.ContainsKey("ben").ShouldBeFalse();
    }
}
