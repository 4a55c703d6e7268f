using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class HelpTests
{
    private static MeetingRun Lesson()
    {
        var run = MeetingRun.With(("host", Role.Host), ("p1", Role.Participant), ("p2", Role.Participant), ("p3", Role.Participant));
        run.As("host", new CreateRooms(["Red", "Blue"], [["p1", "p2"], ["p3"]])).ShouldBeAccepted();
        run.As("p1", new RequestHelp()).ShouldBeRefused(Refusal.NotJoined);
        run.As("host", new OpenRooms()).ShouldBeAccepted();
        return run;
    }

    private static IEnumerable<string> Asking(MeetingRun run, Audience audience = Audience.Moderators) => Meeting.View(run.State, audience)!.Help ?? [];

    [Fact]
    public void D4_moderators_see_who_asks_for_help_in_the_order_of_asking()
    {
        var run = Lesson();
        run.As("p3", new RequestHelp()).Events.ShouldBe([new HelpRequested("p3", "r1-2")]);
        run.As("p1", new RequestHelp()).ShouldBeAccepted();
        run.As("p3", new RequestHelp()).ShouldChangeNothing();
        Asking(run).ShouldBe(["p3", "p1"]);
        Asking(run, Audience.Members).ShouldBeEmpty();
        MeetingState.Decode(run.State.Encode()).Participants["p3"].Help.ShouldBe(run["p3"].Help);
    }

    [Fact]
    public void D4_a_request_ends_when_it_is_withdrawn_or_answered()
    {
        var run = Lesson();
        run.As("p1", new RequestHelp());
        run.As("p1", new WithdrawHelp()).Events.ShouldBe([new HelpEnded("p1")]);
        run.As("p1", new WithdrawHelp()).ShouldChangeNothing();
        run.As("p1", new RequestHelp());
        run.As("p2", new AnswerHelp("p1")).ShouldBeRefused(Refusal.NotAllowed);
        run.As("host", new AnswerHelp("p1")).Events.ShouldBe([new HelpEnded("p1")]);
        run.As("host", new AnswerHelp("p1")).ShouldChangeNothing();
        run.As("host", new AnswerHelp("ghost")).ShouldBeRefused(Refusal.UnknownParticipant);
        Asking(run).ShouldBeEmpty();
    }

    public static TheoryData<string, Command> Leaving => new()
    {
        { "host", new MoveParticipants([new Move("p1", Ids.Main)]) },
        { "host", new MoveParticipants([new Move("p1", "r1-2")]) },
        { "host", new DeleteRoom("r1-1") },
        { "host", new CloseRooms(0) },
        { "host", new ChangeRole("p1", Role.Attendee) },
        { "host", new PutBack("p1") },
        { "host", new RemoveParticipant("p1") },
        { "p1", new Leave() },
        { "host", new EndMeeting() },
    };

    [Theory]
    [MemberData(nameof(Leaving))]
    public void D4_a_request_is_over_once_they_are_no_longer_in_that_room(string who, Command command)
    {
        var run = Lesson();
        run.As("p1", new RequestHelp()).ShouldBeAccepted();
        run.As(who, command).ShouldBeAccepted();
        Asking(run).ShouldBeEmpty();
    }

    [Fact]
    public void D4_a_lost_connection_keeps_it_and_the_end_of_the_grace_does_not()
    {
        var run = Lesson();
        run.As("p1", new RequestHelp());
        run.Break("p1");
        run.Join("p1");
        Asking(run).ShouldBe(["p1"]);
        run.Break("p1");
        run.Tick(Limits.ReconnectGrace);
        Asking(run).ShouldBeEmpty();
    }
}
