using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Who waits, and how they get in. Moderators never wait. Changing the policy leaves those who wait waiting.</summary>
internal static class WaitingRoom
{
    public static Outcome Admit(MeetingState state, AdmitParticipants wanted)
    {
        if (Arguments.IdList(wanted.Participants, "participants", Limits.AdmittedPerEvent) is { } refusal) return refusal;
        return Admitted(state, wanted.Participants.Where(id => state.Participants.GetValueOrDefault(id)?.IsWaiting == true), state.AdmittingThrough);
    }

    public static Outcome AdmitAll(MeetingState state) => Next(state, state.Version);

    /// <summary>The next part of those who waited by event <paramref name="through"/>, in the order in which they came.</summary>
    public static Outcome Next(MeetingState state, long through)
    {
        var waiting = state.Waiting == 0 ? [] : state.Participants.Values
            .Where(one => one.IsWaiting && one.Since <= through)
            .OrderBy(one => one.Since).ThenBy(one => one.Number)
            .Take(Limits.AdmittedPerEvent + 1)
            .Select(one => one.Id)
            .ToArray();
        if (waiting.Length == 0 && state.AdmittingThrough is not null) return Outcome.Of(new ParticipantsAdmitted([]));
        return Admitted(state, waiting.Take(Limits.AdmittedPerEvent), waiting.Length > Limits.AdmittedPerEvent ? through : null);
    }

    private static Outcome Admitted(MeetingState state, IEnumerable<string> waiting, long? through)
    {
        ImmutableArray<string> admitted = [.. waiting];
        if (admitted.IsEmpty) return Outcome.Nothing;
        var happened = new ParticipantsAdmitted(admitted, through);
        return Breakouts.ToAssignedRooms(state, admitted.Select(id => (id, state.Participants[id].Role))) is { } moved
            ? Outcome.Of(happened, moved)
            : Outcome.Of(happened);
    }

    public static Outcome Deny(MeetingState state, DenyParticipant wanted)
    {
        if (Arguments.Id(wanted.Participant, "participant") is { } refusal) return refusal;
        if (!state.Participants.TryGetValue(wanted.Participant, out var target))
            return Outcome.Refuse(Refusal.UnknownParticipant, wanted.Participant);
        return target.IsWaiting
            ? Outcome.Of(new ParticipantLeft(target.Id, LeaveReason.Denied))
            : Outcome.Refuse(Refusal.NotAllowed, "not waiting");
    }

    public static Outcome Message(MeetingState state, MessageWaiting wanted)
    {
        if (Arguments.Text(wanted.Text, "text", Limits.BroadcastBytes) is { } refusal) return refusal;
        return Outcome.Of(new WaitingMessaged(wanted.Text));
    }

    /// <summary>Whether who comes now waits.</summary>
    public static bool Keeps(MeetingState state, Join join) => !Authorisation.IsModerator(join.Role) && state.Settings.WaitingRoom switch
    {
        WaitingRoomPolicy.Everyone => true,
        WaitingRoomPolicy.Guests => join.Guest,
        WaitingRoomPolicy.UnknownTenants => join.Guest || join.Foreign,
        WaitingRoomPolicy.AfterLock => state.Locked,
        _ => false,
    };

    public static Outcome PutBack(MeetingState state, Sender sender, PutBack wanted)
    {
        if (Arguments.Id(wanted.Participant, "participant") is { } refusal) return refusal;
        if (!state.Participants.TryGetValue(wanted.Participant, out var target))
            return Outcome.Refuse(Refusal.UnknownParticipant, wanted.Participant);
        if (target.IsModerator || !sender.MayActOn(target)) return Outcome.Refuse(Refusal.NotAllowed, "moderators do not wait");
        return target.IsWaiting ? Outcome.Nothing : Outcome.Of(new ParticipantPutBack(target.Id));
    }
}
