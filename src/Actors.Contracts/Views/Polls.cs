using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

[GenerateSerializer, Alias("poll_status")]
public enum PollStatus
{
    /// <summary>Prepared; moderators only see it.</summary>
    [JsonStringEnumMemberName("draft")] Draft,
    [JsonStringEnumMemberName("open")] Open,
    [JsonStringEnumMemberName("closed")] Closed,
}

/// <summary>A poll as its audience sees it.</summary>
/// <param name="Poll">Its id.</param>
/// <param name="Voters">People who have voted: to moderators, and once published to all.</param>
/// <param name="Counts">Votes of each option: as <paramref name="Voters"/>; of an anonymous poll only once it is counted.</param>
[GenerateSerializer, Immutable, Alias("poll_view")]
public sealed record PollView(
    long Poll,
    string Question,
    ImmutableArray<string> Options,
    PollStatus Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Multiple = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Anonymous = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Published = false,
    int? Voters = null,
    ImmutableArray<int>? Counts = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Unreadable = 0);
