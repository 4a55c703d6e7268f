using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Changes to the rooms of the current round, open or not. A room's id is given once: whoever heard of it, its stream and its thread included, never meets
/// another room under it.
/// </summary>
internal static class RoomChanges
{
    public static Outcome Add(MeetingState state, AddRoom wanted)
    {
        if (Arguments.Name(wanted.Name, "name") is { } refusal) return refusal;
        var rooms = state.Rooms;
        if (rooms.Status == RoomsStatus.None) return Outcome.Refuse(Refusal.UnknownRoom, "no rooms were created");
        if (rooms.List.Length >= Limits.RoomsPerMeeting) return Outcome.Refuse(Refusal.LimitReached, "rooms");
        if (rooms.Made >= Limits.RoomsPerRound) return Outcome.Refuse(Refusal.LimitReached, "rooms of one round");
        return Outcome.Of(new RoomAdded(new Room(Ids.Room(rooms.Round, rooms.Made + 1), wanted.Name)));
    }

    public static Outcome Rename(MeetingState state, RenameRoom wanted)
    {
        if (Arguments.Id(wanted.Room, "room") is { } refusal) return refusal;
        if (Arguments.Name(wanted.Name, "name") is { } invalid) return invalid;
        if (state.Rooms.Find(wanted.Room) is not { } room) return Outcome.Refuse(Refusal.UnknownRoom, wanted.Room);
        return room.Name == wanted.Name ? Outcome.Nothing : Outcome.Of(new RoomRenamed(room.Id, wanted.Name));
    }

    public static Outcome Delete(MeetingState state, DeleteRoom wanted)
    {
        if (Arguments.Id(wanted.Room, "room") is { } refusal) return refusal;
        if (state.Rooms.Find(wanted.Room) is not { } room) return Outcome.Refuse(Refusal.UnknownRoom, wanted.Room);
        return state.Rooms.List.Length == 1
            ? Outcome.Refuse(Refusal.NotAllowed, "the last room: close the rooms")
            : Outcome.Of(new RoomDeleted(room.Id));
    }

    public static Outcome Extend(MeetingState state, ExtendRooms wanted, DateTimeOffset now)
    {
        if (Arguments.Range(wanted.Seconds, "seconds", 1, (int)Limits.RoomsDurationMax.TotalSeconds) is { } refusal) return refusal;
        if (!state.Rooms.AreOpen) return Outcome.Refuse(Refusal.RoomsNotOpen);
        if (state.Rooms.ClosesAt is not { } closes) return Outcome.Refuse(Refusal.NotAllowed, "they close by command only");
        var later = closes.AddSeconds(wanted.Seconds);
        return later > now + Limits.RoomsDurationMax
            ? Outcome.Refuse(Refusal.LimitReached, $"{Limits.RoomsDurationMax.TotalHours} hours from now")
            : Outcome.Of(new RoomsExtended(later));
    }
}
