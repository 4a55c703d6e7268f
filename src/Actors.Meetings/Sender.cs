using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Who sends a command: a participant who is in, by a session that still counts, or the backend (<see cref="Person"/> null).</summary>
internal readonly record struct Sender(Participant? Person, string Session)
{
    public bool IsBackend => Person is null;

    /// <summary>The refusal of one who may not send this command; null where they may.</summary>
    public static Outcome? Of(MeetingState state, Request request, out Sender sender)
    {
        sender = new Sender(null, request.Id.Source);
        var (caller, command) = (request.Caller, request.Command);
        if (caller.Kind == CallerKind.Participant)
        {
            if (caller.Id is null || !state.Participants.TryGetValue(caller.Id, out var person)) return Outcome.Refuse(Refusal.NotJoined);
            if (!request.Id.IsKey && person.SessionOf(request.Id.Source) is null) return Outcome.Refuse(Refusal.SessionReplaced);
            if (person.IsWaiting && command is not Leave) return Outcome.Refuse(Refusal.Waiting);
            sender = sender with { Person = person };
        }
        return Authorisation.Allows(command, caller.Kind, sender.Person?.Role) ? null : Outcome.Refuse(Refusal.NotAllowed);
    }

    /// <summary>Hosts are acted upon by hosts and the backend only.</summary>
    public bool MayActOn(Participant target) => Person is null || Person.Role == Role.Host || target.Role != Role.Host;
}
