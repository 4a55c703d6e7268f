using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

public sealed partial record MeetingState
{
    public MeetingState Evolve(Recorded recorded)
    {
        if (recorded.Number != Version + 1) throw Broken($"event {recorded.Number} after {Version}");
        if (recorded.At < LastTime) throw Broken($"event {recorded.Number} is earlier than its predecessor");
        var next = this with
        {
            Version = recorded.Number,
            LastTime = recorded.At,
            Memory = Memory.Record(recorded.By, recorded.Command, recorded.Number, recorded.At),
            Revocations = Revocations.Forget(recorded.At),
        };
        return next.Apply(recorded.Event).Watch(before: this);
    }

    // Version and LastTime are already those of the event.
    private MeetingState Apply(Event happened) => happened switch
    {
        MeetingCreated e when Status == MeetingStatus.None => Create(e),
        _ when Status is MeetingStatus.None => throw Broken($"{happened.GetType().Name} before the creation"),
        MeetingStarted => StartNow(),
        MeetingEnded => End(),
        SettingsChanged e => Change(e.Settings),
        LockChanged e => this with { Locked = e.Locked },
        ParticipantJoined e => Join(e),
        ParticipantReconnected e => Put(e.Participant, Known(e.Participant).Connect(e.Session, e.Connection, e.Gateway, Version)),
        SessionReplaced e => Replace(e),
        ParticipantsDisconnected e => Disconnect(e),
        ParticipantLeft e => Leave(e),
        ParticipantBanned e => this with { Bans = Bans.Add(e.Participant), Rooms = Rooms.Unassign(e.Participant) },
        ParticipantUnbanned e => this with { Bans = Bans.Remove(e.Participant) },
        RoleChanged e => Put(e.Participant, Known(e.Participant) with { Role = e.Role }),
        ParticipantRenamed e => Put(e.Participant, Known(e.Participant) with { Name = e.Name }),
        AttributesChanged e => Put(e.Participant, Known(e.Participant).Change(e)),
        AwayChanged e => Put(e.Participant, Known(e.Participant) with { Away = e.Away }),
        AbilitiesLocked e => Lock(e),
        DirectOpened e => this with { Directs = Directs.Open(e.Participant, e.With) },
        ParticipantsAdmitted e => Place(e.Participants.Select(id => new Move(id, Ids.Main))) with { AdmittingThrough = e.Through, AdmittingHeld = e.Held == true },
        ParticipantPutBack e => Place([new Move(e.Participant, Ids.Waiting)]),
        RoomsCreated e => this with { Rooms = Rooms.Create(e) },
        ParticipantsAssigned e => this with { Rooms = Rooms.Assign(e.Assignments) },
        RoomsOpened e => this with { Rooms = Rooms.Open(e.ClosesAt, Version) },
        ParticipantsMoved e => e.Visit == true ? Place(e.Moves) : Place(e.Moves).Follow(e.Moves),
        RoomsBroadcast => this,
        RoomsClosing e => this with { Rooms = Rooms with { Status = RoomsStatus.Closing, ClosesAt = e.ClosesAt } },
        RoomsClosed => CloseRooms(),
        RoomAdded e => this with { Rooms = Rooms.Add(e.Room) },
        RoomRenamed e => this with { Rooms = Rooms.Rename(e.Room, e.Name, Version) },
        RoomDeleted e => DeleteRoom(e.Room),
        HelpRequested e => Put(e.Participant, Known(e.Participant) with { Help = Version }),
        HelpEnded e => Put(e.Participant, Known(e.Participant) with { Help = null }),
        RoomsShuffled e => this with { Rooms = Rooms.Shuffle(e.Rooms) },
        RoomsExtended e => this with { Rooms = Rooms with { Status = RoomsStatus.Open, ClosesAt = e.ClosesAt } },
        NothingChanged => this,
        _ when EvolveLifecycle(happened) is { } next => next,
        _ when Main.Evolve(happened, Version) is { } main => this with { Main = main },
        _ => throw Broken($"{happened.GetType().Name} is no event of a meeting"),
    };

    private MeetingState Change(MeetingSettings settings)
    {
        var next = this with { Settings = settings, Main = Main with { Policy = settings.Policy } };
        if (settings.TimeLimitMinutes != Settings.TimeLimitMinutes) next = next.LimitBySettings();
        if (settings.WaitingMayChat != Settings.WaitingMayChat) next = next.ConcernWaiting(begins: false);
        return settings.Policy != Settings.Policy || settings.Inbox != Settings.Inbox ? next with { AllConcerned = Version } : next;
    }

