using System.Collections.Immutable;
using System.Globalization;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>A room or thread that follows the meeting.</summary>
/// <param name="Thread">The chat thread of the place, else the room itself.</param>
/// <param name="Concerned">Number of the last event that it has to know: it is informed once its cursor is not lower.</param>
public readonly record struct Receiver(string Place, bool Thread, long Concerned);

/// <summary>What the meeting tells its rooms and threads. Everything follows from the state, so that it can be told at any time again.</summary>
public static class Rosters
{
    /// <summary>
    /// Everybody who has to be kept informed: the meeting's thread, the waiting room's once somebody has waited, the rooms of the current round with their threads once they were open,
    /// and those deleted since or of the round before, until they know that they are closed. Compare <see cref="Receiver.Concerned"/> with their cursors.
    /// </summary>
    public static IEnumerable<Receiver> Receivers(MeetingState state)
    {
        if (state.Status == MeetingStatus.None) yield break;
        yield return new Receiver(Ids.Main, true, Concerned(state, Ids.Main, thread: true));
        if (state.WaitingConcerned > 0) yield return new Receiver(Ids.Waiting, true, Concerned(state, Ids.Waiting, thread: true));
        foreach (var (room, concerned) in Rooms(state))
        {
            yield return new Receiver(room, false, concerned);
            yield return new Receiver(room, true, concerned);
        }
    }

    private static IEnumerable<(string Id, long Concerned)> Rooms(MeetingState state)
    {
        var rooms = state.Rooms;
        var previous = rooms.Previous.Select(room => (room.Id, rooms.PreviousClosed));
        if (!rooms.Opened) return previous;
        return previous
            .Concat(rooms.Deleted.Select(one => (one.Room.Id, one.Number)))
            .Concat(rooms.List.Select(room => (room.Id, OfCurrent(state, room.Id))));
    }

    /// <summary>Whether receivers may have to hear of it.</summary>
    public static bool Concerns(Event happened) => happened
        is MeetingCreated or MeetingUpdated or MeetingCancelled or MeetingEnded or SettingsChanged or ParticipantJoined or ParticipantLeft or RoleChanged or ParticipantRenamed or AbilitiesLocked
        or ParticipantsAdmitted or ParticipantPutBack or ParticipantsMoved or RoomsOpened or RoomsClosed
        or RoomAdded or RoomRenamed or RoomDeleted;

    /// <summary>
    /// What a receiver with the cursor <paramref name="after"/> has to apply. With every event after its cursor in
    /// <paramref name="tailSinceAfter"/> it lists the present standing of those whom these events touched, else of everybody.
    /// <see cref="RosterUpdate.Through"/> is the last event that concerns the receiver (its cursor where none does): it moves no
    /// cursor in vain. Null where there is no such place, or it was never open.
    /// </summary>
    public static RosterUpdate? Update(MeetingState state, string place, bool thread, long after, IReadOnlyList<Recorded>? tailSinceAfter)
    {
        if (state.Status == MeetingStatus.None) return null;
        if (thread && Ids.IsDirect(place)) return Directs.Update(state, place, after);
        if (place == Ids.Main) return thread ? Of(state, place, true, after, tailSinceAfter, state.Title) : null;
        if (place == Ids.Waiting) return thread && state.WaitingConcerned > 0 ? Of(state, place, true, after, tailSinceAfter, state.Title) : null;
        if (state.Rooms.Opened && state.Rooms.Find(place) is { } room) return Of(state, place, thread, after, tailSinceAfter, room.Name);
        if (state.Rooms.Deleted.FirstOrDefault(one => one.Room.Id == place) is { } deleted) return Of(state, place, thread, after, null, deleted.Room.Name);
        if (state.Rooms.Previous.FirstOrDefault(one => one.Id == place) is { } previous) return Of(state, place, thread, after, null, previous.Name);
        return after > 0 && IsOlder(place, state.Rooms.Round) ? Of(state, place, thread, after, null, name: "") : null;
    }

    /// <summary>What a room's thread is told when it asks about somebody who is not in the room.</summary>
    public static MeetingStanding Standing(MeetingState state, string participant) =>
        new(state.Version, state.Participants.TryGetValue(participant, out var one) && !one.IsWaiting ? AsMember(one) : null);

