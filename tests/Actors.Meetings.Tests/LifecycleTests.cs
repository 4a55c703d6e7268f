using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class LifecycleTests
{
    [Fact]
    public void Creating_again_with_the_same_content_changes_nothing_even_after_live_changes()
    {
        var run = new MeetingRun();
        var metadata = ImmutableDictionary<string, string>.Empty.Add("course", "p1");
        var create = new CreateMeeting("Physics", MeetingSettings.Default, metadata);
        run.Api(create).Events.ShouldHaveSingleItem().ShouldBeOfType<MeetingCreated>();
        run.Api(new ChangeSettings(new SettingsPatch(Capacity: 7))).ShouldBeAccepted();
        run.Api(create).ShouldChangeNothing();
        run.Api(create with { Title = "Chemistry" }).ShouldBeRefused(Refusal.MeetingExists);
        run.Api(create with { Metadata = metadata.Add("room", "2") }).ShouldBeRefused(Refusal.MeetingExists);
        run.Api(create with { Settings = MeetingSettings.Default with { Capacity = 7 } }).ShouldBeRefused(Refusal.MeetingExists);
    }

    [Fact]
    public void Before_the_creation_there_is_no_meeting()
    {
        var run = new MeetingRun();
        run.Join("ann", Role.Host).ShouldBeRefused(Refusal.MeetingNotFound);
        run.Api(new EndMeeting()).ShouldBeRefused(Refusal.MeetingNotFound);
        Meeting.View(run.State, Audience.Moderators).ShouldBeNull();
    }

    [Fact]
    public void The_backend_may_start_an_empty_meeting_and_starting_twice_changes_nothing()
    {
        var run = MeetingRun.With(MeetingSettings.Default with { WaitForHost = true });
        run.Api(new StartMeeting()).Events.ShouldBe([new MeetingStarted()]);
        run.Api(new StartMeeting()).ShouldChangeNothing();
        run.State.StartedAt.ShouldBe(run.Now);
    }

    [Fact]
    public void Ending_puts_everybody_out_and_only_a_host_or_the_backend_may_end()
    {
        var run = MeetingRun.With(("ann", Role.Host), ("ben", Role.CoHost), ("cem", Role.Participant));
        run.As("ann", new CreateRooms(["A"]));
        run.As("ann", new AssignRooms([new Assignment("cem", "r1-1")]));
        run.As("ann", new OpenRooms(60));
        run.Break("ben");
        run.Join("ben");
        run.As("ben", new EndMeeting()).ShouldBeRefused(Refusal.NotAllowed);
        run.As("cem", new EndMeeting()).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new EndMeeting()).Events.ShouldBe([new MeetingEnded()]);
        run.State.Participants.ShouldBeEmpty();
        run.State.Due.ShouldBeNull();
        run.As("ann", new RaiseHand()).ShouldBeRefused(Refusal.MeetingEnded);
        run.Join("ann", Role.Host).ShouldBeRefused(Refusal.MeetingEnded);
        run.Api(new EndMeeting()).ShouldChangeNothing();
        run.Api(new LockMeeting(true)).ShouldBeRefused(Refusal.MeetingEnded);
        run.Tick(TimeSpan.FromMinutes(5)).ShouldChangeNothing();
        MeetingInvariants.Check(run.State);
    }

    [Fact]
    public void A_patch_changes_what_it_names_and_a_patch_of_nothing_changes_nothing()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.As("ann", new ChangeSettings(new SettingsPatch(MayUnmute: false, Capacity: 9))).ShouldBeAccepted();
        run.State.Settings.ShouldBe(new MeetingSettings(new SpacePolicy(MayUnmute: false), Capacity: 9));
        run.State.Main.Policy.MayUnmute.ShouldBeFalse();
        run.As("ann", new ChangeSettings(new SettingsPatch(Capacity: 9))).ShouldChangeNothing();
    }

    [Fact]
    public void The_product_s_commands_are_not_for_people_and_people_s_not_for_the_product()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.As("ann", new Tick()).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new Disconnect([], LeaveReason.Left)).ShouldBeRefused(Refusal.NotAllowed);
        run.Api(new Tick()).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new CreateMeeting("x", MeetingSettings.Default)).ShouldBeRefused(Refusal.NotAllowed);
        run.System(new EndMeeting()).ShouldBeRefused(Refusal.NotAllowed);
        run.System(new PostMessage("hi")).ShouldBeRefused(Refusal.UnknownType);
        run.As("ghost", new RaiseHand()).ShouldBeRefused(Refusal.NotJoined);
        run.As("ann", "other-session", new RaiseHand()).ShouldBeRefused(Refusal.SessionReplaced);
    }

    [Fact]
    public void A_clock_that_jumps_back_does_not_take_the_meeting_with_it()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.As("ann", new CreateRooms(["A"]));
        var before = run.State.LastTime;
        run.Now -= TimeSpan.FromHours(1);
        run.As("ann", new OpenRooms(60)).ShouldBeAccepted();
        run.State.LastTime.ShouldBe(before);
        run.State.Rooms.ClosesAt.ShouldBe(before.AddSeconds(60));
    }

    [Fact]
    public void A_broken_log_throws()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        void Fold(long number, DateTimeOffset at, Event happened) => run.State.Evolve(new Recorded(number, at, null, null, happened));
        var next = run.State.Version + 1;
        Should.Throw<InvalidOperationException>(() => Fold(next + 1, run.Now, new NothingChanged()));
        Should.Throw<InvalidOperationException>(() => Fold(next, run.Now.AddSeconds(-1), new NothingChanged()));
        Should.Throw<InvalidOperationException>(() => Fold(next, run.Now, new MessagePosted("hi")));
        Should.Throw<InvalidOperationException>(() => Fold(next, run.Now, new ParticipantLeft("ghost", LeaveReason.Left)));
        Should.Throw<InvalidOperationException>(() => Fold(next, run.Now, new ParticipantsMuted(["ghost"])));
        Should.Throw<InvalidOperationException>(() => MeetingState.Empty.Evolve(new Recorded(1, run.Now, null, null, new MeetingStarted())));
    }
}
