using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>A2: how meetings start and end by themselves. All of it is data: <see cref="MeetingState.Due"/> and a tick.</summary>
public sealed class EndingTests
{
    private static readonly MeetingSettings Plain = MeetingSettings.Default;

    [Fact]
    public void A2_wait_for_host_holds_people_until_a_moderator_starts_it_and_join_before_host_starts_with_the_first()
    {
        var waiting = MeetingRun.With(Plain with { WaitForHost = true });
        waiting.Join("ben").Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantJoined>().Place.ShouldBe(Ids.Waiting);
        waiting.Join("ann", Role.Host).Events.Skip(1).Select(one => one.GetType()).ShouldBe([typeof(MeetingStarted), typeof(ParticipantsAdmitted)]);
        waiting["ben"].Place.ShouldBe(Ids.Main);
        MeetingRun.With(Plain).Join("ben").Events.OfType<MeetingStarted>().ShouldHaveSingleItem();
    }

    [Fact]
    public void A2_a_scheduled_meeting_lets_people_start_it_only_so_long_before_its_time_and_moderators_at_any()
    {
        MeetingRun Scheduled()
        {
            var run = new MeetingRun();
            run.Api(new CreateMeeting("Physics", Plain with { JoinBeforeMinutes = 10 }, Schedule: new MeetingSchedule(run.Now.AddHours(1), 45, "Europe/Berlin")));
            return run;
        }
        var early = Scheduled();
        early.Now += TimeSpan.FromMinutes(49.9);
        early.Join("ben").ShouldBeRefused(Refusal.MeetingNotStarted);
        early.Now += TimeSpan.FromMinutes(0.1);
        early.Join("ben").ShouldBeAccepted();
        Scheduled().Join("ann", Role.CoHost).ShouldBeAccepted();
    }

    [Fact]
    public void A2_it_ends_when_nobody_has_been_in_for_the_time_set_and_not_when_somebody_came_back()
    {
        var run = MeetingRun.With(Plain with { EndWhenEmptySeconds = 60 }, ("ann", Role.Host));
        run.State.Due.ShouldBeNull();
        run.As("ann", new Leave());
        run.State.Due.ShouldBe(run.Now.AddSeconds(60));
        run.Now += TimeSpan.FromSeconds(59);
        run.Join("ann", Role.Host);
        run.State.Due.ShouldBeNull();
        run.As("ann", new Leave());
        run.Tick(TimeSpan.FromSeconds(59.9)).ShouldChangeNothing();
        run.Tick(TimeSpan.FromSeconds(0.1)).Events.ShouldBe([new MeetingEnded(EndReason.Empty)]);
        run.State.Due.ShouldBeNull();
    }

    [Fact]
    public void A2_who_waits_or_reconnects_keeps_it_from_being_empty_and_one_never_joined_counts_from_its_start()
    {
        var run = MeetingRun.With(Plain with { EndWhenEmptySeconds = 5, WaitingRoom = WaitingRoomPolicy.Everyone }, ("ann", Role.Host), ("ben", Role.Participant));
        run.As("ann", new Leave());
        run.Tick(TimeSpan.FromMinutes(10)).ShouldChangeNothing();
        run.Break("ben");
        run.Tick(Limits.ReconnectGrace).Events.ShouldHaveSingleItem().ShouldBeOfType<ParticipantLeft>();
        run.State.Due.ShouldBe(run.Now.AddSeconds(5));
        var alone = MeetingRun.With(Plain with { EndWhenEmptySeconds = 5 });
        alone.State.Due.ShouldBeNull("not started");
        alone.Api(new StartMeeting());
        alone.Tick(TimeSpan.FromSeconds(5)).Events.ShouldBe([new MeetingEnded(EndReason.Empty)]);
    }

