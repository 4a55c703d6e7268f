using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// What only a channel has: a name, a posting right and members of its own, all of them the backend's to change. Everything else of it is a
/// thread's (<see cref="ChatThread"/>): its moderators stand where a meeting's co-hosts do.
/// </summary>
internal static class Channels
{
    public static Outcome? Check(Command command) => command switch
    {
        CreateChannel create => Arguments.Name(create.Name, "name") ?? Arguments.Known(create.Posting, "posting"),
        AddMembers add => Members(add.Members),
        RemoveMembers remove => Arguments.IdList(remove.Participants, "participants", Limits.MembersPerCommand),
        ChangeChannel change => (change.Name is null ? null : Arguments.Name(change.Name, "name"))
            ?? (change.Posting is { } posting ? Arguments.Known(posting, "posting") : null),
        RecordInboxesTold => null,
        _ => Outcome.Refuse(Refusal.UnknownType, command.GetType().Name),
    };

    private static Outcome? Members(ImmutableArray<ChannelMember> members)
    {
        if (Arguments.List(members, "members", Limits.MembersPerCommand) is { } refused) return refused;
        for (var i = 0; i < members.Length; i++)
            if (members[i] is null) return Arguments.Invalid(Arguments.Item("members", i), "missing");
        return Arguments.IdList([.. members.Select(member => member.Participant)], "members", Limits.MembersPerCommand);
    }

    public static Outcome Create(ThreadState state, Caller caller, CreateChannel create)
    {
        if (NotBackend(caller) is { } refused) return refused;
        if (state.Version == 0) return Outcome.Of(new ChannelCreated(create.Name, create.Posting));
        return state.IsChannel && state.Name == create.Name && PostingIn(state) == create.Posting ? Outcome.Nothing : Outcome.Refuse(Refusal.ChannelExists);
    }

    public static Outcome Add(ThreadState state, Caller caller, AddMembers add)
    {
        if (Refused(state, caller) is { } refused) return refused;
        ImmutableArray<ChannelMember> changed = [.. add.Members.Where(member => state.ActiveMember(member.Participant)?.Role != RoleOf(member))];
        if (changed.IsEmpty) return Outcome.Nothing;
        return state.Members + changed.Count(member => state.ActiveMember(member.Participant) is null) > Limits.MembersPerChannel
            ? Outcome.Refuse(Refusal.LimitReached, "too many members")
            : Outcome.Of(new MembersAdded(changed));
    }

    public static Outcome Remove(ThreadState state, Caller caller, RemoveMembers remove)
    {
        if (Refused(state, caller) is { } refused) return refused;
        ImmutableArray<string> present = [.. remove.Participants.Where(participant => state.ActiveMember(participant) is not null)];
        return present.IsEmpty ? Outcome.Nothing : Outcome.Of(new MembersRemoved(present));
    }

    public static Outcome Change(ThreadState state, Caller caller, ChangeChannel change)
    {
        if (Refused(state, caller) is { } refused) return refused;
        var changed = new ChannelChanged(
            change.Name == state.Name ? null : change.Name,
            change.Posting == PostingIn(state) ? null : change.Posting,
            change.Closed == state.Closed ? null : change.Closed);
        return changed == new ChannelChanged() ? Outcome.Nothing : Outcome.Of(changed);
    }

    public static Outcome Told(ThreadState state, long through) =>
        state.Untold.Values.Any(number => number <= through) ? Outcome.Of(new InboxesTold(through)) : Outcome.Nothing;

    public static Posting PostingIn(ThreadState state) => state.Policy.MayChat ? Posting.Everyone : Posting.Moderators;

    public static SpacePolicy PolicyOf(Posting posting) => new(MayChat: posting == Posting.Everyone);

    public static Role RoleOf(ChannelMember member) => member.Moderator ? Role.CoHost : Role.Participant;

    /// <summary>A page of the members, in order of their ids.</summary>
    public static ChannelMembersPage Page(ThreadState state, string? after, int limit)
    {
        var members = state.Known
            .Where(known => known.Value.IsActive && (after is null || string.CompareOrdinal(known.Key, after) > 0))
            .OrderBy(known => known.Key, StringComparer.Ordinal)
            .Take(limit + 1)
            .Select(known => new ChannelMember(known.Key, Authorisation.IsModerator(known.Value.Role)))
            .ToList();
        var next = members.Count > limit ? members[limit - 1].Participant : null;
        return new ChannelMembersPage(state.Version, [.. members.Take(limit)], next);
    }

    private static Outcome? Refused(ThreadState state, Caller caller) =>
        NotBackend(caller) ?? (state.IsChannel ? null : Outcome.Refuse(Refusal.InvalidArgument, "only channels have members of their own: a meeting's are in its threads"));

    private static Outcome? NotBackend(Caller caller) =>
        caller.Kind == CallerKind.Backend ? null : Outcome.Refuse(Refusal.NotAllowed, "only backends create and change channels");
}
