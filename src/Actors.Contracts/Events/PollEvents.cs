using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>Prepared by a moderator; the event's number is the poll's id.</summary>
[GenerateSerializer, Immutable, Alias("poll_created")]
public sealed record PollCreated(
    string Question,
    ImmutableArray<string> Options,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Multiple = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Anonymous = false) : Event;

/// <summary>Open for votes; says again what it is about, since few have seen it before.</summary>
[GenerateSerializer, Immutable, Alias("poll_started")]
public sealed record PollStarted(
    long Poll,
    string Question,
    ImmutableArray<string> Options,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Multiple = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Anonymous = false) : Event;

/// <summary>Somebody has voted, or changed their vote.</summary>
/// <param name="Options">Null in an anonymous poll.</param>
/// <param name="Ballot">Of an anonymous poll: the sealed vote, which nothing in the log opens.</param>
/// <param name="Again">They had voted before: no voter more. Without it whoever counts along could not tell.</param>
/// <param name="Before">The options that no longer have this vote; null in an anonymous poll.</param>
[GenerateSerializer, Immutable, Alias("vote_cast")]
public sealed record VoteCast(
    long Poll,
    string Participant,
    ImmutableArray<int>? Options = null,
    [property: Unpublished] string? Ballot = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Again = false,
    ImmutableArray<int>? Before = null) : Event;

[GenerateSerializer, Immutable, Alias("poll_closed")]
public sealed record PollClosed(long Poll) : Event;

/// <param name="Counts">Votes of each option.</param>
/// <param name="Voters">People who have voted.</param>
/// <param name="Unreadable">Ballots of an anonymous poll whose key was lost: in <paramref name="Voters"/>, not in <paramref name="Counts"/>.</param>
[GenerateSerializer, Immutable, Alias("poll_counted")]
public sealed record PollCounted(
    long Poll,
    ImmutableArray<int> Counts,
    int Voters,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Unreadable = 0) : Event;

/// <summary>The result is everybody's.</summary>
[GenerateSerializer, Immutable, Alias("poll_published")]
public sealed record PollPublished(
    long Poll,
    ImmutableArray<int> Counts,
    int Voters,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Unreadable = 0) : Event;

[GenerateSerializer, Immutable, Alias("poll_deleted")]
public sealed record PollDeleted(long Poll) : Event;

/// <summary>From here nobody can open the ballots of this anonymous poll.</summary>
[GenerateSerializer, Immutable, Alias("poll_key_destroyed")]
public sealed record PollKeyDestroyed(long Poll) : Event;
