using System.Text.Json.Serialization;

namespace Actors.Contracts;

[GenerateSerializer, Alias("frequency")]
public enum Frequency
{
    [JsonStringEnumMemberName("daily")] Daily,
    [JsonStringEnumMemberName("weekly")] Weekly,
    /// <summary>On the same day of the month, or on the last day of a month that has no such day.</summary>
    [JsonStringEnumMemberName("monthly")] Monthly,
}

/// <summary>Every <paramref name="Interval"/> days, weeks or months at the same time on the wall of the schedule's zone.</summary>
/// <param name="Count">How many occurrences, the first included; null without end.</param>
/// <param name="Until">No occurrence starts later.</param>
[GenerateSerializer, Immutable, Alias("recurrence")]
public sealed record Recurrence(Frequency Every, int Interval = 1, int? Count = null, DateTimeOffset? Until = null);

/// <param name="DurationMinutes">As planned; nothing ends by it (see <see cref="MeetingSettings.TimeLimitMinutes"/>).</param>
/// <param name="TimeZone">IANA name, such as <c>Europe/Berlin</c>: occurrences keep their local time over changes of the clock.</param>
[GenerateSerializer, Immutable, Alias("meeting_schedule")]
public sealed record MeetingSchedule(DateTimeOffset Start, int DurationMinutes, string TimeZone, Recurrence? Repeats = null);

/// <summary>A meeting that comes again: each occurrence is a stream of its own, which takes over what persists from the one before.</summary>
/// <param name="Series">Id of the first occurrence, and the name under which people join whichever is the current one.</param>
/// <param name="Number">Counts from 1.</param>
/// <param name="Plan">When they take place; null for a persistent meeting, whose next occurrence is there as soon as one has ended.</param>
[GenerateSerializer, Immutable, Alias("series_position")]
public sealed record SeriesPosition(string Series, int Number, MeetingSchedule? Plan = null);

/// <summary>Why a meeting ended by itself.</summary>
[GenerateSerializer, Alias("end_reason")]
public enum EndReason
{
    /// <summary>Nobody was in for <see cref="MeetingSettings.EndWhenEmptySeconds"/>.</summary>
    [JsonStringEnumMemberName("empty")] Empty,
    /// <summary>No host was left for <see cref="MeetingSettings.EndWithoutHostSeconds"/>.</summary>
    [JsonStringEnumMemberName("no_host")] NoHost,
    [JsonStringEnumMemberName("time_limit")] TimeLimit,
}
