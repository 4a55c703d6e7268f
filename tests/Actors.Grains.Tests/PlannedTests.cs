using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>A1: what is skipped and moved ahead in a series holds over kills and from one occurrence to the next, in lists and for those who come.</summary>
public sealed class PlannedTests
{
    private static async Task<DateTimeOffset> Weekly(TestBed bed)
    {
        var first = bed.Time.GetUtcNow().AddDays(1);
        var plan = new MeetingSchedule(first, 30, "UTC", new Recurrence(Frequency.Weekly));
        await TestBed.Accepted(bed.Meeting("class"), bed.ByBackend(new CreateMeeting("Class", MeetingSettings.Default with { JoinBeforeMinutes = 10 }, Schedule: plan, Series: "class")));
        return first;
    }

    private static async Task<DateTimeOffset[]> Ahead(TestBed bed, string meeting, int limit = 3) =>
        [.. (await bed.Meeting(meeting).Planned(new PlannedRequest(Limit: limit), default))!.Planned.Select(one => one.Start)];

    // Ends one and waits until the next has everything and lists show it.
    private static async Task Ended(TestBed bed, string meeting)
    {
        await TestBed.Accepted(bed.Meeting(meeting), bed.ByBackend(new EndMeeting()));
        using var patience = new CancellationTokenSource(TestBed.Patience);
        while (!(await TestBed.Events(bed.Meeting(meeting))).Any(one => one.Event is OccurrenceContinued))
        {
            patience.Token.ThrowIfCancellationRequested();
            bed.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A1_and_P11_skipped_and_moved_dates_outlive_kills_and_go_from_one_occurrence_to_the_next()
    {
        await using var bed = await TestBed.Start();
        var first = await Weekly(bed);
        var moved = first.AddDays(14).AddHours(5);
        await TestBed.Accepted(bed.Meeting("class"), bed.ByBackend(new SkipOccurrence(first.AddDays(7))));
        await TestBed.Accepted(bed.Meeting("class"), bed.ByBackend(new MoveOccurrence(first.AddDays(14), moved)));
        (await TestBed.Refused(bed.Meeting("class"), bed.ByBackend(new SkipOccurrence(first.AddDays(8))))).ShouldBe(Refusal.UnknownOccurrence);
        DateTimeOffset[] ahead = [moved, first.AddDays(21), first.AddDays(28)];
        (await Ahead(bed, "class")).ShouldBe(ahead);
        await bed.Kill();
        (await Ahead(bed, "class")).ShouldBe(ahead);

        bed.Time.Advance(TimeSpan.FromDays(1));
        await Ended(bed, "class");
        (await bed.Meetings.Current("class", default)).ShouldBe("class--2");
        (await Ahead(bed, "class--2", 2)).ShouldBe(ahead[1..]);
        (await Ahead(bed, "class", 2)).ShouldBe(ahead[..2], "the former one tells what followed it");
        await bed.Kill();
        (await Ahead(bed, "class--2", 2)).ShouldBe(ahead[1..]);
        var next = (MeetingView)(await bed.Meeting("class--2").View(new ViewRequest(Audience.Moderators), default))!;
        next.Schedule!.Start.ShouldBe(moved);
        next.Series!.Exceptions!.Value.ShouldBe([new OccurrenceChange(first.AddDays(7)), new OccurrenceChange(first.AddDays(14), moved)]);

        // Nobody but moderators comes before what it was moved to.
        bed.Time.Advance(first.AddDays(14).AddMinutes(1) - bed.Time.GetUtcNow());
        (await TestBed.Refused(bed.Meeting("class--2"), bed.Joining("ann"))).ShouldBe(Refusal.MeetingNotStarted);
        bed.Time.Advance(moved.AddMinutes(-10) - bed.Time.GetUtcNow());
        await TestBed.Accepted(bed.Meeting("class--2"), bed.Joining("ann"));
        await TestBed.Accepted(bed.Meeting("class--2"), bed.ByBackend(new StartMeeting()));
        await Ended(bed, "class--2");
        next = (MeetingView)(await bed.Meeting("class--3").View(new ViewRequest(Audience.Moderators), default))!;
        next.Schedule!.Start.ShouldBe(first.AddDays(21));
        (await bed.Meeting("none").Planned(new PlannedRequest(), default)).ShouldBeNull();
    }

    [Fact]
    public async Task A5_the_list_of_scheduled_meetings_has_the_next_occurrence_where_it_was_moved_to()
    {
        await using var bed = await TestBed.Start();
        var first = await Weekly(bed);
        await TestBed.Accepted(bed.Meeting("class"), bed.ByBackend(new MoveOccurrence(first.AddDays(7), first.AddDays(9))));
        await TestBed.Accepted(bed.Meeting("between"), bed.ByBackend(new CreateMeeting("Between", MeetingSettings.Default, Schedule: new MeetingSchedule(first.AddDays(8), 30, "UTC"))));
        bed.Time.Advance(TimeSpan.FromDays(1));
        await Ended(bed, "class");
        var scheduled = await bed.Meetings.List(new MeetingListRequest(MeetingList.Scheduled), default);
        scheduled.Meetings.Select(one => (one.Id, one.Schedule!.Start)).ShouldBe([("between", first.AddDays(8)), ("class--2", first.AddDays(9))]);
    }
}