    private static RosterUpdate Of(MeetingState state, string place, bool thread, long after, IReadOnlyList<Recorded>? tail, string name)
    {
        var through = Math.Max(after, Concerned(state, place, thread));
        var waiting = place == Ids.Waiting;
        // What was said among those who waited is in nobody's inbox: they lose it with their place, and hosts find it in the meeting.
        var (policy, inbox, closed) = (waiting ? WaitingPolicy(state.Settings) : state.Settings.Policy, state.Settings.Inbox && !waiting, IsClosed(state, place));
        RosterUpdate Told(bool full, ImmutableArray<Member> entered, ImmutableArray<string> left) =>
            new(after, through, full, entered, left, policy, closed, name, inbox, Waiting: waiting);
        if (through == after) return Told(full: false, [], []);
        // What touches everybody is told in full: shorter than everybody who might have been touched.
        if (tail is null || tail.Any(one => one.Event is MeetingEnded or MeetingCancelled || (Ids.IsRoom(place) && one.Event is RoomsOpened or RoomsClosed)))
            return Told(full: true, Everybody(state, place), []);
        var touched = tail.SelectMany(one => Touched(one.Event, place)).Distinct(StringComparer.Ordinal).ToArray();
        return Told(
            full: false,
            [.. touched.Where(id => IsMember(state, place, id)).Select(id => AsMember(state.Participants[id]))],
            [.. touched.Where(id => !IsMember(state, place, id))]);
    }

    private static IEnumerable<string> Touched(Event happened, string place) => happened switch
    {
        ParticipantJoined e => [e.Participant],
        ParticipantLeft e => [e.Participant],
        ParticipantPutBack e => [e.Participant],
        RoleChanged e => [e.Participant],
        ParticipantRenamed e => [e.Participant],
        AbilitiesLocked e => e.Participants,
        ParticipantsAdmitted e when !Ids.IsRoom(place) => e.Participants,
        ParticipantsMoved e when Ids.IsRoom(place) => e.Moves.Select(move => move.Participant),
        _ => [],
    };

    private static long Concerned(MeetingState state, string place, bool thread)
    {
        if (place == Ids.Main) return Math.Max(state.AllConcerned, thread ? state.ThreadConcerned : 0);
        if (place == Ids.Waiting) return Math.Max(state.AllConcerned, state.WaitingConcerned);
        if (state.Rooms.Find(place) is not null) return OfCurrent(state, place);
        return state.Rooms.Deleted.FirstOrDefault(one => one.Room.Id == place)?.Number ?? state.Rooms.PreviousClosed;
    }

    // A closed room hears of its new name and of nothing else.
    private static long OfCurrent(MeetingState state, string place)
    {
        var rooms = state.Rooms;
        var own = Math.Max(rooms.Switched, rooms.Concerned.GetValueOrDefault(place));
        return rooms.AreOpen ? Math.Max(state.AllConcerned, own) : own;
    }

    private static bool IsClosed(MeetingState state, string place) =>
        state.Status == MeetingStatus.Ended || (Ids.IsRoom(place) && !(state.Rooms.AreOpen && state.Rooms.Find(place) is not null));

    private static bool IsMember(MeetingState state, string place, string id) =>
        state.Participants.TryGetValue(id, out var one) && Belongs(one, place);

    private static bool Belongs(Participant one, string place) => place switch
    {
        Ids.Main => !one.IsWaiting,
        Ids.Waiting => ReadsWaiting(one),
        _ => one.Place == place,
    };

    /// <summary>Those who wait, and those who may admit them wherever they are.</summary>
    internal static bool ReadsWaiting(Participant? one) => one is not null && (one.IsWaiting || one.IsModerator);

    // Chat that is switched off is so for those who wait too.
    private static SpacePolicy WaitingPolicy(MeetingSettings settings) =>
        settings.Policy with { MayChat = settings.Policy.MayChat && settings.WaitingMayChat };

    private static ImmutableArray<Member> Everybody(MeetingState state, string place) => !Ids.IsRoom(place)
        ? [.. state.InOrder.Where(one => Belongs(one, place)).Select(AsMember)]
        : [.. state.Rooms.Occupants.GetValueOrDefault(place, []).Select(id => state.Participants[id]).OrderBy(one => one.Number).Select(AsMember)];

    private static Member AsMember(Participant one) => new(one.Id, one.Name, one.Role, one.Locked.List);

    // r{round}-{index} of a round before the current one.
    private static bool IsOlder(string place, int current) =>
        place.Split('-') is [['r', .. var round], var index]
        && int.TryParse(round, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number < current
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i is >= 1 and <= Limits.RoomsPerRound
        && place == Ids.Room(number, i);
}
