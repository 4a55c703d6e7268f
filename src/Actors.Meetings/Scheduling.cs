using System.Buffers;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Title, schedule, and the time limit.</summary>
internal static class Scheduling
{
    // What IANA's names consist of.
    private static readonly SearchValues<char> ZoneCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");

    public static Outcome Update(MeetingState state, UpdateMeeting wanted)
    {
        if (wanted.Title is not null && Arguments.Name(wanted.Title, "title") is { } badTitle) return badTitle;
        if ((wanted.Series ? CheckPlan(wanted.Schedule) : Check(wanted.Schedule)) is { } badSchedule) return badSchedule;
        if (wanted.Series && state.Series is null) return Arguments.Invalid("series", "it is no series");
        if (wanted.Series && wanted.Schedule?.Repeats is null) return Arguments.Invalid("schedule.repeats", "missing");
        var repeats = wanted.Series ? wanted.Schedule!.Repeats : state.Schedule?.Repeats;
        if (wanted.Schedule?.Repeats is { } rule && rule != repeats) return Arguments.Invalid("schedule.repeats", "changes only with the series");
        var schedule = wanted.Schedule is null ? null : wanted.Schedule with { Repeats = repeats };
        if (schedule == state.Schedule) schedule = null;
        var title = wanted.Title == state.Title ? null : wanted.Title;
        var series = wanted.Series && state.Series!.Plan != wanted.Schedule ? PlannedOccurrences.Replan(state.Series, wanted.Schedule!) : null;
        return title is null && schedule is null && series is null ? Outcome.Nothing : Outcome.Of(new MeetingUpdated(title, schedule, series));
    }

    public static Outcome Extend(MeetingState state, ExtendMeeting wanted)
    {
        if (Arguments.Range(wanted.Minutes, "minutes", 1, Limits.TimeLimitMinutes) is { } refusal) return refusal;
        if (state.Status != MeetingStatus.Live) return Outcome.Refuse(Refusal.MeetingNotStarted);
        if (state.EndsAt is not { } ends) return Outcome.Refuse(Refusal.NotAllowed, "it has no time limit");
        var later = ends.AddMinutes(wanted.Minutes);
        return later > state.StartedAt!.Value.AddMinutes(Limits.TimeLimitMinutes)
            ? Outcome.Refuse(Refusal.LimitReached, $"{Limits.TimeLimitMinutes} minutes from the start")
            : Outcome.Of(new MeetingExtended(later));
    }

    public static Outcome? Check(MeetingSchedule? schedule)
    {
        if (schedule is null) return null;
        if (schedule.Start.Year is < Limits.FirstScheduleYear or > Limits.LastScheduleYear) return Arguments.Invalid("schedule.start", "not of this age");
        if (Arguments.Range(schedule.DurationMinutes, "schedule.durationMinutes", 1, Limits.TimeLimitMinutes) is { } refusal) return refusal;
        if (!IsZone(schedule.TimeZone)) return Arguments.Invalid("schedule.timeZone", "no IANA time zone of that name is known");
        if (schedule.Repeats is not { } rule) return null;
        return RecurrenceDates.Check(rule) ?? (rule.Until < schedule.Start ? Arguments.Invalid("schedule.repeats.until", "before the start") : null);
    }

    /// <summary>Also that the first occurrence is one of the plan's: RFC 5545 leaves open what else a rule would mean.</summary>
    public static Outcome? CheckPlan(MeetingSchedule? plan) =>
        Check(plan) ?? (plan is not null && !Recurring.BeginsOnItsDays(plan) ? Arguments.Invalid("schedule.start", "on none of the days of schedule.repeats") : null);

    private static bool IsZone(string? name) => name is { Length: > 0 and <= Limits.IdLength }
        && !name.AsSpan().ContainsAnyExcept(ZoneCharacters)
        && Recurring.Zone(name) is { HasIanaId: true };
}
