using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Abilities taken from single people. The meeting keeps them by person, so that neither a room nor leaving and coming back undoes them.
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
            .Where(id => state.Locks.GetValueOrDefault(id) is var now && now.With(change, wanted.Locked) != now)];
        if (changed.IsEmpty) return Outcome.Nothing;
        if (wanted.Locked && state.Locks.Count + changed.Count(id => !state.Locks.ContainsKey(id)) > Limits.LocksPerMeeting)
            return Outcome.Refuse(Refusal.LimitReached, "locks");
        return Outcome.Of(new AbilitiesLocked(changed, change.List!.Value, wanted.Locked));
    }

    // More abilities than there are name one twice.
    private static Outcome? Check(LockAbilities wanted)
    {
        if (Arguments.List(wanted.Abilities, "abilities", Enum.GetValues<Ability>().Length) is { } refusal) return refusal;
        if (wanted.Abilities.IsEmpty) return Arguments.Invalid("abilities", "missing");
        for (var i = 0; i < wanted.Abilities.Length; i++)
            if (Arguments.Known(wanted.Abilities[i], Arguments.Item("abilities", i)) is { } unknown) return unknown;
        return Arguments.Batch(wanted.Participants, wanted.Except);
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
            : state.Locks.Keys.Order(StringComparer.Ordinal);
        return everybody.Where(id => !spared.Contains(id));
    }
}
