using System.Text;
using System.Text.Json;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>B6: polls, the same in the main room and in breakout rooms.</summary>
public sealed class PollTests
{
    public static readonly CreatePoll Tea = new("Tea?", ["Yes", "No", "Later"]);

    private static MeetingRun Lesson() => MeetingRun.With(
        ("host", Role.Host), ("ann", Role.Participant), ("ben", Role.Participant), ("cem", Role.Participant), ("eye", Role.Attendee));

    private static long Started(MeetingRun run, CreatePoll poll)
    {
        var id = run.As("host", poll).ShouldBeAccepted().First;
        run.As("host", new StartPoll(id)).Events.ShouldHaveSingleItem().ShouldBeOfType<PollStarted>().Question.ShouldBe(poll.Question);
        return id;
    }

    private static PollView Seen(MeetingRun run, Audience audience) => Meeting.View(run.State, audience)!.Polls!.Value.Single();

    [Fact]
    public void B6_a_poll_goes_from_draft_to_published_and_everybody_sees_what_they_may()
    {
        var run = Lesson();
        var id = run.As("host", Tea).ShouldBeAccepted().First;
        Meeting.View(run.State, Audience.Members)!.Polls.ShouldBeNull("a draft is the moderators'");
        Seen(run, Audience.Moderators).Status.ShouldBe(PollStatus.Draft);
        run.As("ann", new Vote(id, [0])).ShouldBeRefused(Refusal.PollNotOpen);
        run.As("host", new ClosePoll(id)).ShouldBeRefused(Refusal.PollNotOpen);
        run.As("host", new PublishPoll(id)).ShouldBeRefused(Refusal.PollNotOpen);
        run.As("host", new StartPoll(id)).ShouldBeAccepted();
        run.As("host", new StartPoll(id)).ShouldChangeNothing();
        run.As("ann", new Vote(id, [0])).Events.ShouldHaveSingleItem().ShouldBeOfType<VoteCast>().Options!.Value.ShouldBe([0]);
        run.As("ben", new Vote(id, [1])).ShouldBeAccepted();
        run.As("eye", new Vote(id, [1])).ShouldBeAccepted();
        run.As("host", new PublishPoll(id)).ShouldBeRefused(Refusal.PollOpen);
        Seen(run, Audience.Moderators).ShouldSatisfyAllConditions(poll => poll.Voters.ShouldBe(3), poll => poll.Counts!.Value.ShouldBe([1, 2, 0]));
        foreach (var audience in new[] { Audience.Members, Audience.Attendees })
            Seen(run, audience).ShouldSatisfyAllConditions(poll => poll.Voters.ShouldBeNull(), poll => poll.Counts.ShouldBeNull());

        var closed = run.As("host", new ClosePoll(id)).Events;
        closed[0].ShouldBe(new PollClosed(id));
        closed[1].ShouldBeOfType<PollCounted>().Counts.ShouldBe([1, 2, 0]);
        run.As("host", new ClosePoll(id)).ShouldChangeNothing();
        run.As("ann", new Vote(id, [1])).ShouldBeRefused(Refusal.PollNotOpen);
        run.As("host", new StartPoll(id)).ShouldBeRefused(Refusal.PollNotOpen);
        Seen(run, Audience.Members).Counts.ShouldBeNull();
        run.As("host", new PublishPoll(id)).Events.ShouldHaveSingleItem().ShouldBeOfType<PollPublished>().Counts.ShouldBe([1, 2, 0]);
        run.As("host", new PublishPoll(id)).ShouldChangeNothing();
        foreach (var audience in new[] { Audience.Moderators, Audience.Members, Audience.Attendees })
            Seen(run, audience).ShouldSatisfyAllConditions(poll => poll.Voters.ShouldBe(3), poll => poll.Counts!.Value.ShouldBe([1, 2, 0]));
        Meeting.View(run.State, Audience.Waiting)!.Polls.ShouldBeNull();

        run.As("host", new DeletePoll(id)).Events.ShouldBe([new PollDeleted(id)]);
        run.As("host", new DeletePoll(id)).ShouldBeRefused(Refusal.UnknownPoll);
        foreach (var command in new SpaceCommand[] { new StartPoll(id), new ClosePoll(id), new PublishPoll(id), new Vote(id, [0]) })
            run.As("host", command).ShouldBeRefused(Refusal.UnknownPoll);
    }

