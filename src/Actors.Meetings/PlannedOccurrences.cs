using System.Collections.Immutable;
using System.Globalization;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The occurrences of a series that are still to come: the dates of its plan, but for those that are skipped or moved. They have no streams; the current
/// occurrence decides about them, and its end makes the soonest of them the next one.
/// </summary>
internal static class PlannedOccurrences
{
    public static Outcome Skip(MeetingState state, SkipOccurrence wanted, DateTimeOffset now)
    {
        if (Named(state, wanted.Start, now, out var known) is { } refusal) return refusal;
        return known is { IsException: true, To: null } ? Outcome.Nothing
            : IsFull(state.Series!, known, now) ?? Outcome.Of(new OccurrenceSkipped(known.Start));
    }

    public static Outcome Move(MeetingState state, MoveOccurrence wanted, DateTimeOffset now)
    {
        if (Named(state, wanted.Start, now, out var known) is { } refusal) return refusal;
        if (wanted.To == known.To) return Outcome.Nothing;
        if (wanted.To.Year is < Limits.FirstScheduleYear or > Limits.LastScheduleYear) return Arguments.Invalid("to", "not of this age");
        if (wanted.To <= Through(state, now)) return Arguments.Invalid("to", "past, or not later than the current occurrence");
        var (series, plan) = (state.Series!, state.Series!.Plan!);
        // Of two at the same time one would take place.
        if (Exceptions(series).Any(one => one.To == wanted.To) || (Find(series, wanted.To) is null && Recurring.Find(plan, wanted.To) is not null))
            return Arguments.Invalid("to", "another occurrence starts then");
        if (wanted.To == known.Start) return Outcome.Of(new OccurrenceMoved(known.Start, known.Start));
        return IsFull(series, known, now) ?? Outcome.Of(new OccurrenceMoved(known.Start, Recurring.InZone(plan, wanted.To)));
    }

    /// <summary>What starts no later than this does not start any more. One held before its time does not take place again at that time.</summary>
    public static DateTimeOffset Through(MeetingState state, DateTimeOffset now) => Later(Later(now, state.Schedule?.Start), state.PlannedStart);

    /// <summary>The soonest that is later than <paramref name="through"/>, as a schedule of its own; null where there is none.</summary>
    public static MeetingSchedule? Next(SeriesPosition series, MeetingSchedule plan, DateTimeOffset through)
    {
        foreach (var (start, _) in Ahead(series, plan, through)) return plan with { Start = start };
        return null;
    }

    /// <summary>Of an ended occurrence: what followed it when it ended, until its successor can be asked.</summary>
    public static PlannedPage Page(MeetingState state, PlannedRequest request, DateTimeOffset now)
    {
        if (state.Series is not { Plan: { } plan } series || state.SeriesOver || state is { Status: MeetingStatus.Ended, Next: null }) return new PlannedPage([]);
        var through = Through(state, now);
        if (request.From > through) through = request.From.Value.AddTicks(-1);
        var limit = Math.Clamp(request.Limit, 1, Limits.ListPage);
        var found = Ahead(series, plan, through).Take(limit + 1).ToArray();
        return new PlannedPage(
            [.. found.Take(limit).Select(one => new PlannedOccurrence(one.Start, plan.DurationMinutes, plan.TimeZone, one.Planned))],
            found.Length > limit ? found[limit].Start.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : null);
    }

    /// <summary>The fold: replaces what was said of the same date before.</summary>
    public static SeriesPosition Change(SeriesPosition series, OccurrenceChange change, DateTimeOffset now)
    {
        var others = Exceptions(series).RemoveAll(one => one.Start == change.Start);
        if (change.To != change.Start) others = others.Add(change).Sort((a, b) => a.Start.CompareTo(b.Start));
        return Forget(With(series, others), now);
    }

    /// <summary>Without the exceptions that are past: neither their planned nor their new time is to come.</summary>
    public static SeriesPosition Forget(SeriesPosition series, DateTimeOffset now) => With(series, Exceptions(series).RemoveAll(one => !IsAhead(one, now)));

    /// <summary>The series with another plan, whose dates keep what was said of them, unless they would come before its first.</summary>
    public static SeriesPosition Replan(SeriesPosition series, MeetingSchedule plan)
    {
        var exceptions = Exceptions(series);
        if (exceptions.IsEmpty) return series with { Plan = plan };
        var dates = Recurring.Starts(plan, exceptions[0].Start.AddTicks(-1)).TakeWhile(start => start <= exceptions[^1].Start).ToHashSet();
        return With(series with { Plan = plan }, exceptions.RemoveAll(one => !dates.Contains(one.Start) || one.Start == plan.Start || one.To <= plan.Start));
    }

    /// <summary>A date of the plan.</summary>
    /// <param name="To">When it starts; null where it is skipped.</param>
    private readonly record struct PlannedDate(DateTimeOffset Start, DateTimeOffset? To, bool IsException);

    private static Outcome? Named(MeetingState state, DateTimeOffset start, DateTimeOffset now, out PlannedDate known)
    {
        known = default;
        if (state.Series?.Plan is not { } plan) return Arguments.Invalid("start", "nothing is planned");
        if (state.SeriesOver) return Outcome.Refuse(Refusal.UnknownOccurrence, "the series is over");
        if (Recurring.Find(plan, start) is not { } date) return Outcome.Refuse(Refusal.UnknownOccurrence);
        var exception = Find(state.Series, date);
        known = new PlannedDate(date, exception is null ? date : exception.To, exception is not null);
        if (known.To is { } starts && starts == state.PlannedStart) return Outcome.Refuse(Refusal.NotAllowed, "it is the current occurrence: cancel_meeting or update_meeting");
        return (known.To ?? date) <= Through(state, now) ? Outcome.Refuse(Refusal.OccurrencePast) : null;
    }

    private static Outcome? IsFull(SeriesPosition series, PlannedDate known, DateTimeOffset now) =>
        !known.IsException && Exceptions(series).Count(one => IsAhead(one, now)) >= Limits.ExceptionsPerSeries
            ? Outcome.Refuse(Refusal.LimitReached, $"{Limits.ExceptionsPerSeries} skipped or moved dates")
            : null;

    // Both lists are in order: the plan's dates that are as planned, and those that were moved.
    private static IEnumerable<(DateTimeOffset Start, DateTimeOffset? Planned)> Ahead(SeriesPosition series, MeetingSchedule plan, DateTimeOffset through)
    {
        var exceptions = Exceptions(series);
        var changed = exceptions.Select(one => one.Start).ToHashSet();
        var moved = new Queue<OccurrenceChange>(exceptions.Where(one => one.To > through).OrderBy(one => one.To));
        foreach (var start in Recurring.Starts(plan, through))
        {
            if (changed.Contains(start)) continue;
            for (; moved.TryPeek(out var one) && one.To <= start; moved.Dequeue())
                if (one.To < start) yield return (one.To.Value, one.Start);
            yield return (start, null);
        }
        foreach (var one in moved) yield return (one.To!.Value, one.Start);
    }

    private static bool IsAhead(OccurrenceChange one, DateTimeOffset now) => Later(one.Start, one.To) > now;

    private static OccurrenceChange? Find(SeriesPosition series, DateTimeOffset start) => Exceptions(series).FirstOrDefault(one => one.Start == start);

    private static ImmutableArray<OccurrenceChange> Exceptions(SeriesPosition series) => series.Exceptions ?? [];

    private static SeriesPosition With(SeriesPosition series, ImmutableArray<OccurrenceChange> exceptions) =>
        series with { Exceptions = exceptions.IsEmpty ? null : exceptions };

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;
}
