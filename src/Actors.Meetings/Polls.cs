using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Polls of a space. A vote counts once for each person, whatever connections, rooms or rejoinings lie between. In an anonymous poll
/// the log and the state hold who has voted and, sealed, for what: the key is the shell's and is destroyed once the ballots are counted.
/// </summary>
public static class Polls
{
    /// <summary>What the shell has to seal before this is decided: the options that a vote in an open anonymous poll marks. Null for anything else.</summary>
    public static (long Poll, int Marked)? ToSeal(PollsState polls, Command command) =>
        command is Vote vote && polls.All.TryGetValue(vote.Poll, out var poll) && poll is { Anonymous: true, Status: PollStatus.Open } && Marked(poll, vote) is null
            ? (vote.Poll, Marks(vote.Options))
            : null;

    /// <summary>What a system command says of counting and keys; null where it is none of these.</summary>
    public static Outcome? Record(PollsState polls, Command command) => command switch
    {
        RecordTally c => polls.All.TryGetValue(c.Poll, out var poll) && poll.IsUncounted
            ? Outcome.Of(new PollCounted(c.Poll, c.Counts, poll.Voters, c.Unreadable))
            : Outcome.Nothing,
        RecordKeyDestroyed c => polls.SpentKeys.Contains(c.Poll) ? Outcome.Of(new PollKeyDestroyed(c.Poll)) : Outcome.Nothing,
        _ => null,
    };

    internal static Outcome Create(PollsState polls, CreatePoll wanted)
    {
        if ((Arguments.Text(wanted.Question, "question", Limits.QuestionBytes) ?? Options(wanted.Options)) is { } refusal) return refusal;
        return polls.All.Count >= Limits.PollsPerSpace
            ? Outcome.Refuse(Refusal.LimitReached, $"{Limits.PollsPerSpace} polls")
            : Outcome.Of(new PollCreated(wanted.Question, wanted.Options, wanted.Multiple, wanted.Anonymous));
    }

    internal static Outcome Start(PollsState polls, long id)
    {
        if (!polls.All.TryGetValue(id, out var poll)) return Outcome.Refuse(Refusal.UnknownPoll);
        if (poll.Status == PollStatus.Open) return Outcome.Nothing;
        if (poll.Status == PollStatus.Closed) return Outcome.Refuse(Refusal.PollNotOpen, "closed");
        return polls.All.Values.Count(one => one.Status == PollStatus.Open) >= Limits.OpenPollsPerSpace
            ? Outcome.Refuse(Refusal.LimitReached, $"{Limits.OpenPollsPerSpace} open polls")
            : Outcome.Of(new PollStarted(id, poll.Question, poll.Options, poll.Multiple, poll.Anonymous));
    }

    internal static Outcome Cast(PollsState polls, string voter, Vote vote, string? ballot)
    {
        if (!polls.All.TryGetValue(vote.Poll, out var poll)) return Outcome.Refuse(Refusal.UnknownPoll);
        if (poll.Status != PollStatus.Open) return Outcome.Refuse(Refusal.PollNotOpen);
        if (Marked(poll, vote) is { } refusal) return refusal;
        var known = poll.Ballots.TryGetValue(voter, out var before);
        if (!known && poll.Ballots.Count >= Limits.VotersPerPoll) return Outcome.Refuse(Refusal.LimitReached, $"{Limits.VotersPerPoll} voters");
        if (poll.Anonymous)
            return Outcome.Of(new VoteCast(vote.Poll, voter, null, ballot ?? throw new InvalidOperationException("A vote in an anonymous poll has to be sealed."), Again: known));
        return known && before.Marked == Marks(vote.Options)
            ? Outcome.Nothing
            : Outcome.Of(new VoteCast(vote.Poll, voter, vote.Options.Sort(), Again: known, Before: known ? OptionsOf(before.Marked) : null));
    }

