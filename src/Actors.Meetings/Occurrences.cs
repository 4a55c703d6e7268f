using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Meetings that come again. The end of an occurrence decides the next one in the same append; the shell then tells that one what persists until it
/// knows: title, settings, passcode, metadata, tags, bans, groups, locked abilities, removals. Each step can be repeated.
/// </summary>
public static class Occurrences
{
    /// <summary>The end, for whatever reason, and what follows.</summary>
    internal static Outcome End(MeetingState state, EndReason? reason, DateTimeOffset now) => WithNext(state, new MeetingEnded(reason), now);

    internal static Outcome Cancel(MeetingState state, CancelMeeting wanted, DateTimeOffset now)
    {
        if (state.Status == MeetingStatus.Live && !wanted.Series) return Outcome.Refuse(Refusal.NotAllowed, "it is live: end it");
        if (wanted.Series && state.Series is null) return Arguments.Invalid("series", "it is no series");
        if (state.Status == MeetingStatus.Live) return state.SeriesOver ? Outcome.Nothing : Outcome.Of(new SeriesEnded());
        if (!wanted.Series) return WithNext(state, new MeetingCancelled(), now);
        return state.SeriesOver ? Outcome.Of(new MeetingCancelled()) : Outcome.Of(new SeriesEnded(), new MeetingCancelled());
    }

    /// <summary>On the next occurrence: it is created with what the former one leaves.</summary>
    internal static Outcome Continue(MeetingState state, ContinueMeeting told)
    {
        if (state.Status != MeetingStatus.None)
            return state.Former == told.Former ? Again(state, told) : Outcome.Refuse(Refusal.MeetingExists);
        var events = ImmutableArray.CreateBuilder<Event>(3);
        events.Add(new MeetingCreated(
            told.Title, told.Settings, told.Metadata, told.Tags.IsEmpty ? null : told.Tags, told.Schedule, told.Series, told.Passcode));
        events.Add(new CarriedOver(told.Former, told.Bans, told.Parts));
        if (!told.Rooms.IsEmpty) events.Add(new RoomsCreated(1, [.. told.Rooms.Select((name, i) => new Room(Ids.Room(1, i + 1), name))], told.SelfSelect));
        return Outcome.Of(events.DrainToImmutable());
    }

    // Where it took long to tell, removals have been forgotten meanwhile, the oldest first, and with them the last of the parts that are waited for.
    private static Outcome Again(MeetingState state, ContinueMeeting told) =>
        state.AwaitsRemovals && (told.Parts ?? 0) < state.AwaitedParts ? Outcome.Of(new CarriedOver(told.Former, [], told.Parts)) : Outcome.Nothing;

    /// <summary>What was assigned here meanwhile stays; a new round of rooms makes the old groups void.</summary>
    internal static Outcome Carry(MeetingState state, CarryGroups told)
    {
        if (NotNext(state, told.Part) is { } early) return early;
        var fits = state.Rooms.Round == 1;
        return Outcome.Of(new GroupsCarried(told.Part, [.. told.Assignments.Where(one =>
            fits && state.Rooms.Find(one.Room) is not null && !state.Rooms.Assignments.ContainsKey(one.Participant))]));
    }

    /// <summary>
    /// As a lock by hand, once: who has it back here keeps it. The event names nobody where all have it already, so that the part is known to have come.
    /// </summary>
    internal static Outcome Carry(MeetingState state, CarryLocks told)
    {
        if (NotNext(state, told.Part) is { } early) return early;
        var change = Locks.Of(told.Abilities);
        var lacking = told.Participants.Where(id => state.Locks.GetValueOrDefault(id) is var now && now.With(change, locked: true) != now).ToArray();
        var room = Limits.LocksPerMeeting - state.Locks.Count;
        return Outcome.Of(new AbilitiesLocked([.. lacking.Where(id => state.Locks.ContainsKey(id) || room-- > 0)], told.Abilities, Locked: true, told.Part));
    }