    [Fact]
    public void B6_a_vote_may_be_changed_while_the_poll_is_open_and_counts_once()
    {
        var run = Lesson();
        var id = Started(run, Tea);
        run.As("ann", new Vote(id, [0])).ShouldBeAccepted();
        run.As("ann", new Vote(id, [0])).ShouldChangeNothing();
        run.As("ann", new Vote(id, [2])).ShouldBeAccepted();
        run.As("host", new ClosePoll(id)).Events[1].ShouldBeOfType<PollCounted>().ShouldSatisfyAllConditions(
            counted => counted.Counts.ShouldBe([0, 0, 1]), counted => counted.Voters.ShouldBe(1));
    }

    [Fact]
    public void B6_single_and_multiple_choice_are_held_to()
    {
        var run = Lesson();
        var (one, many) = (Started(run, Tea), Started(run, Tea with { Multiple = true }));
        run.As("ann", new Vote(one, [0, 1])).ShouldBeRefused(Refusal.InvalidArgument);
        run.As("ann", new Vote(many, [2, 0])).Events.ShouldHaveSingleItem().ShouldBeOfType<VoteCast>().Options!.Value.ShouldBe([0, 2]);
        foreach (var id in new[] { one, many })
        {
            run.As("ann", new Vote(id, [])).ShouldBeRefused(Refusal.InvalidArgument);
            run.As("ann", new Vote(id, default)).ShouldBeRefused(Refusal.InvalidArgument);
            run.As("ann", new Vote(id, [3])).ShouldBeRefused(Refusal.InvalidArgument);
            run.As("ann", new Vote(id, [-1])).ShouldBeRefused(Refusal.InvalidArgument);
            run.As("ann", new Vote(id, [0, 1, 2, 0])).ShouldBeRefused(Refusal.TooLarge);
        }
        run.As("ann", new Vote(many, [1, 1])).ShouldBeRefused(Refusal.InvalidArgument);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void B6_nobody_votes_twice_over_reconnects_rooms_leaving_and_a_second_device(bool anonymous)
    {
        var run = Lesson();
        var id = Started(run, Tea with { Anonymous = anonymous });
        run.As("ann", new Vote(id, [0])).ShouldBeAccepted();
        run.Break("ann");
        run.Join("ann").ShouldBeAccepted();
        run.As("ann", new Vote(id, [1])).ShouldBeAccepted();
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new AssignRooms([new Assignment("ann", "r1-1")]));
        run.As("host", new OpenRooms());
        run.As("ann", new Vote(id, [0])).ShouldBeRefused(Refusal.NotJoined);
        run.As("host", new CloseRooms(0));
        run.As("ann", new Vote(id, [2])).ShouldBeAccepted();
        run.As("ann", new Leave());
        run.Join("ann", session: "phone").ShouldBeAccepted();
        run.As("ann", "phone", new Vote(id, [0])).ShouldBeAccepted();
        run.As("ben", new Vote(id, [0])).ShouldBeAccepted();
        run.As("ben", new Leave());
        run.As("host", new ClosePoll(id)).ShouldBeAccepted();
        run.CountPolls();
        var poll = run.State.Main.Polls.All[id];
        (poll.Voters, poll.Counts!.Value.Sum()).ShouldBe((2, 2), "who has left has voted all the same");
        poll.Counts!.Value.ShouldBe([2, 0, 0]);
    }

