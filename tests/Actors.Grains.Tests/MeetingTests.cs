using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

public sealed class MeetingTests
{
    [Fact]
    public async Task People_join_and_readers_and_views_tell_of_it()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var joined = await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        var page = await meeting.Read(new ReadRequest(0, TimeSpan.Zero), CancellationToken.None);
        page.Outcome.ShouldBe(ReadOutcome.Ok);
        page.To.ShouldBe(joined.Last);
        page.Events.Select(one => one.Number).ShouldBe(Enumerable.Range(1, (int)joined.Last).Select(number => (long)number));
        var view = (await meeting.View(new ViewRequest(Audience.Moderators), CancellationToken.None)).ShouldBeOfType<MeetingView>();
        view.Participants.Select(one => one.Id).ShouldBe(["ann"]);
    }
}
