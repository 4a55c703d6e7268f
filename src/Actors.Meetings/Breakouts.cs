using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Breakout rooms. A round is created, assigned, opened, closed, and can be opened again with the same rooms until the next is created.
/// View-only attendees stay in the main room. Who is assigned and joins (or is admitted) while the rooms are open goes straight
/// to their room; once they are closing, to the main room.
/// </summary>
internal static class Breakouts
{
    public static Outcome Create(MeetingState state, CreateRooms wanted)
    {
        if (Arguments.List(wanted.Names, "names", Limits.RoomsPerMeeting) is { } refusal) return refusal;
        if (wanted.Names.IsEmpty) return Arguments.Invalid("names", "at least one");
        for (var i = 0; i < wanted.Names.Length; i++)
            if (Arguments.Name(wanted.Names[i], Arguments.Item("names", i)) is { } bad) return bad;
        if (Groups(wanted) is { } wrong) return wrong;
        if (state.Rooms.AreOpen) return Outcome.Refuse(Refusal.RoomsOpen);
        if (state.Rooms.Round >= Limits.RoundsPerMeeting) return Outcome.Refuse(Refusal.LimitReached, "rounds");
        var round = state.Rooms.Round + 1;
        var created = new RoomsCreated(
            round, [.. wanted.Names.Select((name, i) => new Room(Ids.Room(round, i + 1), name))], wanted.SelfSelect == true ? true : null);
        ImmutableArray<Assignment> assigned =
            [.. (wanted.Groups ?? []).SelectMany((group, i) => group.Select(id => new Assignment(id, Ids.Room(round, i + 1))))];
        return assigned.IsEmpty ? Outcome.Of(created) : Outcome.Of(created, new ParticipantsAssigned(assigned));
    }

