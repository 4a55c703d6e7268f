using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// When the last host leaves for good: the longest present co-host follows, else presenter, else participant. People only (no phones, bots,
/// recorders), not from the waiting room, not view-only; who is connected goes before who is reconnecting.
/// </summary>
internal static class Succession
{
    public static RoleChanged? After(MeetingState state, IReadOnlyCollection<string> leaving)
    {
        if (state.Hosts == 0 || state.Hosts > leaving.Count) return null;
        var gone = leaving.ToHashSet(StringComparer.Ordinal);
        if (state.Hosts != gone.Count(id => state.Participants[id].Role == Role.Host)) return null;
        var heir = state.Participants.Values
            .Where(one => one is { Kind: Kind.Person, IsWaiting: false, Role: not Role.Attendee } && !gone.Contains(one.Id))
            .MinBy(one => (one.IsReconnecting, one.Role, one.Number));
        return heir is null ? null : new RoleChanged(heir.Id, Role.Host, Succession: true);
    }
}