    internal static Outcome Close(PollsState polls, long id)
    {
        if (!polls.All.TryGetValue(id, out var poll)) return Outcome.Refuse(Refusal.UnknownPoll);
        return poll.Status switch
        {
            PollStatus.Draft => Outcome.Refuse(Refusal.PollNotOpen),
            PollStatus.Closed => Outcome.Nothing,
            _ when poll.Anonymous => Outcome.Of(new PollClosed(id)),
            _ => Outcome.Of(new PollClosed(id), new PollCounted(id, poll.Tally(), poll.Voters)),
        };
    }

    internal static Outcome Publish(PollsState polls, long id)
    {
        if (!polls.All.TryGetValue(id, out var poll)) return Outcome.Refuse(Refusal.UnknownPoll);
        if (poll.Status != PollStatus.Closed) return Outcome.Refuse(poll.Status == PollStatus.Open ? Refusal.PollOpen : Refusal.PollNotOpen);
        if (poll.Published) return Outcome.Nothing;
        return poll.Counts is { } counts
            ? Outcome.Of(new PollPublished(id, counts, poll.Voters, poll.Unreadable))
            : Outcome.Refuse(Refusal.Busy, "it is being counted");
    }

    internal static Outcome Delete(PollsState polls, long id) =>
        polls.All.ContainsKey(id) ? Outcome.Of(new PollDeleted(id)) : Outcome.Refuse(Refusal.UnknownPoll);

    /// <summary>As an audience sees them; null where there is nothing to see.</summary>
    internal static ImmutableArray<PollView>? View(PollsState polls, bool moderator)
    {
        var shown = polls.All.Where(poll => moderator || poll.Value.Status != PollStatus.Draft).Select(poll => View(poll.Key, poll.Value, moderator)).ToImmutableArray();
        return shown.IsEmpty ? null : shown;
    }

    private static PollView View(long id, Poll poll, bool moderator)
    {
        var result = poll.Published || (moderator && poll.Status != PollStatus.Draft);
        var counts = result && (!poll.Anonymous || poll.Counts is not null);
        return new PollView(
            id, poll.Question, poll.Options, poll.Status, poll.Multiple, poll.Anonymous, poll.Published,
            result ? poll.Voters : null, counts ? poll.Tally() : null, counts ? poll.Unreadable : 0);
    }

    /// <summary>One bit an option. The options are in range.</summary>
    internal static int Marks(ImmutableArray<int> options) => options.Aggregate(0, (marks, option) => marks | (1 << option));

    private static ImmutableArray<int> OptionsOf(int marks) => [.. Enumerable.Range(0, Limits.OptionsPerPoll).Where(option => ((marks >> option) & 1) != 0)];

    private static Outcome? Marked(Poll poll, Vote vote)
    {
        if (Arguments.List(vote.Options, "options", poll.Options.Length) is { } refusal) return refusal;
        if (vote.Options.IsEmpty) return Arguments.Invalid("options", "one at least");
        if (!poll.Multiple && vote.Options.Length > 1) return Arguments.Invalid("options", "one at most");
        for (var i = 0; i < vote.Options.Length; i++)
        {
            if (Arguments.Range(vote.Options[i], Arguments.Item("options", i), 0, poll.Options.Length - 1) is { } bad) return bad;
            if (vote.Options.IndexOf(vote.Options[i]) != i) return Arguments.Invalid(Arguments.Item("options", i), "named twice");
        }
        return null;
    }

    private static Outcome? Options(ImmutableArray<string> options)
    {
        if (Arguments.List(options, "options", Limits.OptionsPerPoll) is { } refusal) return refusal;
        if (options.Length < Limits.FewestOptions) return Arguments.Invalid("options", $"{Limits.FewestOptions} at least");
        for (var i = 0; i < options.Length; i++)
        {
            var field = Arguments.Item("options", i);
            if (Arguments.Name(options[i], field) is { } bad) return bad;
            if (options[i].Length > Limits.OptionLength) return Arguments.TooLarge(field, $"{Limits.OptionLength} characters at most");
            if (options.IndexOf(options[i]) != i) return Arguments.Invalid(field, "named twice");
        }
        return null;
    }
}