    private static Outcome? Groups(CreateRooms wanted)
    {
        if (wanted.Groups is not { } groups) return null;
        if (Arguments.List(groups, "groups", wanted.Names.Length) is { } refusal) return refusal;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < groups.Length; i++)
        {
            var field = Arguments.Item("groups", i);
            if (Arguments.IdList(groups[i], field, Limits.AssignmentsPerCommand) is { } bad) return bad;
            foreach (var id in groups[i])
                if (!seen.Add(id)) return Arguments.Invalid(field, $"{id} is in two groups");
        }
        return seen.Count > Limits.AssignmentsPerCommand ? Arguments.TooLarge("groups", $"{Limits.AssignmentsPerCommand} people at most") : null;
    }

    public static Outcome Assign(MeetingState state, AssignRooms wanted)
    {
        if (Arguments.List(wanted.Assignments, "assignments", Limits.AssignmentsPerCommand) is { } refusal) return refusal;
        var fresh = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < wanted.Assignments.Length; i++)
        {
            var (one, field) = (wanted.Assignments[i], Arguments.Item("assignments", i));
            if (one is null) return Arguments.Invalid(field, "missing");
            if (Arguments.Id(one.Participant, field + ".participant") is { } bad) return bad;
            if (!seen.Add(one.Participant)) return Arguments.Invalid(field + ".participant", "named twice");
            if (one.Room is null || state.Rooms.Find(one.Room) is null) return Outcome.Refuse(Refusal.UnknownRoom, field);
            if (!state.Rooms.Assignments.ContainsKey(one.Participant)) fresh++;
        }
        if (state.Rooms.AreOpen) return Outcome.Refuse(Refusal.RoomsOpen);
        return Assigned(state, fresh, [.. wanted.Assignments.Where(one => state.Rooms.Assignments.GetValueOrDefault(one.Participant) != one.Room)]);
    }

    public static Outcome Open(MeetingState state, OpenRooms wanted, DateTimeOffset now)
    {
        if (Arguments.Range(wanted.Seconds, "seconds", 1, (int)Limits.RoomsDurationMax.TotalSeconds) is { } refusal) return refusal;
        if (state.Rooms.AreOpen) return Outcome.Refuse(Refusal.RoomsOpen);
        if (state.Rooms.Status == RoomsStatus.None) return Outcome.Refuse(Refusal.UnknownRoom, "no rooms were created");
        if (state.Status != MeetingStatus.Live) return Outcome.Refuse(Refusal.MeetingNotStarted);
        var opened = new RoomsOpened(state.Rooms.Round, wanted.Seconds is { } seconds ? now.AddSeconds(seconds) : null);
        var people = state.InOrder.Where(one => one.Place == Ids.Main).Select(one => (one.Id, one.Role));
        return Moves(state, people) is { IsEmpty: false } moves ? Outcome.Of(opened, new ParticipantsMoved(moves)) : Outcome.Of(opened);
    }

    public static Outcome Move(MeetingState state, Sender sender, MoveParticipants wanted)
    {
        if (Arguments.List(wanted.Moves, "moves", Limits.InteractivePerMeeting) is { } refusal) return refusal;
        if (!state.Rooms.AreOpen) return Outcome.Refuse(Refusal.RoomsNotOpen);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < wanted.Moves.Length; i++)
        {
            var (one, field) = (wanted.Moves[i], Arguments.Item("moves", i));
            if (one is null) return Arguments.Invalid(field, "missing");
            if (Arguments.Id(one.Participant, field + ".participant") is { } bad) return bad;
            if (!seen.Add(one.Participant)) return Arguments.Invalid(field + ".participant", "named twice");
            if (one.Place is null || (one.Place != Ids.Main && state.Rooms.Find(one.Place) is null))
                return Outcome.Refuse(Refusal.UnknownRoom, field);
            if (!state.Participants.TryGetValue(one.Participant, out var target)) return Outcome.Refuse(Refusal.UnknownParticipant, one.Participant);
            if (target.IsWaiting || target.Role == Role.Attendee) return Outcome.Refuse(Refusal.NotAllowed, $"{field}: waiting or view-only");
            if (!sender.MayActOn(target)) return Outcome.Refuse(Refusal.NotAllowed, $"{field}: a host");
        }
        ImmutableArray<Move> moves = [.. wanted.Moves.Where(one => state.Participants[one.Participant].Place != one.Place)];
        if (moves.IsEmpty) return Outcome.Nothing;
        var fresh = moves.Count(one => Ids.IsRoom(one.Place) && !state.Rooms.Assignments.ContainsKey(one.Participant));
        return TooMany(state, fresh) ?? Outcome.Of(new ParticipantsMoved(moves));
    }

    /// <summary>A moderator's visit changes no assignment: closed and opened again, the rooms have the same groups as before.</summary>
    public static Outcome Choose(MeetingState state, Sender sender, ChooseRoom wanted)
    {
        if (Arguments.Id(wanted.Place, "place") is { } refusal) return refusal;
        if (!state.Rooms.AreOpen) return Outcome.Refuse(Refusal.RoomsNotOpen);
        var person = sender.Person!;
        if (!person.IsModerator && !state.Rooms.SelfSelect) return Outcome.Refuse(Refusal.NotAllowed, "rooms are not chosen by oneself");
        if (wanted.Place != Ids.Main && state.Rooms.Find(wanted.Place) is null) return Outcome.Refuse(Refusal.UnknownRoom, wanted.Place);
        if (person.Place == wanted.Place) return Outcome.Nothing;
        ImmutableArray<Move> moves = [new Move(person.Id, wanted.Place)];
        if (person.IsModerator) return Outcome.Of(new ParticipantsMoved(moves, Visit: true));
        var fresh = wanted.Place != Ids.Main && !state.Rooms.Assignments.ContainsKey(person.Id) ? 1 : 0;
        return TooMany(state, fresh) ?? Outcome.Of(new ParticipantsMoved(moves));
    }

    public static Outcome Broadcast(MeetingState state, BroadcastToRooms wanted)
    {
        if (Arguments.Text(wanted.Text, "text", Limits.BroadcastBytes) is { } refusal) return refusal;
        return state.Rooms.AreOpen ? Outcome.Of(new RoomsBroadcast(wanted.Text)) : Outcome.Refuse(Refusal.RoomsNotOpen);
    }

    /// <summary>A countdown never prolongs rooms that would close earlier by themselves; a second one replaces the first.</summary>
    public static Outcome Close(MeetingState state, CloseRooms wanted, DateTimeOffset now)
    {
        var longest = (int)Limits.RoomsCountdownMax.TotalSeconds;
        if (Arguments.Range(wanted.CountdownSeconds, "countdownSeconds", 0, longest) is { } refusal) return refusal;
        if (!state.Rooms.AreOpen) return Outcome.Refuse(Refusal.RoomsNotOpen);
        if (wanted.CountdownSeconds == 0) return Outcome.Of(new RoomsClosed(state.Rooms.Round));
        var at = now.AddSeconds(wanted.CountdownSeconds ?? Limits.RoomsCountdown.TotalSeconds);
        if (state.Rooms is { Status: RoomsStatus.Open, ClosesAt: { } ends } && ends < at) at = ends;
        return state.Rooms.Status == RoomsStatus.Closing && state.Rooms.ClosesAt == at ? Outcome.Nothing : Outcome.Of(new RoomsClosing(at));
    }

    /// <summary>The moves of people who come into the main room while the rooms are open; null where none is assigned.</summary>
    public static ParticipantsMoved? ToAssignedRooms(MeetingState state, IEnumerable<(string Id, Role Role)> people) =>
        state.Rooms.Status == RoomsStatus.Open && Moves(state, people) is { IsEmpty: false } moves ? new ParticipantsMoved(moves) : null;

    private static ImmutableArray<Move> Moves(MeetingState state, IEnumerable<(string Id, Role Role)> people) =>
        [.. people
            .Where(one => one.Role != Role.Attendee && state.Rooms.Assignments.ContainsKey(one.Id))
            .Select(one => new Move(one.Id, state.Rooms.Assignments[one.Id]))];

    internal static Outcome Assigned(MeetingState state, int fresh, ImmutableArray<Assignment> assignments) =>
        TooMany(state, fresh) ?? (assignments.IsEmpty ? Outcome.Nothing : Outcome.Of(new ParticipantsAssigned(assignments)));

    private static Outcome? TooMany(MeetingState state, int fresh) =>
        state.Rooms.Assignments.Count + fresh > Limits.ParticipantsPerMeeting ? Outcome.Refuse(Refusal.LimitReached, "assignments") : null;
}
