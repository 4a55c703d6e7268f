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

/// <param name="From">None that starts earlier; those that are past are left out in any case.</param>
[GenerateSerializer, Immutable, Alias("planned_request")]
public sealed record PlannedRequest(DateTimeOffset? From = null, int Limit = Limits.ListPage, long Seen = 0);

/// <summary>An occurrence of a series that will take place after the current one and has no stream yet.</summary>
/// <param name="Planned">When the plan has it, where it was moved.</param>
[GenerateSerializer, Immutable, Alias("planned_occurrence")]
public sealed record PlannedOccurrence(DateTimeOffset Start, int DurationMinutes, string TimeZone, DateTimeOffset? Planned = null);

/// <param name="Planned">Soonest first; where two would start at the same time there is one.</param>
/// <param name="Next">The start to go on from; null at the end.</param>
[GenerateSerializer, Immutable, Alias("planned_page")]
public sealed record PlannedPage(ImmutableArray<PlannedOccurrence> Planned, string? Next = null);

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
/// <param name="Planned">Of a series that is read ahead: those after the current occurrence, which is the one meeting of such a page.</param>
[GenerateSerializer, Immutable, Alias("meeting_list_page")]
public sealed record MeetingListPage(ImmutableArray<MeetingSummary> Meetings, string? Next = null, ImmutableArray<PlannedOccurrence>? Planned = null);
