using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The dates of a recurrence rule, on the wall: RFC 5545's FREQ, INTERVAL, BYDAY and BYMONTHDAY, with weeks that begin on Monday. A month without the
/// <see cref="Recurrence.Day"/> that a rule names has no date. A monthly rule that names none goes by the first date, and takes the last day of shorter
/// months, which is no form of RFC 5545: it is what such plans have always meant here.
/// </summary>
internal static class RecurrenceDates
{
    private const int DaysPerWeek = 7;

    private const int LongestMonth = 31;

    // Every month has so many of each weekday; the last one may be a fifth.
    private const int WholeWeeks = 4;

    private const int LastWeek = -1;

    /// <summary>Those after the first one, in order and with its time of day, as far as schedules may lie.</summary>
    public static IEnumerable<DateTime> After(DateTime first, Recurrence rule) => rule switch
    {
        { Every: Frequency.Daily } => Steps(first, rule.Interval),
        { Every: Frequency.Weekly, Days: { } days } => Weeks(first, rule.Interval, days.Sort()),
        { Every: Frequency.Weekly } => Steps(first, DaysPerWeek * rule.Interval),
        _ => Months(first, rule),
    };

    /// <summary>Whether a day is one that the rule names, or it names none.</summary>
    public static bool Has(Recurrence rule, DateTime date) => rule switch
    {
        { Days: { } days } => days.Contains(Of(date)),
        { Every: Frequency.Monthly } => DayOf(rule, date, date.Day) == date.Day,
        _ => true,
    };

    public static Outcome? Check(Recurrence rule) =>
        Arguments.Known(rule.Every, "schedule.repeats.every")
        ?? Arguments.Range(rule.Interval, "schedule.repeats.interval", 1, Limits.RecurrenceInterval)
        ?? Arguments.Range(rule.Count, "schedule.repeats.count", 1, Limits.OccurrencesPerSeries)
        ?? Days(rule)
        ?? DayOfMonth(rule);

    private static Outcome? Days(Recurrence rule)
    {
        if (rule.Days is not { } days) return null;
        if (rule.Every != Frequency.Weekly) return Arguments.Invalid("schedule.repeats.days", "of weekly ones only");
        if (days.IsDefaultOrEmpty) return Arguments.Invalid("schedule.repeats.days", "one at least");
        for (var i = 0; i < days.Length; i++)
        {
            var field = Arguments.Item("schedule.repeats.days", i);
            if (Arguments.Known(days[i], field) is { } unknown) return unknown;
            // So a longer list than a week has days ends here too.
            if (days.IndexOf(days[i]) < i) return Arguments.Invalid(field, "named twice");
        }
        return null;
    }

    private static Outcome? DayOfMonth(Recurrence rule)
    {
        if (rule is { Weekday: null, Week: null, Day: null }) return null;
        var field = rule.Day is not null ? "schedule.repeats.day" : rule.Week is not null ? "schedule.repeats.week" : "schedule.repeats.weekday";
        if (rule.Every != Frequency.Monthly) return Arguments.Invalid(field, "of monthly ones only");
        if (rule.Day is not null)
            return rule is { Weekday: null, Week: null } ? Arguments.Range(rule.Day, field, 1, LongestMonth) : Arguments.Invalid(field, "not with weekday and week");
        if (rule is not { Weekday: { } weekday, Week: { } week }) return Arguments.Invalid(field, "weekday and week go together");
        return Arguments.Known(weekday, "schedule.repeats.weekday")
            ?? (week is (>= 1 and <= WholeWeeks) or LastWeek ? null : Arguments.Invalid(field, $"1 to {WholeWeeks}, or {LastWeek} for the last"));
    }

    private static IEnumerable<DateTime> Steps(DateTime first, int days)
    {
        for (var date = first.AddDays(days); date.Year <= Limits.LastScheduleYear; date = date.AddDays(days)) yield return date;
    }

    private static IEnumerable<DateTime> Weeks(DateTime first, int interval, ImmutableArray<Weekday> days)
    {
        for (var week = first.AddDays(-(int)Of(first)); week.Year <= Limits.LastScheduleYear; week = week.AddDays(DaysPerWeek * interval))
            foreach (var day in days)
                if (week.AddDays((int)day) is var date && date > first) yield return date;
    }

    private static IEnumerable<DateTime> Months(DateTime first, Recurrence rule)
    {
        for (var month = first.AddDays(1 - first.Day); month.Year <= Limits.LastScheduleYear; month = month.AddMonths(rule.Interval))
            if (DayOf(rule, month, first.Day) is { } day && month.AddDays(day - month.Day) is var date && date > first) yield return date;
    }

    // Of the month that a date is in; null where that has no such day.
    private static int? DayOf(Recurrence rule, DateTime date, int firstDay)
    {
        var length = DateTime.DaysInMonth(date.Year, date.Month);
        if (rule.Day is { } day) return day <= length ? day : null;
        if (rule is not { Weekday: { } weekday, Week: { } week }) return Math.Min(firstDay, length);
        var earliest = 1 + ((((int)weekday - (int)Of(date.AddDays(1 - date.Day))) + DaysPerWeek) % DaysPerWeek);
        return week == LastWeek ? earliest + ((length - earliest) / DaysPerWeek * DaysPerWeek) : earliest + ((week - 1) * DaysPerWeek);
    }

    private static Weekday Of(DateTime date) => (Weekday)(((int)date.DayOfWeek + (DaysPerWeek - 1)) % DaysPerWeek);
}
