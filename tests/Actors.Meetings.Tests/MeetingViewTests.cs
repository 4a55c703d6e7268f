using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class MeetingViewTests
{
    private static MeetingRun Lesson()
    {
        var run = MeetingRun.With(MeetingSettings.Default with { WaitingRoom = WaitingRoomPolicy.Guests }, ("host", Role.Host), ("ann", Role.Participant));
        run.Join("guest", guest: true);
        run.Join("eye", Role.Attendee);
        run.As("ann", new SetMedia(Microphone: true));
        run.As("ann", new RaiseHand());
        run.Break("ann");
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new AssignRooms([new Assignment("ann", "r1-1")]));
        return run;
    }

    [Fact]
    public void Moderators_see_the_waiting_people_and_the_assignments()
    {
        var run = Lesson();
        var view = Meeting.View(run.State, Audience.Moderators)!;
        view.Number.ShouldBe(run.State.Version);
        view.Participants.ShouldBe([
            new ParticipantView("host", "Name of host", Role.Host),
            new ParticipantView("ann", "Name of ann", Reconnecting: true, Microphone: true),
            new ParticipantView("guest", "Name of guest", Place: Ids.Waiting)]);
        (view.Attendees, view.WaitingCount, view.Assignments!.Value.Length).ShouldBe((1, 1, 1));
        view.Hands.ShouldBe(["ann"]);
    }

    [Fact]
    public void Members_see_who_is_in_attendees_see_counts_and_whether_rooms_are_open_and_waiting_people_the_title()
    {
        var run = Lesson();
        var member = Meeting.View(run.State, Audience.Members)!;
        member.Participants.Select(one => one.Id).ShouldBe(["host", "ann"]);
        (member.WaitingCount, member.Assignments.HasValue, member.Rooms.Length).ShouldBe((null, false, 1));
        var viewer = Meeting.View(run.State, Audience.Attendees)!;
        (viewer.Participants.Length, viewer.Attendees, viewer.Hands.Length, viewer.Rooms.Length, viewer.RoomsStatus).ShouldBe((0, 1, 0, 0, RoomsStatus.None));
        run.As("host", new OpenRooms(60)).ShouldBeAccepted();
        var meanwhile = Meeting.View(run.State, Audience.Attendees)!;
        (meanwhile.Rooms.Length, meanwhile.RoomsStatus, meanwhile.RoomsCloseAt).ShouldBe((0, RoomsStatus.Open, run.Now.AddSeconds(60)));
        var waiting = Meeting.View(run.State, Audience.Waiting)!;
        (waiting.Title, waiting.Participants.Length, waiting.Hands.Length, waiting.Rooms.Length, waiting.Attendees).ShouldBe(("Physics", 0, 0, 0, 0));
    }
}
