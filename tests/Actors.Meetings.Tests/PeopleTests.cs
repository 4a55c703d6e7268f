using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class PeopleTests
{
    private static MeetingRun Hall(int attendees)
    {
        var run = MeetingRun.With(MeetingSettings.Default with { WaitingRoom = WaitingRoomPolicy.Guests }, ("host", Role.Host), ("ann", Role.Participant));
        for (var i = 0; i < attendees; i++) run.Join($"eye{i}", Role.Attendee).ShouldBeAccepted();
        run.Join("waiter", guest: true).ShouldBeAccepted();
        return run;
    }

    private static PeoplePage Page(MeetingRun run, string who, long after = 0, int limit = Limits.PeoplePage, Role? role = null) =>
        People.Page(run.State, new PeopleRequest(who == "api" ? Caller.Backend("key") : Caller.Participant(who), after, limit, Role: role))!;

    [Fact]
    public void F4_pages_meet_everybody_who_stays_exactly_once_while_others_come_and_go()
    {
        var run = Hall(25);
        var met = new List<string>();
        long? next = 0;
        for (var page = 0; next is { } after; page++)
        {
            var answer = Page(run, "host", after, limit: 4);
            answer.Participants.Length.ShouldBeLessThanOrEqualTo(4);
            met.AddRange(answer.Participants.Select(one => one.Id));
            next = answer.Next;
            // Of those met and of those still to come.
            if (page == 1) foreach (var gone in new[] { "eye0", "eye20" }) run.As(gone, new Leave()).ShouldBeAccepted();
            if (page == 2) run.Join("late", Role.Attendee).ShouldBeAccepted();
        }
        met.ShouldBeUnique();
        met.Except(["eye0"]).ShouldBe(run.State.Participants.Keys, ignoreOrder: true);
        met[^1].ShouldBe("late");
    }

    [Fact]
    public void F4_a_page_can_be_of_one_role_and_says_that_it_is_the_last()
    {
        var run = Hall(3);
        var page = Page(run, "ann", limit: 3, role: Role.Attendee);
        page.Participants.Select(one => one.Id).ShouldBe(["eye0", "eye1", "eye2"]);
        page.Participants.ShouldAllBe(one => one.Role == Role.Attendee);
        page.Next.ShouldBeNull();
        page.Number.ShouldBe(run.State.Version);
        Page(run, "ann", limit: 2, role: Role.Attendee).Next.ShouldNotBeNull();
    }

    [Fact]
    public void Only_moderators_and_backends_see_the_waiting()
    {
        var run = Hall(0);
        Page(run, "host").Participants.Select(one => one.Id).ShouldContain("waiter");
        Page(run, "api").Participants.Select(one => one.Id).ShouldContain("waiter");
        Page(run, "ann").Participants.Select(one => one.Id).ShouldBe(["host", "ann"]);
    }

    [Fact]
    public void Attendees_the_waiting_and_strangers_are_refused()
    {
        var run = Hall(1);
        Page(run, "eye0").Refusal.ShouldBe(Refusal.NotAllowed);
        Page(run, "waiter").Refusal.ShouldBe(Refusal.Waiting);
        Page(run, "stranger").Refusal.ShouldBe(Refusal.NotJoined);
        People.Page(MeetingState.Empty, new PeopleRequest(Caller.Backend("key"))).ShouldBeNull();
    }

    [Fact]
    public void Pages_are_bounded()
    {
        var run = Hall(0);
        Page(run, "host", limit: Limits.PeoplePage).Refusal.ShouldBeNull();
        Page(run, "host", limit: Limits.PeoplePage + 1).Refusal.ShouldBe(Refusal.InvalidArgument);
        Page(run, "host", limit: 0).Refusal.ShouldBe(Refusal.InvalidArgument);
        Page(run, "host", after: -1).Refusal.ShouldBe(Refusal.InvalidArgument);
    }
}
