using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Joining, coming back, losing the connection, leaving. Who comes back within the grace is the same participant: name, role, hand, place
/// and media state are those of the meeting, not of the new token.
/// </summary>
internal static class Admission
{
    /// <summary>The first event is the session's epoch: joined, reconnected or replaced.</summary>
    public static Outcome Join(MeetingState state, Join join, DateTimeOffset now)
    {
        if (Check(join) is { } refusal) return refusal;
        var revoked = state.Revocations.Covers(join.Participant, join.TokenIssuedAt);
        // Revoked is for good, also for the next occurrence, where the gateway would ask next; a ban may have been lifted there since.
        if (state.Status == MeetingStatus.Ended)
            return revoked ? Outcome.Refuse(Refusal.TokenRevoked) : Outcome.Refuse(Refusal.MeetingEnded, state.Cancelled ? "cancelled" : null);
        if (state.Bans.Contains(join.Participant)) return Outcome.Refuse(Refusal.Banned);
        if (revoked) return Outcome.Refuse(Refusal.TokenRevoked);
        // Until it is known whose tokens of that time are revoked; a moment, unless a process dies.
        if (state.AwaitsRemovals && join.TokenIssuedAt <= state.CreatedAt) return Outcome.Refuse(Refusal.Busy, "who was removed before is being told");
        return state.Participants.TryGetValue(join.Participant, out var known) ? Return(state, join, known) : Enter(state, join, now);
    }

    private static Outcome Enter(MeetingState state, Join join, DateTimeOffset now)
    {
        var moderator = Authorisation.IsModerator(join.Role);
        if (!moderator && state.PasscodeHash is { } hash && !Passcodes.Match(hash, join.Passcode)) return Outcome.Refuse(Refusal.WrongPasscode);
        if (!moderator && state.Locked && state.Settings.WaitingRoom != WaitingRoomPolicy.AfterLock) return Outcome.Refuse(Refusal.MeetingLocked);
        var starts = state.Status == MeetingStatus.Created;
        if (starts && !moderator && IsEarly(state, now)) return Outcome.Refuse(Refusal.MeetingNotStarted);
        var held = starts && !moderator && state.Settings.WaitForHost;
        // One place is kept for who is waited for.
        var kept = held ? 1 : 0;
        if (state.Participants.Count >= state.Settings.Capacity - kept) return Outcome.Refuse(Refusal.MeetingFull);
        if (join.Role != Role.Attendee && state.Interactive >= Limits.InteractivePerMeeting - kept)
            return Outcome.Refuse(Refusal.MeetingFull, "view-only attendees still get in");
        var standing = WaitingRoom.StandingOf(join);
        var waits = held || WaitingRoom.Keeps(state, join.Role, standing);
        var events = ImmutableArray.CreateBuilder<Event>();
        events.Add(new ParticipantJoined(
            join.Participant, join.Name, join.Role, join.Kind, join.Session, join.Connection, join.Gateway,
            waits ? Ids.Waiting : null, join.Attributes is { IsEmpty: false } ? join.Attributes : null,
            state.Locks.GetValueOrDefault(join.Participant).With(Locks.Of(join.Locked), locked: true).List,
            held ? standing : null));
        if (starts && !held) events.AddRange(WaitingRoom.Start(state));
        if (!waits && Breakouts.ToAssignedRooms(state, [(join.Participant, join.Role)]) is { } moved) events.Add(moved);
        return Outcome.Of(events.DrainToImmutable());
    }

    private static bool IsEarly(MeetingState state, DateTimeOffset now) =>
        state is { Schedule: { } schedule, Settings.JoinBeforeMinutes: { } minutes } && now < schedule.Start.AddMinutes(-minutes);

    private static Outcome Return(MeetingState state, Join join, Participant known)
    {
        if (known.SessionOf(join.Session) is not null) return Reconnected(join);
        var connected = known.Sessions.Count(session => session.Connected);
        switch (state.Settings.Devices)
        {
            case DevicePolicy.Allow:
                return connected >= Limits.SessionsPerParticipant ? Outcome.Refuse(Refusal.LimitReached, "sessions") : Reconnected(join);
            case DevicePolicy.Reject when connected > 0:
                return Outcome.Refuse(Refusal.AlreadyJoined);
            default:
                if (known.Sessions.IsEmpty) return Reconnected(join);
                return Outcome.Of(known.Sessions.Select(Event (old) =>
                    new SessionReplaced(join.Participant, old.Id, join.Session, join.Connection, join.Gateway)).ToImmutableArray());
        }
    }

    private static Outcome Reconnected(Join join) =>
        Outcome.Of(new ParticipantReconnected(join.Participant, join.Session, join.Connection, join.Gateway));

    /// <summary>Counts only for connections that are still their session's newest (P5).</summary>
    public static Outcome Disconnect(MeetingState state, Disconnect broken)
    {
        if ((Arguments.List(broken.Connections, "connections", Limits.ConnectionsPerDisconnect) ??
             Arguments.Known(broken.Reason, "reason")) is { } refusal) return refusal;
        var counted = broken.Connections
            .Where(one => one is { Participant: not null } && state.Participants.TryGetValue(one.Participant, out var participant)
                && participant.Sessions.Any(session => session.Connected && session.Id == one.Session && session.Connection == one.Id))
            .Distinct()
            .ToImmutableArray();
        if (counted.IsEmpty) return Outcome.Nothing;
        var without = counted.GroupBy(one => one.Participant, StringComparer.Ordinal)
            .Where(lost => lost.Count() == state.Participants[lost.Key].Sessions.Count(session => session.Connected))
            .Select(lost => lost.Key);
        // "Left" is for a device that signs off; a broken connection may come back.
        var reason = broken.Reason == LeaveReason.Left ? LeaveReason.ConnectionLost : broken.Reason;
        return Outcome.Of(new ParticipantsDisconnected(counted, [.. without], reason));
    }

    /// <summary>The participant leaves; where other devices of theirs are connected (device policy "allow"), only this one.</summary>
    public static Outcome Leave(MeetingState state, Sender sender)
    {
        var person = sender.Person!;
        if (person.SessionOf(sender.Session) is { Connected: true } device && person.Sessions.Count(session => session.Connected) > 1)
            return Outcome.Of(new ParticipantsDisconnected([new Connection(person.Id, device.Id, device.Connection)], [], LeaveReason.Left));
        return Out(state, person.Id, LeaveReason.Left);
    }

    /// <summary>Out for good, with the succession where the last host goes.</summary>
    public static Outcome Out(MeetingState state, string participant, LeaveReason reason)
    {
        var left = new ParticipantLeft(participant, reason);
        return Succession.After(state, [participant]) is { } promoted ? Outcome.Of(left, promoted) : Outcome.Of(left);
    }

    private static Outcome? Check(Join join) =>
        Arguments.Id(join.Participant, "participant")
        ?? Arguments.Name(join.Name, "name")
        ?? Arguments.Known(join.Role, "role")
        ?? Arguments.Known(join.Kind, "kind")
        ?? Arguments.Id(join.Session, "session")
        ?? Arguments.Id(join.Connection, "connection")
        ?? Arguments.Id(join.Gateway, "gateway")
        ?? (join.Passcode?.Length > Limits.PasscodeLength ? Outcome.Refuse(Refusal.WrongPasscode) : default(Outcome?))
        ?? Arguments.Map(join.Attributes, "attributes", Limits.AttributesBytes)
        ?? (join.Locked is { } locked ? AbilityLocks.Check(locked, "locked") : null);
}