    private MeetingState Join(ParticipantJoined e) =>
        Participants.ContainsKey(e.Participant)
            ? throw Broken($"{e.Participant} joined twice")
            : Put(e.Participant, new Participant(
                e.Participant, e.Name, e.Role, e.Kind, Version, e.Place ?? Ids.Main, Version,
                [new Session(e.Session, e.Connection, e.Gateway, Version)], GraceUntil: null, e.Attributes,
                Locks.GetValueOrDefault(e.Participant).With(Meetings.Locks.Of(e.Locked), locked: true), Held: e.Held));

    private MeetingState Lock(AbilitiesLocked e)
    {
        var (next, change) = (e.Carried is { } part ? this with { CarriedParts = part + 1 } : this, Meetings.Locks.Of(e.Abilities));
        foreach (var id in e.Participants)
        {
            var locked = next.Locks.GetValueOrDefault(id).With(change, e.Locked);
            next = next with { Locks = locked.IsEmpty ? next.Locks.Remove(id) : next.Locks.SetItem(id, locked) };
            if (next.Participants.TryGetValue(id, out var present)) next = next.Put(id, present with { Locked = present.Locked.With(change, e.Locked) });
        }
        return next;
    }

    private MeetingState Replace(SessionReplaced e)
    {
        var participant = Known(e.Participant).Forget(e.Old);
        // One device may replace several: what it is stays from the first of these events.
        return participant.SessionOf(e.Session) is { Connected: true } already && already.Connection == e.Connection
            ? Put(e.Participant, participant with { GraceUntil = null })
            : Put(e.Participant, participant.Connect(e.Session, e.Connection, e.Gateway, Version));
    }

    private MeetingState Disconnect(ParticipantsDisconnected e)
    {
        var next = this;
        foreach (var connection in e.Connections)
        {
            var broken = next.Known(connection.Participant).Break(connection.Session, forGood: e.Reason == LeaveReason.Left);
            next = next.Put(connection.Participant, broken);
        }
        foreach (var id in e.Participants)
            next = next.Put(id, next.Known(id) with { GraceUntil = LastTime + Limits.ReconnectGrace });
        return next;
    }

    private MeetingState Leave(ParticipantLeft e)
    {
        _ = Known(e.Participant);
        var next = Put(e.Participant, null);
        return e.Reason == LeaveReason.Removed ? next with { Revocations = Revocations.Add(e.Participant, LastTime) } : next;
    }

    private MeetingState Place(IEnumerable<Move> moves)
    {
        var next = this;
        foreach (var move in moves)
            next = next.Put(move.Participant, next.Known(move.Participant) with { Place = move.Place, Since = Version, Help = null, Held = null });
        return next;
    }

    // Who leaves and comes back finds the room to which they were moved last, or the main room.
    private MeetingState Follow(ImmutableArray<Move> moves)
    {
        var assignments = Rooms.Assignments.ToBuilder();
        foreach (var move in moves)
            if (Ids.IsRoom(move.Place)) assignments[move.Participant] = move.Place;
            else assignments.Remove(move.Participant);
        return this with { Rooms = Rooms with { Assignments = assignments.ToImmutable() } };
    }

    private MeetingState CloseRooms()
    {
        var home = Rooms.Occupants.Values.SelectMany(room => room).Select(id => new Move(id, Ids.Main)).ToArray();
        var next = Place(home);
        return next with { Rooms = next.Rooms.Close(RoomsStatus.Created, Version) };
    }

    private MeetingState DeleteRoom(string room)
    {
        var next = Place(Rooms.Occupants.GetValueOrDefault(room, []).Select(id => new Move(id, Ids.Main)));
        return next with { Rooms = next.Rooms.Delete(room, Version) };
    }

    private MeetingState End() => this with
    {
        Status = MeetingStatus.Ended,
        EndedAt = LastTime,
        Participants = Empty.Participants,
        Expiries = Empty.Expiries,
        Main = Main.Clear(),
        Rooms = Rooms.Close(RoomsStatus.None, Version),
        AdmittingThrough = null,
        AdmittingHeld = false,
        Hosts = 0,
        Attendees = 0,
        Waiting = 0,
        AllConcerned = Version,
        Listed = Version,
    };

    private Participant Known(string id) =>
        Participants.TryGetValue(id, out var participant) ? participant : throw Broken($"{id} is not in the meeting");

    private static InvalidOperationException Broken(string why) => new($"The meeting's log is broken: {why}.");
}