    [Fact]
    public void A2_it_ends_so_long_after_the_last_host_when_nobody_could_follow()
    {
        var run = MeetingRun.With(Plain with { EndWithoutHostSeconds = 30 }, ("ann", Role.Host), ("ben", Role.Attendee));
        run.As("ann", new Leave());
        run.Tick(TimeSpan.FromSeconds(29)).ShouldChangeNothing();
        run.Join("ann", Role.Host);
        run.State.Due.ShouldBeNull();
        run.As("ann", new Leave());
        run.Tick(TimeSpan.FromSeconds(30)).Events.ShouldBe([new MeetingEnded(EndReason.NoHost)]);
        run.State.Participants.ShouldBeEmpty();
    }

    [Fact]
    public void A2_a_successor_or_a_meeting_that_never_had_a_host_does_not_end_for_want_of_one()
    {
        var followed = MeetingRun.With(Plain with { EndWithoutHostSeconds = 30 }, ("ann", Role.Host), ("ben", Role.Participant));
        followed.As("ann", new Leave());
        followed.State.Due.ShouldBeNull();
        MeetingRun.With(Plain with { EndWithoutHostSeconds = 30 }, ("ben", Role.Participant)).State.Due.ShouldBeNull();
    }

    [Fact]
    public void A2_the_time_limit_warns_at_ten_five_and_one_minute_and_then_ends_it()
    {
        var run = MeetingRun.With(Plain with { TimeLimitMinutes = 40 }, ("ann", Role.Host));
        var end = run.Now.AddMinutes(40);
        foreach (var left in new[] { 10, 5, 1 })
        {
            run.State.Due.ShouldBe(end.AddMinutes(-left));
            run.Tick(run.State.Due!.Value - run.Now).Events.ShouldBe([new MeetingEndingSoon(left, end)]);
        }
        run.Tick(end - run.Now).Events.ShouldBe([new MeetingEnded(EndReason.TimeLimit)]);
    }

    [Fact]
    public void A2_after_a_long_sleep_only_the_last_warning_is_given_and_a_short_meeting_has_only_those_that_fit()
    {
        var slept = MeetingRun.With(Plain with { TimeLimitMinutes = 40 }, ("ann", Role.Host));
        slept.Tick(TimeSpan.FromMinutes(36)).Events.ShouldBe([new MeetingEndingSoon(5, MeetingRun.Start.AddMinutes(40))]);
        var brief = MeetingRun.With(Plain with { TimeLimitMinutes = 5 }, ("ann", Role.Host));
        brief.State.Due.ShouldBe(brief.Now.AddMinutes(4));
        slept.Tick(TimeSpan.FromMinutes(9)).Events.ShouldBe([new MeetingEnded(EndReason.TimeLimit)]);
    }

    [Fact]
    public void A2_extending_puts_the_end_off_and_warns_anew()
    {
        var run = MeetingRun.With(Plain with { TimeLimitMinutes = 40 }, ("ann", Role.Host), ("ben", Role.Participant));
        run.Tick(TimeSpan.FromMinutes(35));
        run.As("ben", new ExtendMeeting(10)).ShouldBeRefused(Refusal.NotAllowed);
        run.As("ann", new ExtendMeeting(0)).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("ann", new ExtendMeeting(Limits.TimeLimitMinutes)).ShouldBeRefused(Refusal.LimitReached);
        run.As("ann", new ExtendMeeting(20)).Events.ShouldBe([new MeetingExtended(MeetingRun.Start.AddMinutes(60))]);
        run.State.Due.ShouldBe(MeetingRun.Start.AddMinutes(50));
        run.As("ann", new ChangeSettings(new SettingsPatch(TimeLimitMinutes: 0))).ShouldBeAccepted();
        run.State.Due.ShouldBeNull();
        run.As("ann", new ExtendMeeting(20)).ShouldBeRefused(Refusal.NotAllowed);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-1, false)]
    [InlineData(Limits.TimeLimitMinutes, true)]
    [InlineData(Limits.TimeLimitMinutes + 1, false)]
    public void A3_times_have_bounds_and_nought_switches_off(int minutes, bool allowed)
    {
        var run = MeetingRun.With(("ann", Role.Host));
        var sent = run.As("ann", new ChangeSettings(new SettingsPatch(TimeLimitMinutes: minutes)));
        if (allowed) sent.ShouldBeAccepted();
        else sent.ShouldBeRefused(Refusal.InvalidArgument);
    }
}
