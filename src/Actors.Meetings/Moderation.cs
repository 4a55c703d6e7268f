using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Removing, banning, roles, names, who is away.</summary>
internal static class Moderation
{
    public static Outcome Remove(MeetingState state, Sender sender, RemoveParticipant wanted)
    {
        if (Target(state, sender, wanted.Participant, out _) is { } refusal) return refusal;
        return state.Revocations.Count >= Limits.RevocationsPerMeeting
            ? Outcome.Refuse(Refusal.LimitReached, "removals")
            : Admission.Out(state, wanted.Participant, LeaveReason.Removed);
    }

    public static Outcome Ban(MeetingState state, Sender sender, BanParticipant wanted)
    {
        if (Arguments.Id(wanted.Participant, "participant") is { } refusal) return refusal;
        if (state.Bans.Contains(wanted.Participant)) return Outcome.Nothing;
        if (sender.Person?.Id == wanted.Participant) return Outcome.Refuse(Refusal.NotAllowed, "oneself");
        var present = state.Participants.GetValueOrDefault(wanted.Participant);
        if (present is not null && !sender.MayActOn(present)) return Outcome.Refuse(Refusal.NotAllowed, "a host");
        if (state.Bans.Count >= Limits.BansPerMeeting) return Outcome.Refuse(Refusal.LimitReached, "bans");
        var banned = new ParticipantBanned(wanted.Participant);
        return present is null
            ? Outcome.Of(banned)
            : Outcome.Of(Admission.Out(state, wanted.Participant, LeaveReason.Banned).Events.Insert(0, banned));
    }

    public static Outcome Unban(MeetingState state, UnbanParticipant wanted)
    {
        if (Arguments.Id(wanted.Participant, "participant") is { } refusal) return refusal;
        return state.Bans.Contains(wanted.Participant) ? Outcome.Of(new ParticipantUnbanned(wanted.Participant)) : Outcome.Nothing;
    }

    public static Outcome ChangeRole(MeetingState state, Sender sender, ChangeRole wanted)
    {
        if (Arguments.Known(wanted.Role, "role") is { } invalid) return invalid;
        if (Target(state, sender, wanted.Participant, out var target) is { } refusal) return refusal;
        if (target.Role == wanted.Role) return Outcome.Nothing;
        if (sender.Person is { Role: not Role.Host } && Authorisation.IsModerator(wanted.Role))
            return Outcome.Refuse(Refusal.NotAllowed, "only a host makes moderators");
        if (!sender.IsBackend && target.Role == Role.Host && state.Hosts == 1) return Outcome.Refuse(Refusal.NotAllowed, "the last host");
        if (target.Role == Role.Attendee && state.Interactive >= Limits.InteractivePerMeeting)
            return Outcome.Refuse(Refusal.LimitReached, "interactive participants");
        var events = ImmutableArray.CreateBuilder<Event>(3);
        // View-only attendees are in the main room or wait.
        if (wanted.Role == Role.Attendee && Ids.IsRoom(target.Place)) events.Add(new ParticipantsMoved([new Move(target.Id, Ids.Main)]));
        events.Add(new RoleChanged(target.Id, wanted.Role));
        if (target.IsWaiting && Authorisation.IsModerator(wanted.Role) && state.Status == MeetingStatus.Created)
        {
            events.AddRange(WaitingRoom.Start(state, target.Id));
        }
        else if (target.IsWaiting && Authorisation.IsModerator(wanted.Role))
        {
            events.Add(new ParticipantsAdmitted([target.Id], state.AdmittingThrough, state.AdmittingHeld ? true : null));
            if (Breakouts.ToAssignedRooms(state, [(target.Id, wanted.Role)]) is { } moved) events.Add(moved);
        }
        return Outcome.Of(events.DrainToImmutable());
    }

    public static Outcome Rename(MeetingState state, Sender sender, RenameParticipant wanted)
    {
        if (Arguments.Name(wanted.Name, "name") is { } invalid) return invalid;
        if (Target(state, sender, wanted.Participant ?? sender.Person?.Id!, out var target) is { } refusal) return refusal;
        if (sender.Person is { IsModerator: false } person)
        {
            if (target.Id != person.Id) return Outcome.Refuse(Refusal.NotAllowed, "somebody else");
            if (!state.Settings.Policy.MayRename) return Outcome.Refuse(Refusal.NotAllowed, "renaming is switched off");
        }
        return target.Name == wanted.Name ? Outcome.Nothing : Outcome.Of(new ParticipantRenamed(target.Id, wanted.Name));
    }

    public static Outcome Away(Sender sender, SetAway wanted)
    {
        var person = sender.Person!;
        return person.Away == wanted.Away ? Outcome.Nothing : Outcome.Of(new AwayChanged(person.Id, wanted.Away));
    }

    internal static Outcome? Target(MeetingState state, Sender sender, string participant, out Participant target)
    {
        target = null!;
        if (Arguments.Id(participant, "participant") is { } refusal) return refusal;
        if (!state.Participants.TryGetValue(participant, out target!)) return Outcome.Refuse(Refusal.UnknownParticipant, participant);
        return sender.MayActOn(target) ? null : Outcome.Refuse(Refusal.NotAllowed, "a host");
    }
}
