using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>The lists in which a tenant's meeting is: always exactly one of these.</summary>
[GenerateSerializer, Alias("meeting_list")]
public enum MeetingList
{
    /// <summary>Latest start first.</summary>
    [JsonStringEnumMemberName("live")] Live,
    /// <summary>Created and not started, next first: by the scheduled start, else by the creation.</summary>
    [JsonStringEnumMemberName("scheduled")] Scheduled,
    /// <summary>Ended or cancelled, latest first.</summary>
    [JsonStringEnumMemberName("past")] Past,
}

/// <param name="Tag">Only meetings with this tag.</param>
/// <param name="Series">Instead of a list: the occurrences of this series, latest first.</param>
/// <param name="After">Where the page before said to go on.</param>
[GenerateSerializer, Immutable, Alias("meeting_list_request")]
public sealed record MeetingListRequest(MeetingList List, string? Tag = null, string? Series = null, string? After = null, int Limit = Limits.ListPage);

/// <summary>A meeting as lists show it.</summary>
[GenerateSerializer, Immutable, Alias("meeting_summary")]
public sealed record MeetingSummary(
    string Id,
    string Title,
    MeetingStatus Status,
    MeetingSchedule? Schedule = null,
    DateTimeOffset? StartedAt = null,
    DateTimeOffset? EndedAt = null,
    ImmutableArray<string>? Tags = null,
    string? Series = null,
    int? Occurrence = null,
    bool? Cancelled = null);

/// <param name="Next">To go on with; null at the end. A page may be short and not the last.</param>
[GenerateSerializer, Immutable, Alias("meeting_list_page")]
public sealed record MeetingListPage(ImmutableArray<MeetingSummary> Meetings, string? Next = null);
