using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>Random commands about polls, and what the shell does to count them.</summary>
internal static class RandomPolls
{
    /// <summary>Steps that this makes commands of.</summary>
    public const int Ops = 10;

    public static Command Wanted(MeetingRun run, Step step)
    {
        var polls = run.State.Main.Polls.All;
        // Sometimes one that never was.
        var poll = polls.IsEmpty || step.B % 10 == 0 ? step.B : polls.Keys.ElementAt(step.B % polls.Count);
        return (step.C % 12) switch
        {
            _ when polls.IsEmpty => new CreatePoll("Tea?", ["Yes", "No", "Later"], step.B % 2 == 0, step.A / 8 % 2 == 0),
            0 => new CreatePoll("Tea?", ["Yes", "No"], step.B % 2 == 0, step.A / 8 % 2 == 0),
            1 => new DeletePoll(poll),
            2 or 3 => new ClosePoll(poll),
            4 => new PublishPoll(poll),
            5 or 6 => new StartPoll(poll),
            _ => new Vote(poll, step.A % 3 == 0 ? [1, 0] : [step.A % 3]),
        };
    }

    /// <summary>What the keeper of the keys has to do next; null where nothing.</summary>
    public static Command? Counting(MeetingRun run)
    {
        var polls = run.State.Main.Polls;
        if (!polls.HasWork) return null;
        return polls.Uncounted.FirstOrDefault() is { Value: { } poll, Key: var id } ? MeetingRun.TallyOf(id, poll) : new RecordKeyDestroyed(polls.SpentKeys.First());
    }
}
