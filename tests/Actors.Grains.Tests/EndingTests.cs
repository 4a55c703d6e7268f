using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>A2: what ends a meeting by itself is in its state, so a crash puts nothing off for good.</summary>
public sealed class EndingTests
{
    [Fact]
    public async Task A2_and_P11_the_time_limit_warns_and_ends_a_meeting_whose_silo_was_killed_meanwhile()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened(settings: MeetingSettings.Default with { TimeLimitMinutes = 12 });
        await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        bed.Time.Advance(TimeSpan.FromMinutes(2));
        await bed.Meeting().Wake(default);
        (await TestBed.Events(bed.Meeting())).Select(one => one.Event).OfType<MeetingEndingSoon>().ShouldHaveSingleItem().Minutes.ShouldBe(10);
        await TestBed.Accepted(bed.Meeting(), bed.By("ann", new ExtendMeeting(3)));
        await bed.Kill();
        // As the reminder does when nobody is connected.
        bed.Time.Advance(TimeSpan.FromMinutes(12.5));
        await bed.Meeting().Wake(default);
        bed.Time.Advance(TimeSpan.FromSeconds(30));
        await bed.Meeting().Wake(default);
        var events = (await TestBed.Events(bed.Meeting())).Select(one => one.Event).ToArray();
        events.OfType<MeetingEndingSoon>().Select(one => one.Minutes).ShouldBe([10, 1]);
        events[^1].ShouldBe(new MeetingEnded(EndReason.TimeLimit));
        (await TestBed.Refused(bed.Meeting(), bed.Joining("ben"))).ShouldBe(Refusal.MeetingEnded);
    }

    [Fact]
    public async Task A2_an_empty_meeting_ends_after_its_time_and_is_among_the_past_ones()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened(settings: MeetingSettings.Default with { EndWhenEmptySeconds = 60 });
        await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        await TestBed.Accepted(meeting, bed.By("ann", new Leave()));
        bed.Time.Advance(TimeSpan.FromSeconds(60));
        await meeting.Wake(default);
        (await TestBed.Events(meeting))[^1].Event.ShouldBe(new MeetingEnded(EndReason.Empty));
        await meeting.Wake(default);
        (await bed.Meetings.List(new MeetingListRequest(MeetingList.Past), default)).Meetings.ShouldHaveSingleItem().Status.ShouldBe(MeetingStatus.Ended);
    }

    [Fact]
    public async Task A2_a_waiting_meeting_starts_with_its_host_in_a_storm_of_joins_and_lets_in_whoever_came_before_or_after()
    {
        await using var bed = await TestBed.Start();
        var meeting = bed.Meeting();
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateMeeting("Lesson", MeetingSettings.Default with { WaitForHost = true })));
        var early = Enumerable.Range(0, 50).Select(i => meeting.Execute(bed.Joining($"p{i}"), default).AsTask()).ToArray();
        await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        var events = await TestBed.Events(meeting);
        var started = events.Single(one => one.Event is MeetingStarted).Number;
        var first = (await Task.WhenAll(early)).Select(answer => answer.ShouldBeOfType<Accepted>().First).ToArray();
        await TestBed.Accepted(meeting, bed.Joining("late"));
        var held = (await TestBed.Events(meeting)).Where(one => one.Event is ParticipantsAdmitted).SelectMany(one => ((ParticipantsAdmitted)one.Event).Participants);
        held.ShouldBe(first.Select((number, i) => (number, id: $"p{i}")).Where(one => one.number < started).OrderBy(one => one.number).Select(one => one.id));
        var view = (MeetingView)(await meeting.View(new ViewRequest(Audience.Moderators), default))!;
        view.Participants.Length.ShouldBe(52);
        view.Participants.ShouldAllBe(one => one.Place == null);
    }

    [Fact]
    public async Task A2_and_P5_who_waits_for_a_host_and_is_lost_with_every_process_is_gone_by_the_reminder()
    {
        await using var bed = await TestBed.Start();
        var meeting = bed.Meeting();
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateMeeting("Lesson", MeetingSettings.Default with { WaitForHost = true })));
        await TestBed.Accepted(meeting, bed.Joining("ben"));
        await bed.Kill();
        // As the reminder does: the gateway confirms nothing any more, then the grace is over.
        await bed.Meeting().Wake(default);
        for (var i = 0; i < 8; i++)
        {
            bed.Time.Advance(TimeSpan.FromSeconds(10));
            await bed.Meeting().Wake(default);
        }
        (await TestBed.Events(bed.Meeting())).Select(one => one.Event).OfType<ParticipantLeft>().ShouldHaveSingleItem().Reason.ShouldBe(LeaveReason.ConnectionLost);
    }
}
