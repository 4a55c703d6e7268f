using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class AdmissionTests
{
    private static MeetingSettings Devices(DevicePolicy policy) => MeetingSettings.Default with { Devices = policy };

    [Fact]
    public void The_first_joiner_starts_the_meeting_and_the_answer_s_first_number_is_the_epoch()
    {
        var run = MeetingRun.With();
        var joined = run.Join("ann", Role.Host);
        joined.Events.Select(one => one.GetType()).ShouldBe([typeof(ParticipantJoined), typeof(MeetingStarted)]);
        run.State.Status.ShouldBe(MeetingStatus.Live);
        run["ann"].SessionOf("ann-s")!.Epoch.ShouldBe(joined.First);
        var back = run.Join("ann", Role.Host);
        back.Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantReconnected>();
        run["ann"].SessionOf("ann-s")!.Epoch.ShouldBe(back.First);
    }

    [Theory]
    [InlineData(Role.Host, true)]
    [InlineData(Role.CoHost, true)]
    [InlineData(Role.Presenter, false)]
    [InlineData(Role.Participant, false)]
    [InlineData(Role.Attendee, false)]
    public void Waiting_for_the_host_only_moderators_start_it(Role role, bool starts)
    {
        var run = MeetingRun.With(MeetingSettings.Default with { WaitForHost = true });
        var joined = run.Join("ann", role).ShouldBeAccepted();
        joined.Events.OfType<MeetingStarted>().Count().ShouldBe(starts ? 1 : 0);
        (run["ann"].Place, run.State.Status).ShouldBe(starts ? (Ids.Main, MeetingStatus.Live) : (Ids.Waiting, MeetingStatus.Created));
        run.Api(new StartMeeting()).ShouldBeAccepted();
        run["ann"].Place.ShouldBe(Ids.Main);
        run.Join("ben").ShouldBeAccepted();
    }

    [Fact]
    public void P6_of_a_storm_exactly_the_capacity_gets_in_and_waiting_and_reconnecting_people_count()
    {
        var run = MeetingRun.With(MeetingSettings.Default with { Capacity = 5, WaitingRoom = WaitingRoomPolicy.Guests });
        run.Join("host", Role.Host);
        run.Join("lost");
        run.Break("lost");
        run.Join("guest", guest: true);
        var answers = Enumerable.Range(0, 50).Select(i => run.Join($"p{i}")).ToArray();
        answers.Count(one => one.Refusal is null).ShouldBe(2);
        answers.Count(one => one.Refusal == Refusal.MeetingFull).ShouldBe(48);
        run.Join("lost").ShouldBeAccepted();
        run.As("guest", new Leave());
        run.Join("late").ShouldBeAccepted();
        run.Join("later").ShouldBeRefused(Refusal.MeetingFull);
    }

    [Fact]
    public void P6_beyond_a_thousand_interactive_people_only_view_only_attendees_get_in()
    {
        var run = MeetingRun.With(MeetingSettings.Default with { Capacity = Limits.ParticipantsPerMeeting }, ("host", Role.Host));
        for (var i = 1; i < Limits.InteractivePerMeeting; i++) run.Join($"p{i}").ShouldBeAccepted();
        run.Join("more").ShouldBeRefused(Refusal.MeetingFull);
        run.Join("viewer", Role.Attendee).ShouldBeAccepted();
        run.As("host", new ChangeRole("viewer", Role.Participant)).ShouldBeRefused(Refusal.LimitReached);
        run.As("p1", new Leave());
        run.As("host", new ChangeRole("viewer", Role.Participant)).ShouldBeAccepted();
        run.State.Interactive.ShouldBe(Limits.InteractivePerMeeting);
    }

    [Fact]
    public void A_locked_meeting_lets_nobody_new_in_and_everybody_back()
    {
        var run = MeetingRun.With(("ann", Role.Host), ("ben", Role.Participant));
        run.As("ann", new LockMeeting(true)).ShouldBeAccepted();
        run.As("ann", new LockMeeting(true)).ShouldChangeNothing();
        run.Break("ben");
        run.Join("cem").ShouldBeRefused(Refusal.MeetingLocked);
        run.Join("ben").ShouldBeAccepted();
        run.As("ann", new LockMeeting(false));
        run.Join("cem").ShouldBeAccepted();
    }

    [Theory]
    [InlineData(Role.Host, true)]
    [InlineData(Role.CoHost, true)]
    [InlineData(Role.Presenter, false)]
    [InlineData(Role.Participant, false)]
    [InlineData(Role.Attendee, false)]
    public void A_locked_meeting_lets_moderators_in_unless_they_are_removed_or_banned_or_it_is_full(Role role, bool getsIn)
    {
        var run = MeetingRun.With(MeetingSettings.Default with { Capacity = 3 }, ("ann", Role.Host), ("eve", role), ("mal", role));
        run.As("ann", new LockMeeting(true)).ShouldBeAccepted();
        run.As("ann", new RemoveParticipant("eve")).ShouldBeAccepted();
        run.As("ann", new BanParticipant("mal")).ShouldBeAccepted();
        run.Join("eve", role).ShouldBeRefused(Refusal.TokenRevoked);
        run.Join("mal", role).ShouldBeRefused(Refusal.Banned);
        for (var i = 0; i < 2; i++)
            if (getsIn) run.Join($"p{i}", role).ShouldBeAccepted();
            else run.Join($"p{i}", role).ShouldBeRefused(Refusal.MeetingLocked);
        run.Join("more", role).ShouldBeRefused(getsIn ? Refusal.MeetingFull : Refusal.MeetingLocked);
    }

    [Fact]
    public void The_only_host_of_a_locked_meeting_comes_back_after_the_grace()
    {
        var run = MeetingRun.With(("ann", Role.Host), ("ben", Role.Attendee));
        run.As("ann", new LockMeeting(true)).ShouldBeAccepted();
        run.Break("ann");
        run.Tick(Limits.ReconnectGrace).Events.ShouldBe([new ParticipantLeft("ann", LeaveReason.ConnectionLost)]);
        run.Join("ann", Role.Host).ShouldBeAccepted();
        run.As("ann", new LockMeeting(false)).ShouldBeAccepted();
    }

    [Fact]
    public void Within_the_grace_the_same_participant_comes_back_with_role_place_hand_and_media()
    {
        var run = MeetingRun.With(("ann", Role.Host), ("ben", Role.Participant));
        run.As("ann", new ChangeRole("ben", Role.Presenter));
        run.As("ben", new RaiseHand());
        run.As("ben", new SetMedia(Microphone: true));
        var before = run["ben"];
        run.Break("ben").Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantsDisconnected>();
        run["ben"].IsReconnecting.ShouldBeTrue();
        run.Tick(Limits.ReconnectGrace - TimeSpan.FromSeconds(1)).ShouldChangeNothing();
        run.Join("ben").Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantReconnected>();
        (run["ben"].Role, run["ben"].Place, run["ben"].Number).ShouldBe((Role.Presenter, Ids.Main, before.Number));
        run.State.Main.Queue.ShouldBe(["ben"]);
        run.State.Main.Members["ben"].Microphone.ShouldBeTrue();
        run.State.Due.ShouldBeNull();
    }

    [Fact]
    public void After_the_grace_the_participant_is_out()
    {
        var run = MeetingRun.With(("ann", Role.Host), ("ben", Role.Participant));
        run.Break("ben");
        run.State.Due.ShouldBe(run.Now + Limits.ReconnectGrace);
        run.Tick(Limits.ReconnectGrace).Events.ShouldBe([new ParticipantLeft("ben", LeaveReason.ConnectionLost)]);
        run.State.Participants.Keys.ShouldBe(["ann"]);
    }

    [Fact]
    public void P5_a_late_disconnect_of_an_old_connection_never_removes_the_new_one()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.Join("ben", connection: "old");
        run.Join("ben", connection: "new");
        run.System(new Disconnect([new Connection("ben", "ben-s", "old")], LeaveReason.GatewayLost)).ShouldChangeNothing();
        run["ben"].IsReconnecting.ShouldBeFalse();
        run.System(new Disconnect([new Connection("ben", "ben-s", "new")], LeaveReason.GatewayLost)).ShouldBeAccepted();
        run["ben"].IsReconnecting.ShouldBeTrue();
        run.System(new Disconnect([new Connection("ben", "ben-s", "new"), null!, new Connection(null!, "x", "y")], LeaveReason.GatewayLost)).ShouldChangeNothing();
    }

    [Fact]
    public void P3_a_join_repeated_after_a_lost_answer_gets_the_same_epoch()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        var first = run.Join("ben", connection: "c1");
        var again = run.Join("ben", connection: "c1");
        (again.Repeat, again.First, again.Last).ShouldBe((true, first.First, first.Last));
    }

    [Fact]
    public void A_second_device_takes_over_and_the_old_session_s_commands_are_refused()
    {
        var run = MeetingRun.With(Devices(DevicePolicy.TakeOver), ("ann", Role.Host));
        run.As("ann", new RaiseHand());
        var replaced = run.Join("ann", Role.Participant, session: "phone").Events.ShouldHaveSingleItem().ShouldBeOfType<SessionReplaced>();
        (replaced.Old, replaced.Session).ShouldBe(("ann-s", "phone"));
        run.As("ann", new LockMeeting(true)).ShouldBeRefused(Refusal.SessionReplaced);
        run.As("ann", "phone", new LockMeeting(true)).ShouldBeAccepted();
        run["ann"].Role.ShouldBe(Role.Host);
        run.State.Main.Queue.ShouldBe(["ann"]);
    }

    [Fact]
    public void With_reject_the_first_device_stays_until_its_connection_is_lost()
    {
        var run = MeetingRun.With(Devices(DevicePolicy.Reject), ("ann", Role.Host));
        run.Join("ann", Role.Host, session: "phone").ShouldBeRefused(Refusal.AlreadyJoined);
        run.Join("ann", Role.Host).ShouldBeAccepted();
        run.Break("ann");
        run.Join("ann", Role.Host, session: "phone").Events.ShouldHaveSingleItem().ShouldBeOfType<SessionReplaced>();
    }

    [Fact]
    public void With_allow_several_devices_are_one_participant_until_the_last_is_gone()
    {
        var run = MeetingRun.With(Devices(DevicePolicy.Allow), ("ann", Role.Host), ("ben", Role.Participant));
        for (var i = 2; i <= Limits.SessionsPerParticipant; i++) run.Join("ben", session: $"d{i}").ShouldBeAccepted();
        run.Join("ben", session: "d9").ShouldBeRefused(Refusal.LimitReached);
        run.Break("ben", "d2").Events[0].ShouldBeOfType<ParticipantsDisconnected>().Participants.ShouldBeEmpty();
        run["ben"].IsReconnecting.ShouldBeFalse();
        run.Join("ben", session: "d9").ShouldBeAccepted();
        run["ben"].SessionOf("d2").ShouldBeNull();
        // One device signs off, then the participant with the last.
        run.As("ben", "d9", new Leave()).Events[0].ShouldBeOfType<ParticipantsDisconnected>().Reason.ShouldBe(LeaveReason.Left);
        run["ben"].SessionOf("d9").ShouldBeNull();
        for (var i = 3; i <= Limits.SessionsPerParticipant; i++) run.As("ben", $"d{i}", new Leave());
        run.As("ben", new Leave()).Events.ShouldBe([new ParticipantLeft("ben", LeaveReason.Left)]);
    }

    [Fact]
    public void Taking_over_after_the_policy_changed_replaces_every_device_and_has_one_epoch()
    {
        var run = MeetingRun.With(Devices(DevicePolicy.Allow), ("ann", Role.Host));
        run.Join("ann", Role.Host, session: "tablet");
        run.As("ann", new ChangeSettings(new SettingsPatch(Devices: DevicePolicy.TakeOver)));
        var taken = run.Join("ann", Role.Host, session: "phone");
        taken.Events.Cast<SessionReplaced>().Select(one => one.Old).ShouldBe(["ann-s", "tablet"]);
        run["ann"].Sessions.ShouldHaveSingleItem().Epoch.ShouldBe(taken.First);
    }

    [Fact]
    public void A_dead_gateway_s_thousand_people_are_lost_in_batches_and_leave_in_batches()
    {
        var run = MeetingRun.With(("host", Role.Host));
        for (var i = 1; i < Limits.InteractivePerMeeting; i++) run.Join($"p{i}", gateway: "dead");
        var lost = run.State.Connections.Where(one => one.Gateway == "dead").Select(one => new Connection(one.Participant, one.Session, one.Connection)).ToArray();
        run.System(new Disconnect([.. lost], LeaveReason.GatewayLost)).ShouldBeRefused(Refusal.TooLarge);
        foreach (var batch in lost.Chunk(Limits.ConnectionsPerDisconnect)) run.System(new Disconnect([.. batch], LeaveReason.GatewayLost)).ShouldBeAccepted();
        run.Tick(Limits.ReconnectGrace).Events.Length.ShouldBe(Limits.ConnectionsPerDisconnect);
        run.State.Due.ShouldNotBeNull();
        run.Tick(TimeSpan.Zero).Events.Length.ShouldBe(Limits.InteractivePerMeeting - 1 - Limits.ConnectionsPerDisconnect);
        run.State.Participants.Keys.ShouldBe(["host"]);
        run.State.Due.ShouldBeNull();
    }

    [Fact]
    public void Gateways_are_asked_for_exactly_the_live_connections()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.Join("ben", connection: "b1", gateway: "g2");
        run.Break("ann");
        run.State.Connections.ShouldBe([new HeldConnection("ben", "ben-s", "b1", "g2")]);
    }
}
