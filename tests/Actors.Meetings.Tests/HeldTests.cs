using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>A2: who comes before the host waits, and the start lets in whom the waiting-room policy does not keep.</summary>
public sealed class HeldTests
{
    private static readonly MeetingSettings Waits = MeetingSettings.Default with { WaitForHost = true, Capacity = Limits.ParticipantsPerMeeting };

    private static MeetingRun With(WaitingRoomPolicy policy)
    {
        var run = MeetingRun.With(Waits with { WaitingRoom = policy });
        run.Join("own").ShouldBeAccepted();
        Foreign(run).ShouldBeAccepted();
        run.Join("guest", Role.Presenter, guest: true).ShouldBeAccepted();
        run.State.Status.ShouldBe(MeetingStatus.Created);
        run.State.Waiting.ShouldBe(3);
        run.State.Due.ShouldBeNull();
        MeetingInvariants.Check(run.State);
        return run;
    }

    private static Sent Foreign(MeetingRun run) => run.Send(Caller.System, new CommandId("foreign-c", 1),
        new Join("foreign", "Foreign", Role.Attendee, Kind.Person, false, "foreign-s", "foreign-c", "g1", run.Now, Foreign: true));

    private static string[] Admitted(Sent sent) =>
        [.. sent.ShouldBeAccepted().Events.OfType<ParticipantsAdmitted>().SelectMany(one => one.Participants)];

    private static readonly (string Name, Func<MeetingRun, Sent> Do)[] Starts =
    [
        ("a host comes", run => run.Join("ann", Role.Host)),
        ("a co-host comes", run => run.Join("ann", Role.CoHost)),
        ("the backend starts it", run => run.Api(new StartMeeting())),
        ("the host is not waited for", run => run.Api(new ChangeSettings(new SettingsPatch(WaitForHost: false)))),
    ];

