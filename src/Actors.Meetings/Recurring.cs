using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// When the occurrences of a plan take place. Reckoned on the wall clock of the plan's zone, so that a meeting at nine stays at nine; a time that a
/// change of the clock leaves out moves on by as much as the clock does, one that comes twice is the later. What comes out is put into events: no fold
/// looks at a zone, whose rules differ from machine to machine.
/// </summary>
internal static class Recurring
{
    // Beyond it an occurrence is further away than any schedule may lie: keeps the reckoning far from the calendar's end.
    private const int LongestMonths = 12 * 300;
    private const int LongestDays = 366 * 300;

    /// <summary>The first occurrence of the plan that starts later than <paramref name="after"/>, as a schedule of its own; null where there is none.</summary>
    public static MeetingSchedule? Next(MeetingSchedule plan, DateTimeOffset after)
    {
        if (plan.Repeats is not { } rule || Zone(plan.TimeZone) is not { } zone) return null;
        var first = TimeZoneInfo.ConvertTime(plan.Start, zone).DateTime;
        var count = Math.Min(rule.Count ?? Limits.OccurrencesPerSeries, Limits.OccurrencesPerSeries);
        for (var index = 1; index < count; index++)
        {
            if (Add(first, rule.Every, index * rule.Interval) is not { } local) return null;
            var start = At(local, zone);
            if (start > rule.Until || start.Year > Limits.LastScheduleYear) return null;
            if (start > after) return plan with { Start = start };
        }
        return null;
    }

    /// <summary>Null where this machine knows no such zone.</summary>
    public static TimeZoneInfo? Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    private static DateTime? Add(DateTime first, Frequency every, int steps) => every switch
    {
        Frequency.Daily => steps <= LongestDays ? first.AddDays(steps) : null,
        Frequency.Weekly => steps <= LongestDays / 7 ? first.AddDays(7 * steps) : null,
        _ => steps <= LongestMonths ? first.AddMonths(steps) : null,
    };

    // Of a time that does not exist, and of the later of two, the zone names the standard offset.
    private static DateTimeOffset At(DateTime local, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(new DateTimeOffset(local, zone.GetUtcOffset(local)), zone);
}