    [Fact]
    public void B6_an_anonymous_poll_is_counted_when_it_is_closed_and_its_key_goes()
    {
        var run = Lesson();
        var id = Started(run, Tea with { Anonymous = true });
        run.As("ann", new Vote(id, [0])).Events.ShouldHaveSingleItem().ShouldBeOfType<VoteCast>().Options.ShouldBeNull();
        run.As("ben", new Vote(id, [0])).ShouldBeAccepted();
        Seen(run, Audience.Moderators).ShouldSatisfyAllConditions(poll => poll.Voters.ShouldBe(2), poll => poll.Counts.ShouldBeNull());
        run.As("host", new ClosePoll(id)).Events.ShouldBe([new PollClosed(id)]);
        run.As("host", new PublishPoll(id)).ShouldBeRefused(Refusal.Busy);
        run.System(new RecordKeyDestroyed(id)).ShouldChangeNothing();
        run.CountPolls();
        run.State.Main.Polls.HasWork.ShouldBeFalse();
        run.State.Main.Polls.Keys.ShouldBeEmpty();
        run.Log[^1].Event.ShouldBe(new PollKeyDestroyed(id));
        run.System(new RecordTally(id, [0, 0, 9])).ShouldChangeNothing();
        run.As("host", new PublishPoll(id)).ShouldBeAccepted();
        Seen(run, Audience.Members).Counts!.Value.ShouldBe([2, 0, 0]);
    }

