using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>A breakout room decides media and hands; who is in it and what they may do, the meeting tells it.</summary>
public static class BreakoutRoom
{
    /// <summary>Members entered or left per event: 256-character names in every script still fit one append.</summary>
    public const int MembersPerEvent = 200;

    /// <param name="ballot">The sealed vote, where <see cref="Polls.ToSeal"/> asks for one.</param>
    public static Outcome Decide(RoomState state, Request request, DateTimeOffset now, string? ballot = null)
    {
        if (state.Version == 0) return Outcome.Refuse(Refusal.UnknownRoom);
        if (now < state.LastTime) now = state.LastTime;
        if (request is { Caller.Kind: CallerKind.System, Command: Tick }) return state.Due <= now ? Outcome.Of(new TimerEnded()) : Outcome.Nothing;
        if (request.Caller.Kind == CallerKind.System) return Polls.Record(state.Space.Polls, request.Command) ?? Outcome.Refuse(Refusal.NotAllowed);
        if (request.Command is not SpaceCommand command) return Outcome.Refuse(Refusal.UnknownType, "not a room's");
        return state.Closed ? Outcome.Refuse(Refusal.RoomClosed) : Space.Decide(state.Space, request.Caller, command, now, ballot);
    }

    /// <summary>
    /// What to log of an update; null where there is nothing (more): the update is not newer than the cursor, or it is a delta
    /// from beyond the cursor, so that a full one is needed. Large updates come in parts: ask again with the new state until null;
    /// the cursor moves with the last part.
    /// </summary>
    public static Outcome? Apply(RoomState state, RosterUpdate update)
    {
        if (update.Through <= state.Cursor || (!update.Full && update.After > state.Cursor)) return null;
        var members = state.Space.Members;
        ImmutableArray<Member> wanted = update.Closed ? [] : update.Entered;
        var entered = wanted.Where(one => members.GetValueOrDefault(one.Participant) is not { } known
            || known.Name != one.Name || known.Role != one.Role || known.Locked != Locks.Of(one.Locked)).ToArray();
        var left = Leavers(members, update, wanted);
        var part = entered.Length > MembersPerEvent || left.Length > MembersPerEvent;
        return Outcome.Of(new RosterChanged(
            part ? state.Cursor : update.Through,
            [.. entered.Take(MembersPerEvent)],
            [.. left.Take(MembersPerEvent)],
            state.Version == 0 || update.Policy != state.Space.Policy ? update.Policy : null,
            state.Version == 0 || update.Closed != state.Closed ? update.Closed : null,
            update.Name.Length > 0 && update.Name != state.Name ? update.Name : null));
    }

    private static string[] Leavers(ImmutableDictionary<string, SpaceMember> members, RosterUpdate update, ImmutableArray<Member> wanted)
    {
        if (!update.Full && !update.Closed) return [.. update.Left.Where(members.ContainsKey)];
        var stay = wanted.Select(one => one.Participant).ToHashSet(StringComparer.Ordinal);
        return [.. members.Keys.Where(id => !stay.Contains(id)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Null where the room was never opened.</summary>
    public static RoomView? View(RoomState state, Audience audience = Audience.Members)
    {
        if (state.Version == 0) return null;
        ImmutableArray<string> hands = [.. state.Space.Queue];
        return new RoomView(
            state.Version,
            state.Name,
            state.Closed,
            state.Space.Policy,
            [.. state.Space.Members.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new ParticipantView(
                one.Key,
                one.Value.Name,
                one.Value.Role == Role.Participant ? null : one.Value.Role,
                Microphone: one.Value.Microphone,
                Camera: one.Value.Camera,
                Share: one.Value.Share,
                Locked: one.Value.Locked.List,
                Turns: state.Space.Turns.GetValueOrDefault(one.Key)))],
            hands,
            Polls.View(state.Space.Polls, audience == Audience.Moderators),
            state.Space.Spotlight.IsEmpty ? null : state.Space.Spotlight,
            state.Space.Timer,
            MeetingViews.Raised(state.Space, hands));
    }
}
