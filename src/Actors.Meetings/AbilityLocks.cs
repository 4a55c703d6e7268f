using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Abilities taken from single people. The meeting keeps them by person, so that neither a room nor leaving and coming back undoes them; what a
/// token takes is theirs for as long as they are in, unless it is given back.
/// Moderators are above them as above every policy; presenters are not: a lock names its person.
/// </summary>
internal static class AbilityLocks
{
    public static Outcome Change(MeetingState state, Sender sender, LockAbilities wanted)
    {
        if (Check(wanted) is { } refusal) return refusal;
        if (wanted.Participants is { } named && ProtectedHost(state, sender, named) is { } host)
            return Outcome.Refuse(Refusal.NotAllowed, $"a host: {host}");
        var change = Locks.Of(wanted.Abilities);
        ImmutableArray<string> changed = [.. Targets(state, wanted)
            .Where(id => (wanted.Locked ? state.Locks.GetValueOrDefault(id) : Lacking(state, id)) is var now && now.With(change, wanted.Locked) != now)];
        if (changed.IsEmpty) return Outcome.Nothing;
        if (wanted.Locked && state.Locks.Count + changed.Count(id => !state.Locks.ContainsKey(id)) > Limits.LocksPerMeeting)
            return Outcome.Refuse(Refusal.LimitReached, "locks");
        return Outcome.Of(new AbilitiesLocked(changed, change.List!.Value, wanted.Locked));
    }

    // Locked by their token alone, somebody is not among the meeting's locks.
    private static Locks Lacking(MeetingState state, string id) =>
        state.Participants.TryGetValue(id, out var present) ? present.Locked : state.Locks.GetValueOrDefault(id);

    private static Outcome? Check(LockAbilities wanted) =>
        Check(wanted.Abilities, "abilities")
        ?? (wanted.Abilities.IsEmpty ? Arguments.Invalid("abilities", "missing") : default(Outcome?))
        ?? Arguments.Batch(wanted.Participants, wanted.Except);

    // More abilities than there are name one twice.
    internal static Outcome? Check(ImmutableArray<Ability> abilities, string field)
    {
        if (Arguments.List(abilities, field, Enum.GetValues<Ability>().Length) is { } refusal) return refusal;
        for (var i = 0; i < abilities.Length; i++)
            if (Arguments.Known(abilities[i], Arguments.Item(field, i)) is { } unknown) return unknown;
        return null;
    }

    private static string? ProtectedHost(MeetingState state, Sender sender, ImmutableArray<string> named)
    {
        foreach (var id in named)
            if (state.Participants.TryGetValue(id, out var target) && !sender.MayActOn(target)) return id;
        return null;
    }

    private static IEnumerable<string> Targets(MeetingState state, LockAbilities wanted)
    {
        if (wanted.Participants is { } named) return named;
        var spared = (wanted.Except ?? []).ToHashSet(StringComparer.Ordinal);
        var everybody = wanted.Locked
            ? state.InOrder.Where(one => one.Role != Role.Attendee && !one.IsModerator).Select(one => one.Id)
            : state.Locks.Keys.Union(state.Participants.Values.Where(one => !one.Locked.IsEmpty).Select(one => one.Id)).Order(StringComparer.Ordinal);
        return everybody.Where(id => !spared.Contains(id));
    }
}