    [Theory]
    [InlineData(WaitingRoomPolicy.Off, "own foreign guest")]
    [InlineData(WaitingRoomPolicy.Guests, "own foreign")]
    [InlineData(WaitingRoomPolicy.UnknownTenants, "own")]
    [InlineData(WaitingRoomPolicy.Everyone, "")]
    [InlineData(WaitingRoomPolicy.AfterLock, "own foreign guest")]
    public void A2_and_C1_every_start_lets_in_whom_the_policy_does_not_keep_in_the_same_decision_and_keeps_the_others(WaitingRoomPolicy policy, string getIn)
    {
        var expected = getIn.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (name, start) in Starts)
        {
            var run = With(policy);
            var sent = start(run);
            Admitted(sent).ShouldBe(expected, name);
            sent.Events.OfType<MeetingStarted>().Count().ShouldBe(1, name);
            foreach (var id in new[] { "own", "foreign", "guest" }) run[id].Place.ShouldBe(expected.Contains(id) ? Ids.Main : Ids.Waiting, name);
            MeetingInvariants.Check(run.State);
            MeetingRun.TextOf(MeetingState.Decode(run.State.Encode())).ShouldBe(run.Encoded);
            MeetingRun.TextOf(MeetingRun.Replay(MeetingState.Empty, run.Log)).ShouldBe(run.Encoded);
            run.State.Due.ShouldBeNull(name);
            // Those who are kept wait for somebody who admits them.
            Admitted(run.Api(new AdmitAll())).ShouldBe(new[] { "own", "foreign", "guest" }.Except(expected), name);
        }
    }

    [Fact]
    public void A2_the_policy_is_asked_when_it_starts()
    {
        var run = With(WaitingRoomPolicy.Off);
        run.Api(new ChangeSettings(new SettingsPatch(WaitingRoom: WaitingRoomPolicy.Guests))).ShouldBeAccepted();
        Admitted(run.Join("ann", Role.Host)).ShouldBe(["own", "foreign"]);
        // From here it is the waiting room that it always was.
        run.As("ann", new ChangeSettings(new SettingsPatch(WaitingRoom: WaitingRoomPolicy.Off))).ShouldBeAccepted();
        run["guest"].Place.ShouldBe(Ids.Waiting);
        var both = With(WaitingRoomPolicy.Everyone);
        Admitted(both.Api(new ChangeSettings(new SettingsPatch(WaitForHost: false, WaitingRoom: WaitingRoomPolicy.UnknownTenants)))).ShouldBe(["own"]);
    }

    [Fact]
    public void A2_somebody_who_waits_and_is_made_a_moderator_starts_it()
    {
        var run = With(WaitingRoomPolicy.Guests);
        run.Api(new ChangeRole("own", Role.Presenter)).Events.ShouldBe([new RoleChanged("own", Role.Presenter)]);
        var sent = run.Api(new ChangeRole("guest", Role.Host));
        sent.Events.Select(one => one.GetType()).ShouldBe([typeof(RoleChanged), typeof(MeetingStarted), typeof(ParticipantsAdmitted)]);
        Admitted(sent).ShouldBe(["guest", "own", "foreign"]);
        run.As("guest", new LockMeeting(true)).ShouldBeAccepted();
        MeetingInvariants.Check(run.State);
    }

    [Fact]
    public void A2_before_the_start_nobody_is_admitted_and_people_may_leave_be_put_out_lose_their_connection_and_come_back()
    {
        var run = With(WaitingRoomPolicy.Off);
        run.Api(new AdmitAll()).ShouldBeRefused(Refusal.MeetingNotStarted);
        run.Api(new AdmitParticipants(["own"])).ShouldBeRefused(Refusal.MeetingNotStarted);
        run.As("own", new RaiseHand()).ShouldBeRefused(Refusal.Waiting);
        run.Api(new DenyParticipant("guest")).ShouldBeAccepted();
        run.Break("own");
        run.Join("own").Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantReconnected>();
        run.Break("own");
        run.State.Due.ShouldBe(run.Now + Limits.ReconnectGrace);
        run.Tick(Limits.ReconnectGrace).Events.ShouldBe([new ParticipantLeft("own", LeaveReason.ConnectionLost)]);
        run.As("foreign", new Leave()).ShouldBeAccepted();
        run.State.Participants.ShouldBeEmpty();
        run.Join("ann", Role.Host).Events.Select(one => one.GetType()).ShouldBe([typeof(ParticipantJoined), typeof(MeetingStarted)]);
    }

    [Fact]
    public void A2_waiting_for_the_start_runs_no_clock_of_the_meeting_and_its_end_or_cancellation_puts_everybody_out()
    {
        foreach (var end in new Command[] { new EndMeeting(), new CancelMeeting() })
        {
            var run = MeetingRun.With(Waits with { EndWhenEmptySeconds = 5, EndWithoutHostSeconds = 5, TimeLimitMinutes = 1 });
            run.Join("ben").ShouldBeAccepted();
            run.State.Due.ShouldBeNull();
            run.Tick(TimeSpan.FromHours(10)).ShouldChangeNothing();
            run.Api(end).ShouldBeAccepted();
            run.State.Participants.ShouldBeEmpty();
            MeetingInvariants.Check(run.State);
            run.Join("ben").ShouldBeRefused(Refusal.MeetingEnded);
        }
        var started = MeetingRun.With(Waits with { TimeLimitMinutes = 1 });
        started.Join("ben").ShouldBeAccepted();
        started.Now += TimeSpan.FromHours(10);
        started.Join("ann", Role.Host).ShouldBeAccepted();
        started.State.EndsAt.ShouldBe(started.Now.AddMinutes(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A2_and_P6_a_place_is_kept_for_the_host_who_is_waited_for(int capacity)
    {
        var run = MeetingRun.With(Waits with { Capacity = capacity });
        for (var i = 1; i < capacity; i++) run.Join($"p{i}").ShouldBeAccepted();
        run.Join("more").ShouldBeRefused(Refusal.MeetingFull);
        run.Join("ann", Role.Host).ShouldBeAccepted();
        run.State.Participants.Count.ShouldBe(capacity);
        run.State.Waiting.ShouldBe(0);
        run.Join("more").ShouldBeRefused(Refusal.MeetingFull);
        var hall = MeetingRun.With(Waits);
        for (var i = 1; i < Limits.InteractivePerMeeting; i++) hall.Join($"p{i}").ShouldBeAccepted();
        hall.Join("more").ShouldBeRefused(Refusal.MeetingFull);
        Admitted(hall.Join("ann", Role.Host)).Length.ShouldBe(Limits.InteractivePerMeeting - 1);
    }

    [Fact]
    public void A2_and_C4_more_than_one_event_holds_are_let_in_by_parts_each_once_and_nobody_who_is_kept()
    {
        var run = MeetingRun.With(Waits with { WaitingRoom = WaitingRoomPolicy.Guests });
        const int People = (2 * Limits.AdmittedPerEvent) + 300;
        for (var i = 0; i < People; i++) run.Join($"p{i}", Role.Attendee, guest: i % 10 == 0).ShouldBeAccepted();
        var admitted = new List<string>(Admitted(run.Join("ann", Role.Host)));
        admitted.Count.ShouldBe(Limits.AdmittedPerEvent);
        run.State.AdmittingHeld.ShouldBeTrue();
        MeetingRun.TextOf(MeetingState.Decode(run.State.Encode())).ShouldBe(run.Encoded);
        // Meanwhile somebody leaves, a guest is admitted by hand and another one comes: none of it changes for whom the rest is.
        run.As("p1999", new Leave()).ShouldBeAccepted();
        run.As("ann", new AdmitParticipants(["p0"])).ShouldBeAccepted();
        run.Join("late", Role.Attendee, guest: true).ShouldBeAccepted();
        while (run.State.Due <= run.Now) admitted.AddRange(Admitted(run.System(new Tick())));
        admitted.ShouldBe(Enumerable.Range(0, People).Where(i => i % 10 != 0 && i != 1999).Select(i => $"p{i}"));
        run.State.Waiting.ShouldBe((People / 10) - 1 + 1);
        (run.State.AdmittingThrough, run.State.AdmittingHeld).ShouldBe((null, false));
        MeetingInvariants.Check(run.State);
    }

    [Fact]
    public void A2_and_C2_admitting_all_while_the_start_still_lets_people_in_means_all()
    {
        var run = MeetingRun.With(Waits with { WaitingRoom = WaitingRoomPolicy.Guests });
        for (var i = 0; i < 2_500; i++) run.Join($"p{i}", Role.Attendee, guest: i % 2 == 0).ShouldBeAccepted();
        run.Join("ann", Role.Host).ShouldBeAccepted();
        run.As("ann", new AdmitAll()).ShouldBeAccepted();
        while (run.State.Due <= run.Now) run.System(new Tick()).ShouldBeAccepted();
        run.State.Waiting.ShouldBe(0);
        run.Log.Select(one => one.Event).OfType<ParticipantsAdmitted>().SelectMany(one => one.Participants).Order().ShouldBe(Enumerable.Range(0, 2_500).Select(i => $"p{i}").Order());
    }
}