    /// <summary>
    /// As if they had been removed here, at the time when they were. They come latest first: where there is no room for all, those are left out whose
    /// tokens expire first.
    /// </summary>
    internal static Outcome Carry(MeetingState state, CarryRemovals told, DateTimeOffset now)
    {
        if (NotNext(state, told.Part) is { } early) return early;
        var known = state.Revocations;
        var room = Limits.RevocationsPerMeeting - known.Count;
        return Outcome.Of(new RemovalsCarried(told.Part, [.. told.Removals.Where(one =>
            now - one.At <= Limits.TokenLifetime && !known.Covers(one.Participant, one.At) && (known.Knows(one.Participant) || room-- > 0))]));
    }

    // One that ended before it knew who was removed still takes everything, to hand it on.
    private static Outcome? NotNext(MeetingState state, int part)
    {
        if (part < state.CarriedParts || (state.Status == MeetingStatus.Ended && !state.AwaitsRemovals)) return Outcome.Nothing;
        return part > state.CarriedParts ? Arguments.Invalid("part", "not the next") : null;
    }

    /// <summary>What an ended occurrence has to tell the next, in this order; empty where nothing follows.</summary>
    public static ImmutableArray<Command> Legacy(MeetingState state, string id)
    {
        if (state.Next is not { } next) return [];
        var rooms = state.Rooms.List;
        var renamed = rooms.Select((room, i) => (room.Id, New: Ids.Room(1, i + 1))).ToDictionary(one => one.Id, one => one.New, StringComparer.Ordinal);
        var groups = state.Rooms.Assignments
            .Where(one => renamed.ContainsKey(one.Value))
            .OrderBy(one => one.Key, StringComparer.Ordinal)
            .Select(one => new Assignment(one.Key, renamed[one.Value]))
            .Chunk(Limits.CarriedPerPart)
            .Select(Command (part, i) => new CarryGroups(i, [.. part]))
            .ToArray();
        // A command for each set of abilities: there are few, and so a part is a list of names.
        var locks = state.Locks
            .OrderBy(one => one.Key, StringComparer.Ordinal)
            .GroupBy(one => one.Value, one => one.Key)
            .SelectMany(same => same.Chunk(Limits.CarriedPerPart).Select(people => (Taken: same.Key.List!.Value, people)))
            .Select(Command (part, i) => new CarryLocks(groups.Length + i, part.Taken, [.. part.people]))
            .ToArray();
        // Last, as an earlier release may have told the parts before them.
        var removals = state.Revocations.NewestFirst
            .Chunk(Limits.CarriedPerPart)
            .Select(Command (part, i) => new CarryRemovals(groups.Length + locks.Length + i, [.. part]))
            .ToArray();
        var told = new ContinueMeeting(
            id, state.Title, state.Settings, next.Series, state.Tags, [.. state.Bans.Order(StringComparer.Ordinal)], [.. rooms.Select(room => room.Name)],
            next.Schedule, state.Metadata, state.PasscodeHash, state.Rooms.SelfSelect ? true : null,
            removals.Length > 0 ? groups.Length + locks.Length + removals.Length : null);
        return [told, .. groups, .. locks, .. removals];
    }

    private static Outcome WithNext(MeetingState state, Event end, DateTimeOffset now) =>
        Next(state, now) is { } next ? Outcome.Of(end, next) : Outcome.Of(end);

    private static OccurrenceFollows? Next(MeetingState state, DateTimeOffset now)
    {
        if (state.Series is not { } series || state.SeriesOver || series.Number >= Limits.OccurrencesPerSeries) return null;
        MeetingSchedule? schedule = null;
        if (series.Plan is { } plan)
        {
            schedule = PlannedOccurrences.Next(series, plan, PlannedOccurrences.Through(state, now));
            if (schedule is null) return null;
            series = PlannedOccurrences.Forget(series, now);
        }
        var number = series.Number + 1;
        return new OccurrenceFollows(Ids.Occurrence(series.Series, number), series with { Number = number }, schedule);
    }
}
