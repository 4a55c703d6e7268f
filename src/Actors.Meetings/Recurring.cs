using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// When the dates of a plan are. Reckoned on the wall clock of the plan's zone, so that a meeting at nine stays at nine; as in RFC 5545 a time that a
/// change of the clock leaves out moves on by as much as the clock does, and one that comes twice is the first. What comes out is put into events: no
/// fold looks at a zone, whose rules differ from machine to machine.
/// </summary>
internal static class Recurring
{
    // Further than any two clocks of the world are apart, or one is put forward or back.
    private static readonly TimeSpan BeyondAnyOffset = TimeSpan.FromDays(2);

    /// <summary>The starts of a plan that are later than <paramref name="after"/>, each once and in order: at most <see cref="Limits.OccurrencesPerSeries"/>.</summary>
    public static IEnumerable<DateTimeOffset> Starts(MeetingSchedule plan, DateTimeOffset after)
    {
        if (plan.Repeats is not { } rule || Zone(plan.TimeZone) is not { } zone) yield break;
        if (plan.Start > after) yield return plan.Start;
        // A day that a zone leaves out has the next one's instants.
        var last = after > plan.Start ? after : plan.Start;
        // Only dates near enough to be later are looked up in the zone.
        var near = last.UtcDateTime - BeyondAnyOffset;
        var others = Math.Min(rule.Count ?? Limits.OccurrencesPerSeries, Limits.OccurrencesPerSeries) - 1;
        foreach (var local in RecurrenceDates.After(Local(plan, zone), rule).Take(others))
        {
            if (local < near) continue;
            var start = At(local, zone);
            if (start > rule.Until || start.Year > Limits.LastScheduleYear) yield break;
            if (start <= last) continue;
            yield return last = start;
        }
    }

    /// <summary>The start that is at this instant, as the plan has it; null where it has none.</summary>
    public static DateTimeOffset? Find(MeetingSchedule plan, DateTimeOffset start)
    {
        if (start.Year is < Limits.FirstScheduleYear or > Limits.LastScheduleYear) return null;
        foreach (var first in Starts(plan, start.AddTicks(-1))) return first == start ? first : null;
        return null;
    }

    public static bool BeginsOnItsDays(MeetingSchedule plan) =>
        plan.Repeats is not { } rule || Zone(plan.TimeZone) is not { } zone || RecurrenceDates.Has(rule, Local(plan, zone));

    /// <summary>The same instant, told in the plan's zone.</summary>
    public static DateTimeOffset InZone(MeetingSchedule plan, DateTimeOffset at) => Zone(plan.TimeZone) is { } zone ? TimeZoneInfo.ConvertTime(at, zone) : at;

    /// <summary>Null where this machine knows no such zone.</summary>
    public static TimeZoneInfo? Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    private static DateTime Local(MeetingSchedule plan, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(plan.Start, zone).DateTime;

    // By the offset before a change of the clock it is the first of two, and as much later as the clock jumps where it does not exist.
    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone)
    {
        var utc = new DateTimeOffset(local, TimeSpan.Zero);
        var (before, after) = (zone.GetUtcOffset(utc - BeyondAnyOffset / 2), zone.GetUtcOffset(utc + BeyondAnyOffset / 2));
        var first = TimeZoneInfo.ConvertTime(utc - before, zone);
        if (before == after || first.DateTime == local) return first;
        var second = TimeZoneInfo.ConvertTime(utc - after, zone);
        return second.DateTime == local ? second : first;
    }
}
