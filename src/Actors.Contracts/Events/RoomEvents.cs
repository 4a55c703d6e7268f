using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

[GenerateSerializer, Immutable, Alias("room")]
public sealed record Room(string Id, string Name);

/// <summary>A round of rooms exists; it replaces a round that was never opened.</summary>
/// <param name="SelfSelect">True where people choose their rooms themselves.</param>
[GenerateSerializer, Immutable, Alias("rooms_created")]
public sealed record RoomsCreated(int Round, ImmutableArray<Room> Rooms, bool? SelfSelect = null) : Event;

[GenerateSerializer, Immutable, Alias("participants_assigned")]
public sealed record ParticipantsAssigned(ImmutableArray<Assignment> Assignments) : Event;

/// <summary>The rooms are open; the <see cref="ParticipantsMoved"/> that fills them follows in the same append.</summary>
[GenerateSerializer, Immutable, Alias("rooms_opened")]
public sealed record RoomsOpened(int Round, DateTimeOffset? ClosesAt = null) : Event;

/// <summary>Decided by the server and true from here: clients are told, not asked.</summary>
/// <param name="Visit">True where assignments stay as they are.</param>
[GenerateSerializer, Immutable, Alias("participants_moved")]
public sealed record ParticipantsMoved(ImmutableArray<Move> Moves, bool? Visit = null) : Event;

[GenerateSerializer, Immutable, Alias("rooms_broadcast")]
public sealed record RoomsBroadcast(string Text) : Event;

[GenerateSerializer, Immutable, Alias("rooms_closing")]
public sealed record RoomsClosing(DateTimeOffset ClosesAt) : Event;

/// <summary>Everybody who was in a room is in the main room.</summary>
[GenerateSerializer, Immutable, Alias("rooms_closed")]
public sealed record RoomsClosed(int Round) : Event;

/// <summary>The current round has one more room.</summary>
[GenerateSerializer, Immutable, Alias("room_added")]
public sealed record RoomAdded(Room Room) : Event;

[GenerateSerializer, Immutable, Alias("room_renamed")]
public sealed record RoomRenamed(string Room, string Name) : Event;

/// <summary>Everybody who was in it is in the main room, nobody is assigned to it.</summary>
[GenerateSerializer, Immutable, Alias("room_deleted")]
public sealed record RoomDeleted(string Room) : Event;

/// <summary>The rooms close by themselves at <paramref name="ClosesAt"/>, later than before; no countdown runs.</summary>
[GenerateSerializer, Immutable, Alias("rooms_extended")]
public sealed record RoomsExtended(DateTimeOffset ClosesAt) : Event;

/// <summary>Everybody who was assigned is assigned anew.</summary>
/// <param name="Rooms">For each of them in the ordinal order of their ids the position of their room among the round's rooms, from 0: ten thousand fit one append.</param>
[GenerateSerializer, Immutable, Alias("rooms_shuffled")]
public sealed record RoomsShuffled(ImmutableArray<int> Rooms) : Event;

/// <summary>Somebody in a breakout room asks for a moderator; it is over with <see cref="HelpEnded"/>, or once they are no longer in that room.</summary>
[GenerateSerializer, Immutable, Alias("help_requested")]
public sealed record HelpRequested(string Participant, string Room) : Event;

/// <summary>Withdrawn by themselves, or answered by whoever the event is of.</summary>
[GenerateSerializer, Immutable, Alias("help_ended")]
public sealed record HelpEnded(string Participant) : Event;

/// <summary>Somebody as a room or thread knows them.</summary>
/// <param name="Locked">Abilities taken from them; null where none is.</param>
[GenerateSerializer, Immutable, Alias("member")]
public sealed record Member(string Participant, string Name, Role Role, ImmutableArray<Ability>? Locked = null);

/// <summary>
/// What a room or thread applied of the meeting, up to the meeting's event <paramref name="Cause"/>: its cursor. Someone in
/// <paramref name="Entered"/> who is already a member has a new name, role or lock.
/// </summary>
/// <param name="Direct">In the first event of a direct thread: the two whose it is.</param>
/// <param name="Waiting">In the first event of the waiting room's thread.</param>
[GenerateSerializer, Immutable, Alias("roster_changed")]
public sealed record RosterChanged(
    long Cause,
    ImmutableArray<Member> Entered,
    ImmutableArray<string> Left,
    SpacePolicy? Policy = null,
    bool? Closed = null,
    string? Name = null,
    ImmutableArray<string>? Direct = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Waiting = false) : Event;
