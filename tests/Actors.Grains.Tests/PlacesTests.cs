using System.Collections.Immutable;
using Actors.Contracts;
using Actors.Storage;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>Who was where, read in pages.</summary>
public sealed class PlacesTests
{
    private static async Task<IMeetingGrain> Lesson(TestBed bed)
    {
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        for (var i = 0; i < 8; i++) await TestBed.Accepted(meeting, bed.Joining($"p{i}"));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms(["Red", "Blue"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new AssignEvenly()));
        foreach (var command in new Command[] { new OpenRooms(), new MoveParticipants([new Move("p0", Ids.Main), new Move("p1", "r1-1")]), new CloseRooms(0) })
        {
            bed.Time.Advance(TimeSpan.FromMinutes(1));
            await TestBed.Accepted(meeting, bed.ByBackend(command));
        }
        return meeting;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task D5_pages_of_any_size_tell_together_what_one_tells_also_where_they_part_within_an_event(int size)
    {
        await using var bed = await TestBed.Start();
        var meeting = await Lesson(bed);
        var all = await All(meeting, Limits.PlacesPage);
        // Eight left the main room, two were moved on, seven came home from their rooms; nine last.
        all.Count.ShouldBe(8 + 2 + 7 + 9);
        all.Count(stay => stay.Until is null).ShouldBe(9);
        (await All(meeting, size)).ShouldBe(all);
        (await All(meeting, size, "p1")).ShouldBe(all.Where(stay => stay.Participant == "p1"));
        all.Where(stay => stay.Participant == "p1").Select(stay => (stay.Place, stay.Room)).ShouldBe([("main", null), ("r1-2", "Blue"), ("r1-1", "Red"), ("main", null)]);
    }

    [Fact]
    public async Task D5_and_P11_a_listing_goes_on_after_the_meetings_end_and_a_crash()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Lesson(bed);
        var first = (await meeting.Places(new PlacesRequest(Limit: 10), default))!;
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        await TestBed.Accepted(meeting, bed.ByBackend(new EndMeeting()));
        await bed.Kill();
        var all = await All(bed.Meeting(), Limits.PlacesPage);
        all.ShouldAllBe(stay => stay.Until != null);
        var rest = (await bed.Meeting().Places(new PlacesRequest(first.Next), default))!;
        first.Stays.AddRange(rest.Stays).ShouldBe(all);
        rest.Next.ShouldBeNull();
    }

    [Fact]
    public async Task P8_going_on_from_page_to_page_reads_the_log_once()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Lesson(bed);
        bed.Log.ForgetCalls();
        var pages = 0;
        for (string? after = null; pages == 0 || after is not null; pages++) after = (await meeting.Places(new PlacesRequest(after, 2), default))!.Next;
        pages.ShouldBe(13);
        // A page that ends within an event reads on from before it.
        bed.Log.Calls(nameof(IEventLog.ReadForward), "meeting/").ShouldBeLessThanOrEqualTo(pages);
        // Two listings at once spoil each other's place and nothing else.
        var (one, other) = ((await meeting.Places(new PlacesRequest(Limit: 5), default))!, (await meeting.Places(new PlacesRequest(Limit: 12), default))!);
        var next = (await meeting.Places(new PlacesRequest(one.Next, 7), default))!;
        one.Stays.AddRange(next.Stays).ShouldBe(other.Stays);
    }

    [Fact]
    public async Task P10_what_is_no_cursor_or_no_meeting_is_said()
    {
        await using var bed = await TestBed.Start();
        var meeting = await Lesson(bed);
        (await meeting.Places(new PlacesRequest("never"), default))!.Refusal.ShouldBe(Refusal.InvalidArgument);
        (await bed.Meeting("none").Places(new PlacesRequest(), default)).ShouldBeNull();
    }

    private static async Task<ImmutableList<Stay>> All(IMeetingGrain meeting, int size, string? participant = null)
    {
        var stays = ImmutableList<Stay>.Empty;
        string? after = null;
        do
        {
            var page = (await meeting.Places(new PlacesRequest(after, size, participant), default))!;
            page.Stays.Length.ShouldBeLessThanOrEqualTo(size);
            (stays, after) = (stays.AddRange(page.Stays), page.Next);
        }
        while (after is not null);
        return stays;
    }
}