    [Fact]
    public void B6_deleting_an_open_anonymous_poll_leaves_its_key_to_be_destroyed()
    {
        var run = Lesson();
        var id = Started(run, Tea with { Anonymous = true });
        run.As("ann", new Vote(id, [0]));
        run.As("host", new DeletePoll(id)).ShouldBeAccepted();
        MeetingState.Decode(run.State.Encode()).Main.Polls.SpentKeys.ShouldBe([id]);
        run.CountPolls();
        run.State.Main.Polls.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void B6_the_end_of_a_meeting_closes_its_polls_and_the_backend_reads_the_counts()
    {
        var run = Lesson();
        var (open, secret) = (Started(run, Tea), Started(run, Tea with { Anonymous = true }));
        run.As("ann", new Vote(open, [1]));
        run.As("ann", new Vote(secret, [2]));
        run.As("host", new EndMeeting()).ShouldBeAccepted();
        run.CountPolls();
        var polls = Meeting.View(run.State, Audience.Moderators)!.Polls!.Value;
        polls.Select(poll => poll.Status).ShouldBe([PollStatus.Closed, PollStatus.Closed]);
        polls[0].Counts!.Value.ShouldBe([0, 1, 0]);
        polls[1].Counts!.Value.ShouldBe([0, 0, 1]);
    }

    /// <summary>
    /// Two meetings in which everything is the same but who chose what. With the sealed votes blanked, whatever is kept and whatever is shown is equal,
    /// to the byte: who has it all, but not the key, cannot tell them apart.
    /// </summary>
    [Fact]
    public void B6_of_an_anonymous_poll_nothing_that_is_kept_or_shown_says_who_chose_what()
    {
        var (one, other) = (Secret([0, 1, 2]), Secret([2, 0, 1]));
        other.ShouldBe(one);
        Secret([2, 0, 1], anonymous: false).ShouldNotBe(Secret([0, 1, 2], anonymous: false), "the comparison sees votes where they can be seen");
    }

    // Log, snapshot (command memory included) and views after every step.
    private static string Secret(int[] votes, bool anonymous = true)
    {
        var run = MeetingRun.With(("host", Role.Host), ("ann", Role.Participant), ("ben", Role.Participant), ("cem", Role.Participant));
        run.Seal = _ => "blank";
        var id = Started(run, Tea with { Anonymous = anonymous });
        var kept = new StringBuilder();
        foreach (var (voter, vote) in new[] { "ann", "ben", "cem" }.Zip(votes))
        {
            run.As(voter, new Vote(id, [(vote + 1) % 3])).ShouldBeAccepted();
            run.As(voter, new Vote(id, [vote])).ShouldBeAccepted();
            Keep();
        }
        run.As("host", new ClosePoll(id)).ShouldBeAccepted();
        Keep();
        if (anonymous) run.System(new RecordTally(id, [1, 1, 1])).ShouldBeAccepted();
        if (anonymous) run.System(new RecordKeyDestroyed(id)).ShouldBeAccepted();
        run.As("host", new PublishPoll(id)).ShouldBeAccepted();
        Keep();
        foreach (var recorded in run.Log) kept.AppendLine($"{recorded.Number} {recorded.At:O} {recorded.By} {recorded.Command} {JsonSerializer.Serialize(recorded.Event, ContractsJson.Default.Event)}");
        return kept.ToString();

        void Keep()
        {
            kept.AppendLine(run.Encoded);
            foreach (var audience in Enum.GetValues<Audience>())
                kept.AppendLine(JsonSerializer.Serialize(Meeting.View(run.State, audience)!, ContractsJson.Default.View));
        }
    }

    [Fact]
    public void B6_polls_work_in_breakout_rooms_and_close_with_them()
    {
        var run = Lesson();
        run.As("host", new CreateRooms(["A"]));
        run.As("host", new OpenRooms());
        run.As("host", new MoveParticipants([new Move("host", "r1-1"), new Move("ann", "r1-1")]));
        var room = Follow(RoomState.Empty, run);
        room = Do(room, "host", Tea);
        var id = room.Version;
        room = Do(room, "host", new StartPoll(id));
        room = Do(room, "ann", new Vote(id, [1]));
        BreakoutRoom.Decide(room, RequestOf("ben", new Vote(id, [1])), MeetingRun.Start).Reason.ShouldBe(Refusal.NotJoined);
        BreakoutRoom.Decide(room, RequestOf("ann", new ClosePoll(id)), MeetingRun.Start).Reason.ShouldBe(Refusal.NotAllowed);
        BreakoutRoom.View(room)!.Polls!.Value.Single().Counts.ShouldBeNull();
        BreakoutRoom.View(room, Audience.Moderators)!.Polls!.Value.Single().Counts!.Value.ShouldBe([0, 1, 0]);
        run.State.Main.Polls.IsEmpty.ShouldBeTrue("each space has its own");
        run.As("host", new CloseRooms(0));
        room = Follow(room, run);
        var poll = RoomState.Decode(room.Encode()).Space.Polls.All[id];
        (poll.Status, poll.Voters).ShouldBe((PollStatus.Closed, 1));
        poll.Counts!.Value.ShouldBe([0, 1, 0]);
    }

    /// <summary>What becomes of the nth person's vote, for the tests of limits.</summary>
    internal static Refusal? Voted(int n)
    {
        var space = SpaceState.Empty.Evolve(new PollCreated(Tea.Question, Tea.Options), 1)!.Evolve(new PollStarted(1, Tea.Question, Tea.Options), 2)!;
        for (var i = 1; i < n; i++) space = space.Evolve(new VoteCast(1, $"p{i}", [0]), 2 + i)!;
        space = space.Enter("last", "Last", Role.Participant, default);
        var outcome = Space.Decide(space, Caller.Participant("last"), new Vote(1, [0]), MeetingRun.Start);
        return outcome.IsRefused ? outcome.Reason : null;
    }

    private static Request RequestOf(string by, Command command) => new(new CommandId(by + "-s", 1), Caller.Participant(by), command);

    private static RoomState Do(RoomState room, string by, Command command)
    {
        var outcome = BreakoutRoom.Decide(room, RequestOf(by, command), MeetingRun.Start);
        outcome.IsRefused.ShouldBeFalse(outcome.Detail);
        return Fold(room, outcome, by);
    }

    private static RoomState Follow(RoomState room, MeetingRun run)
    {
        var update = Rosters.Update(run.State, "r1-1", false, room.Cursor, run.Log.Skip((int)room.Cursor).ToArray())!;
        return Fold(room, BreakoutRoom.Apply(room, update)!.Value, null);
    }

    private static RoomState Fold(RoomState room, Outcome outcome, string? by) =>
        outcome.Events.Aggregate(room, (state, happened) => state.Evolve(new Recorded(state.Version + 1, MeetingRun.Start, by, null, happened)));
}
