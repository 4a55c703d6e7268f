using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Who waits, and how they get in. Moderators never wait. Changing the policy leaves those who wait waiting; those who wait for the start are asked about when
/// it comes.
/// </summary>
internal static class WaitingRoom
{
    public static Outcome Admit(MeetingState state, AdmitParticipants wanted)
    {
        if (Arguments.IdList(wanted.Participants, "participants", Limits.AdmittedPerEvent) is { } refusal) return refusal;
        return Admitted(state, wanted.Participants.Where(id => state.Participants.GetValueOrDefault(id)?.IsWaiting == true), state.AdmittingThrough, state.AdmittingHeld);
    }

    public static Outcome AdmitAll(MeetingState state) => Next(state, state.Version, held: false);

    /// <summary>The next part of those who waited by event <paramref name="through"/>, in the order in which they came.</summary>
    /// <param name="held">Only of those who waited for the start and for nothing else.</param>
    public static Outcome Next(MeetingState state, long through, bool held)
    {
        var waiting = Waiting(state, through, held).Take(Limits.AdmittedPerEvent + 1).ToArray();
        if (waiting.Length == 0 && state.AdmittingThrough is not null) return Outcome.Of(new ParticipantsAdmitted([]));
        return Admitted(state, waiting.Take(Limits.AdmittedPerEvent), waiting.Length > Limits.AdmittedPerEvent ? through : null, held);
    }

    /// <summary>The start, with which those get in who waited for nothing else; the rest of more than one event holds follows by itself.</summary>
    /// <param name="promoted">Waits too, and gets in as a moderator.</param>
    public static ImmutableArray<Event> Start(MeetingState state, string? promoted = null)
    {
        var waiting = Waiting(state, state.Version, held: true).Where(id => id != promoted).Prepend(promoted).OfType<string>().Take(Limits.AdmittedPerEvent + 1).ToArray();
        if (waiting.Length == 0) return [new MeetingStarted()];
        return [new MeetingStarted(), Part([.. waiting.Take(Limits.AdmittedPerEvent)], waiting.Length > Limits.AdmittedPerEvent ? state.Version : null, held: true)];
    }

    private static IEnumerable<string> Waiting(MeetingState state, long through, bool held) => state.Waiting == 0 ? [] : state.Participants.Values
        .Where(one => one.IsWaiting && one.Since <= through && (!held || (one.Held is { } standing && !Keeps(state, one.Role, standing))))
        .OrderBy(one => one.Since).ThenBy(one => one.Number)
        .Select(one => one.Id);

    private static ParticipantsAdmitted Part(ImmutableArray<string> admitted, long? through, bool held) =>
        new(admitted, through, held && through is not null ? true : null);

    private static Outcome Admitted(MeetingState state, IEnumerable<string> waiting, long? through, bool held)
    {
        ImmutableArray<string> admitted = [.. waiting];
        if (admitted.IsEmpty) return Outcome.Nothing;
        if (state.Status == MeetingStatus.Created) return Outcome.Refuse(Refusal.MeetingNotStarted);
        var happened = Part(admitted, through, held);
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

    public static Standing StandingOf(Join join) => join.Guest ? Standing.Guest : join.Foreign ? Standing.Foreign : Standing.Own;

    /// <summary>Whether who comes now waits until somebody admits them.</summary>
    public static bool Keeps(MeetingState state, Role role, Standing standing) => !Authorisation.IsModerator(role) && state.Settings.WaitingRoom switch
    {
        WaitingRoomPolicy.Everyone => true,
        WaitingRoomPolicy.Guests => standing == Standing.Guest,
        WaitingRoomPolicy.UnknownTenants => standing != Standing.Own,
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
