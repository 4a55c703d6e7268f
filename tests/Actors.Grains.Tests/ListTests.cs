using Actors.Contracts;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>A1 and A5: lists of meetings, and series whose occurrences hand on what persists, through crashes.</summary>
public sealed class ListTests
{
    private static async Task<string[]> List(TestBed bed, MeetingList list, string? tag = null, string? series = null, int limit = Limits.ListPage)
    {
        var ids = new List<string>();
        string? after = null;
        do
        {
            var page = await bed.Meetings.List(new MeetingListRequest(list, tag, series, after, limit), default);
            page.Meetings.Length.ShouldBeLessThanOrEqualTo(limit);
            ids.AddRange(page.Meetings.Select(one => one.Id));
            after = page.Next;
        }
        while (after is not null);
        return [.. ids];
    }

    // Ends with the silo.
    private static async Task Waking(TestBed bed)
    {
        try
        {
            await bed.Meeting("class").Wake(default);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException or SteppedDownException or OperationCanceledException)
        {
        }
    }

    private static async Task Until(TestBed bed, Func<Task<bool>> condition)
    {
        // Effects start by themselves; those that failed do after a while, which only the test lets pass.
        using var patience = new CancellationTokenSource(TestBed.Patience);
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            bed.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A5_a_meeting_is_in_exactly_one_list_of_its_tenant_and_the_same_of_each_tag()
    {
        await using var bed = await TestBed.Start();
        var meeting = bed.Meeting("m1");
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateMeeting("Lesson", MeetingSettings.Default, Tags: ["a", "b"])));
        (await List(bed, MeetingList.Scheduled)).ShouldBe(["m1"]);
        (await List(bed, MeetingList.Scheduled, "b")).ShouldBe(["m1"]);
        await TestBed.Accepted(meeting, bed.ByBackend(new StartMeeting()));
        await Until(bed, async () => (await List(bed, MeetingList.Live)).Length == 1);
        (await List(bed, MeetingList.Scheduled)).ShouldBeEmpty();
        await TestBed.Accepted(meeting, bed.ByBackend(new ChangeTags(["c"])));
        await Until(bed, async () => (await List(bed, MeetingList.Live, "c")).Length == 1);
        (await List(bed, MeetingList.Live, "a")).ShouldBeEmpty();
        await TestBed.Accepted(meeting, bed.ByBackend(new EndMeeting()));
        await Until(bed, async () => (await List(bed, MeetingList.Past, "c")).Length == 1);
        (await List(bed, MeetingList.Live)).ShouldBeEmpty();
        var other = await bed.Client.GetGrain<IMeetingsGrain>("other").List(new MeetingListRequest(MeetingList.Past), default);
        other.Meetings.ShouldBeEmpty("another tenant's list");
    }

    [Fact]
    public async Task A5_lists_are_paged_scheduled_next_first_and_past_latest_first()
    {
        await using var bed = await TestBed.Start();
        var start = bed.Time.GetUtcNow().AddDays(1);
        int[] order = [3, 1, 4, 0, 2];
        foreach (var i in order)
            await TestBed.Accepted(bed.Meeting($"m{i}"), bed.ByBackend(new CreateMeeting("Lesson", MeetingSettings.Default, Schedule: new MeetingSchedule(start.AddHours(i), 30, "Asia/Tokyo"))));
        string[] expected = ["m0", "m1", "m2", "m3", "m4"];
        (await List(bed, MeetingList.Scheduled, limit: 2)).ShouldBe(expected);
        foreach (var id in expected)
        {
            bed.Time.Advance(TimeSpan.FromMinutes(1));
            await TestBed.Accepted(bed.Meeting(id), bed.ByBackend(new CancelMeeting()));
        }
        await Until(bed, async () => (await List(bed, MeetingList.Past)).Length == 5);
        (await List(bed, MeetingList.Past, limit: 2)).ShouldBe(expected.Reverse());
    }

    [Fact]
    public async Task A1_the_next_occurrence_of_a_persistent_meeting_has_its_groups_and_bans_and_is_the_current_one()
    {
        await using var bed = await TestBed.Start();
        var first = bed.Meeting("class");
        await TestBed.Accepted(first, bed.ByBackend(new CreateMeeting("Class", MeetingSettings.Default, Series: "class")));
        (await bed.Meetings.Current("class", default)).ShouldBe("class");
        await TestBed.Accepted(first, bed.ByBackend(new BanParticipant("mal")));
        await TestBed.Accepted(first, bed.ByBackend(new LockAbilities([Ability.Chat], true, ["loud"])));
        await TestBed.Accepted(first, bed.ByBackend(new CreateRooms(["Red", "Blue"])));
        await TestBed.Accepted(first, bed.ByBackend(new AssignRooms([.. Enumerable.Range(0, 1000).Select(i => new Assignment($"p{i}", "r1-2"))])));
        await TestBed.Accepted(first, bed.ByBackend(new AssignRooms([new Assignment("ann", "r1-1")])));
        await TestBed.Accepted(first, bed.ByBackend(new EndMeeting()));
        await Until(bed, async () => (await TestBed.Events(first)).Any(one => one.Event is OccurrenceContinued));
        (await bed.Meetings.Current("class", default)).ShouldBe("class--2");
        (await List(bed, default, series: "class")).ShouldBe(["class--2", "class"]);
        var next = (MeetingView)(await bed.Meeting("class--2").View(new ViewRequest(Audience.Moderators), default))!;
        next.Assignments!.Value.Length.ShouldBe(1001);
        next.Status.ShouldBe(MeetingStatus.Created);
        (await TestBed.Refused(bed.Meeting("class--2"), bed.Joining("mal"))).ShouldBe(Refusal.Banned);
        var joined = await TestBed.Accepted(bed.Meeting("class--2"), bed.Joining("loud"));
        (await TestBed.Refused(bed.Thread(meeting: "class--2"), bed.By("loud", new PostMessage("x"), meetingSeen: joined.Last))).ShouldBe(Refusal.NotAllowed);
    }

    [Fact]
    public async Task A1_and_P11_a_silo_killed_between_the_end_and_the_next_occurrence_leaves_one_next_occurrence_with_everything()
    {
        await using var bed = await TestBed.Start();
        var first = bed.Meeting("class");
        await TestBed.Accepted(first, bed.ByBackend(new CreateMeeting("Class", MeetingSettings.Default, Series: "class")));
        await TestBed.Accepted(first, bed.ByBackend(new CreateRooms(["Red"])));
        await TestBed.Accepted(first, bed.ByBackend(new AssignRooms([new Assignment("ann", "r1-1")])));
        await TestBed.Accepted(first, bed.Joining("mal"));
        await TestBed.Accepted(first, bed.ByBackend(new RemoveParticipant("mal")));
        // With the token of that time.
        var back = bed.Joining("mal");
        // Appends to the next occurrence are still under way when the silo dies; storage does them afterwards.
        for (var kill = 0; kill < 2; kill++)
        {
            var gate = bed.Log.Hold("meeting/acme/class--2");
            if (kill == 0) await TestBed.Accepted(first, bed.ByBackend(new EndMeeting()));
            else _ = Waking(bed);
            await gate.Arrived.WaitAsync(TestBed.Patience);
            await bed.Kill();
            gate.Release();
        }
        await bed.Meeting("class").Wake(default);
        await Until(bed, async () => (await TestBed.Events(bed.Meeting("class"))).Any(one => one.Event is OccurrenceContinued));
        var events = (await TestBed.Events(bed.Meeting("class--2"))).Select(one => one.Event).ToArray();
        events.OfType<MeetingCreated>().Count().ShouldBe(1);
        events.OfType<GroupsCarried>().ShouldHaveSingleItem().Assignments.ShouldBe([new Assignment("ann", "r1-1")]);
        events.OfType<RemovalsCarried>().ShouldHaveSingleItem().Removals.ShouldHaveSingleItem().Participant.ShouldBe("mal");
        foreach (var id in new[] { "class", "class--2" }) (await TestBed.Refused(bed.Meeting(id), back)).ShouldBe(Refusal.TokenRevoked);
        (await bed.Meetings.Current("class", default)).ShouldBe("class--2");
    }

    [Fact]
    public async Task A5_and_P11_lists_out_of_reach_hold_up_nothing_and_catch_up_also_after_a_kill()
    {
        await using var bed = await TestBed.Start();
        bed.Lists.IsDown = true;
        (await TestBed.Accepted(bed.Meeting(), bed.ByBackend(new CreateMeeting("Lesson", MeetingSettings.Default)))).Pending.ShouldBeTrue();
        await TestBed.Accepted(bed.Meeting(), bed.ByBackend(new StartMeeting()));
        await TestBed.Accepted(bed.Meeting(), bed.Joining("ann", Role.Host));
        await bed.Kill();
        bed.Lists.IsDown = false;
        // As the reminder does.
        await bed.Meeting().Wake(default);
        await Until(bed, async () => (await List(bed, MeetingList.Live)).Length == 1);
        (await List(bed, MeetingList.Scheduled)).ShouldBeEmpty();
        await TestBed.Accepted(bed.Meeting(), bed.By("ann", new EndMeeting()));
        await Until(bed, async () => (await List(bed, MeetingList.Past)).Length == 1);
        (await List(bed, MeetingList.Live)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A5_what_does_not_concern_lists_writes_nothing_to_them()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        await Until(bed, async () => (await List(bed, MeetingList.Live)).Length == 1);
        var before = bed.Lists.Replacements;
        for (var i = 0; i < 20; i++) await TestBed.Accepted(meeting, bed.Joining($"p{i}"));
        await TestBed.Accepted(meeting, bed.By("ann", new LockMeeting(true)));
        await meeting.Wake(default);
        bed.Lists.Replacements.ShouldBe(before);
    }
}
