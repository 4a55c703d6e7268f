using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

[GenerateSerializer, Alias("frequency")]
public enum Frequency
{
    [JsonStringEnumMemberName("daily")] Daily,
    [JsonStringEnumMemberName("weekly")] Weekly,
    /// <summary>Where the rule names no day: on the first occurrence's day of the month, or on the last day of a month that has no such day.</summary>
    [JsonStringEnumMemberName("monthly")] Monthly,
}

/// <summary>In the order of a week, which begins on Monday (RFC 5545's default).</summary>
[GenerateSerializer, Alias("weekday")]
public enum Weekday
{
    [JsonStringEnumMemberName("monday")] Monday,
    [JsonStringEnumMemberName("tuesday")] Tuesday,
    [JsonStringEnumMemberName("wednesday")] Wednesday,
    [JsonStringEnumMemberName("thursday")] Thursday,
    [JsonStringEnumMemberName("friday")] Friday,
    [JsonStringEnumMemberName("saturday")] Saturday,
    [JsonStringEnumMemberName("sunday")] Sunday,
}

/// <summary>
/// Every <paramref name="Interval"/> days, weeks or months at the same time on the wall of the schedule's zone. Dates are those of RFC 5545's
/// recurrence rules; the first occurrence is on one of them.
/// </summary>
/// <param name="Count">How many occurrences, the first included, also those that are skipped or moved; null without end.</param>
/// <param name="Until">No occurrence starts later by the plan.</param>
/// <param name="Days">Weekly: on these days of each such week; null: on the first occurrence's.</param>
/// <param name="Weekday">Monthly: on the <paramref name="Week"/>-th such day of the month.</param>
/// <param name="Week">1 to 4, or -1 for the last one.</param>
/// <param name="Day">Monthly: on this day, 1 to 31; a month without it has no occurrence, and none is counted for it.</param>
[GenerateSerializer, Immutable, Alias("recurrence")]
public sealed record Recurrence(
    Frequency Every,
    int Interval = 1,
    int? Count = null,
    DateTimeOffset? Until = null,
    ImmutableArray<Weekday>? Days = null,
    Weekday? Weekday = null,
    int? Week = null,
    int? Day = null)
{
    // Its days are a set: an array would be equal to itself alone, and a plan that is sent again would be another one.
    public bool Equals(Recurrence? other) => other is not null
        && (Every, Interval, Count, Until, Weekday, Week, Day) == (other.Every, other.Interval, other.Count, other.Until, other.Weekday, other.Week, other.Day)
        && DaySet(Days) == DaySet(other.Days);

    public override int GetHashCode() => HashCode.Combine(Every, Interval, Count, Until, DaySet(Days), Weekday, Week, Day);

    private static int? DaySet(ImmutableArray<Weekday>? days) => days?.Aggregate(0, (set, day) => set | (1 << (int)day));
}

/// <param name="DurationMinutes">As planned; nothing ends by it (see <see cref="MeetingSettings.TimeLimitMinutes"/>).</param>
/// <param name="TimeZone">IANA name, such as <c>Europe/Berlin</c>: occurrences keep their local time over changes of the clock.</param>
[GenerateSerializer, Immutable, Alias("meeting_schedule")]
public sealed record MeetingSchedule(DateTimeOffset Start, int DurationMinutes, string TimeZone, Recurrence? Repeats = null);

/// <summary>A meeting that comes again: each occurrence is a stream of its own, which takes over what persists from the one before.</summary>
/// <param name="Series">Id of the first occurrence, and the name under which people join whichever is the current one.</param>
/// <param name="Number">Counts from 1.</param>
/// <param name="Plan">When they take place; null for a persistent meeting, whose next occurrence is there as soon as one has ended.</param>
/// <param name="Exceptions">Dates of the plan that are skipped or moved, in their order; left out where there are none. They are dropped once past.</param>
[GenerateSerializer, Immutable, Alias("series_position")]
public sealed record SeriesPosition(string Series, int Number, MeetingSchedule? Plan = null, ImmutableArray<OccurrenceChange>? Exceptions = null);

/// <param name="Start">As the plan has it: its name, as RFC 5545's RECURRENCE-ID.</param>
/// <param name="To">When it starts instead; null: it is skipped.</param>
[GenerateSerializer, Immutable, Alias("occurrence_change")]
public sealed record OccurrenceChange(DateTimeOffset Start, DateTimeOffset? To = null);

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
