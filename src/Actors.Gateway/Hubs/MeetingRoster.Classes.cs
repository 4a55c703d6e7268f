using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

// Who is shown which event of the meeting, as the roster stands before it.
internal sealed partial class MeetingRoster
{
    /// <summary>Who sees the event. Asked before it is applied; for older events (resuming) the present roster has to do.</summary>
    public Effect Classify(Event @event) => @event switch
    {
        MeetingCreated => Audiences.Inside,
        // The view of those who wait has all of these too: before they come in they see what the meeting is, and one setting says whether they may write.
        LockChanged or SettingsChanged or MeetingUpdated or PasscodeChanged or OccurrenceFollows or OccurrenceSkipped or OccurrenceMoved => Audiences.All,
        MeetingStarted or MeetingEnded => Audiences.All,
        ParticipantJoined joined => new(SeenBy(joined.Role, joined.Place ?? Ids.Main), [], joined.Participant),
        ParticipantReconnected back => new(SeenBy(back.Participant), [], null),
        ParticipantsDisconnected lost => lost.Participants.Aggregate(Audiences.None, (seen, id) => seen | SeenBy(id)),
        // Who was reconnecting is back.
        SessionReplaced replaced => new(SeenBy(replaced.Participant), [], replaced.Participant),
        ParticipantLeft left => new(SeenBy(left.Participant) | Queued(left.Participant) | Lit(left.Participant), [], left.Participant),
        ParticipantBanned banned => new(Audiences.Moderators, [], banned.Participant),
        ParticipantUnbanned or ParticipantsAssigned or RoomsShuffled => Audiences.Moderators,
        RoleChanged changed => OfRole(changed),
        // Attendees and those who wait are each told of themselves alone.
        AbilitiesLocked locked => new(locked.Participants.Aggregate(Audiences.None, (seen, id) => seen | SeenBy(id)), [], locked.Participants)
        {
            Alone = id => locked with { Participants = [id] },
        },
        HelpRequested asked => new(Audiences.Moderators, [], asked.Participant),
        HelpEnded ended => new(Audiences.Moderators, [], ended.Participant),
        // Those who have raised their hands are known by name.
        ParticipantRenamed renamed => new(SeenBy(renamed.Participant) | Queued(renamed.Participant), [], renamed.Participant),
        AttributesChanged changed => new(SeenBy(changed.Participant), [], changed.Participant),
        AwayChanged changed => new(SeenBy(changed.Participant), [], changed.Participant),
        ParticipantsAdmitted admitted => OfAdmission(admitted.Participants),
        ParticipantPutBack back => OfReturn(back.Participant),
        RoomsOpened or RoomsClosing or RoomsClosed or RoomsExtended or RoomsBroadcast => Audiences.Inside,
        // Which rooms there are is nothing to attendees, who cannot enter one.
        RoomsCreated or RoomAdded or RoomRenamed or RoomDeleted => Audiences.Interactive,
        ParticipantsMoved moved => OfMoves(moved),
        MetadataChanged or TagsChanged or SeriesEnded => Audiences.Inside,
        MeetingExtended or MeetingEndingSoon => Audiences.Inside,
        MeetingCancelled => Audiences.All,
        WaitingMessaged => Audiences.Moderators | Audiences.Waiting,
        CarriedOver or GroupsCarried or RemovalsCarried => Audiences.Moderators,
        HandRaised raised => new(Audiences.Interactive, [], raised.Participant),
        HandLowered lowered => new(Audiences.Interactive, [], lowered.Participant),
        TurnGranted granted => new(Audiences.Interactive, [], granted.Participant),
        _ when Visibility.OfSpace(@event) is { } audiences => audiences,
        NothingChanged or OccurrenceContinued or DirectOpened => Audiences.None,
        _ => throw Visibility.Unknown(@event),
    };

    private Effect OfRole(RoleChanged changed)
    {
        var unlit = changed.Role == Role.Attendee ? Lit(changed.Participant) : Audiences.None;
        if (!_people.TryGetValue(changed.Participant, out var person)) return new(Audiences.Interactive | unlit, [], changed.Participant);
        if (person.IsWaiting) return new(Audiences.Moderators, [], changed.Participant);
        return new(Audiences.Interactive | unlit, person.IsAttendee ? [changed.Participant] : [], changed.Participant);
    }

    // Moderators list everybody who waits, attendees too.
    private Effect OfReturn(string participant)
    {
        var isAttendee = _people.TryGetValue(participant, out var person) && person.IsAttendee;
        return new(SeenBy(participant) | Queued(participant) | Audiences.Moderators | Lit(participant), isAttendee ? [participant] : [], participant);
    }

    private Effect OfMoves(ParticipantsMoved moved)
    {
        var unlit = moved.Moves.RemoveAll(move => move.Place == Ids.Main || !_spotlight.Contains(move.Participant));
        return unlit.IsEmpty ? Audiences.Interactive : new Effect(Audiences.Inside, [], ImmutableArray<string>.Empty) { Brief = new ParticipantsMoved(unlit) };
    }

    private Effect OfAdmission(ImmutableArray<string> admitted)
    {
        var newcomers = admitted.RemoveAll(id => !_people.TryGetValue(id, out var person) || person.IsAttendee);
        return new(newcomers.Length > 0 ? Audiences.Interactive : Audiences.Moderators, newcomers, null);
    }

    // Whom the roster does not know has left since: better an id too many than a reader who keeps somebody who is gone.
    private Audiences SeenBy(string participant) => _people.TryGetValue(participant, out var person) ? person.SeenBy : Audiences.Interactive;

    private static Audiences SeenBy(Role role, string place) =>
        place == Ids.Waiting ? Audiences.Moderators : role == Role.Attendee ? Audiences.None : Audiences.Interactive;

    // Whose hand is up is in everybody's queue, attendees too.
    private Audiences Queued(string participant) => HasRaised(participant) ? Audiences.Interactive : Audiences.None;

    // Attendees know of the spotlight and of nobody in it: whoever drops out of it they are told of.
    private Audiences Lit(string participant) => _spotlight.Contains(participant) ? Audiences.Attendees : Audiences.None;
}
