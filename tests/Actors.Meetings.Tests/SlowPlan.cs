using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>
/// The dates of a plan said once more and slowly: every day is asked whether it is one, and the instant of a local time is looked for quarter of an hour
/// by quarter of an hour.
/// </summary>
internal static class SlowPlan
{
    /// <summary>Every offset of this century is a multiple of it; so are the times of day of the tests.</summary>
    public static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    /// <summary>The starts of a plan on its first so many days.</summary>
    public static List<DateTimeOffset> Starts(MeetingSchedule plan, int days)
    {
        var (rule, zone) = (plan.Repeats!, TimeZoneInfo.FindSystemTimeZoneById(plan.TimeZone));
        var first = Wall(plan.Start, zone);
        var (starts, left) = (new List<DateTimeOffset> { plan.Start }, rule.Count ?? int.MaxValue);
        for (var day = first.Date.AddDays(1); day < first.Date.AddDays(days); day = day.AddDays(1))
        {
            if (!IsDate(rule, first.Date, day)) continue;
            var start = Instant(day + first.TimeOfDay, zone);
            if (--left < 1 || start > rule.Until) break;
            if (start > starts[^1]) starts.Add(start);
        }
        return starts;
    }

    /// <summary>The first instant at which clocks show this; where they skip it, what they would show without having been put forward.</summary>
    public static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        var at = new DateTimeOffset(local, TimeSpan.Zero).AddHours(-30);
        while (Wall(at, zone) < local) at += Quarter;
        return Wall(at, zone) == local ? at : new DateTimeOffset(local - zone.GetUtcOffset(at - Quarter), TimeSpan.Zero);
    }

    private static DateTime Wall(DateTimeOffset at, TimeZoneInfo zone) => at.UtcDateTime + zone.GetUtcOffset(at);

    private static bool IsDate(Recurrence rule, DateTime first, DateTime day)
    {
        switch (rule.Every)
        {
            case Frequency.Daily:
                return (day - first).Days % rule.Interval == 0;
            case Frequency.Weekly:
                return (Monday(day) - Monday(first)).Days / 7 % rule.Interval == 0 && (rule.Days?.Any(one => IsOn(day, one)) ?? day.DayOfWeek == first.DayOfWeek);
            default:
                if (((day.Year * 12) + day.Month - (first.Year * 12) - first.Month) % rule.Interval != 0) return false;
                var isLast = day.AddDays(1).Month != day.Month;
                if (rule.Day is { } number) return day.Day == number;
                if (rule.Weekday is not { } weekday) return day.Day == first.Day || (isLast && day.Day < first.Day);
                if (!IsOn(day, weekday)) return false;
                return rule.Week == -1 ? day.AddDays(7).Month != day.Month : Enumerable.Range(1, day.Day).Count(one => IsOn(day.AddDays(one - day.Day), weekday)) == rule.Week;
        }
    }

    private static DateTime Monday(DateTime day)
    {
        while (day.DayOfWeek != DayOfWeek.Monday) day = day.AddDays(-1);
        return day;
    }

    private static bool IsOn(DateTime day, Weekday weekday) => day.DayOfWeek.ToString() == weekday.ToString();
}
