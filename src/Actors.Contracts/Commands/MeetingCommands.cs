using System.Collections.Immutable;

namespace Actors.Contracts;

[GenerateSerializer, Immutable, Alias("start_meeting")]
public sealed record StartMeeting : MeetingCommand;

/// <summary>Ends it for everybody.</summary>
[GenerateSerializer, Immutable, Alias("end_meeting")]
public sealed record EndMeeting : MeetingCommand;

[GenerateSerializer, Immutable, Alias("change_settings")]
public sealed record ChangeSettings(SettingsPatch Settings) : MeetingCommand;

/// <summary>While locked nobody new gets in, not even to the waiting room; who is in reconnects as ever.</summary>
[GenerateSerializer, Immutable, Alias("lock_meeting")]
public sealed record LockMeeting(bool Locked) : MeetingCommand;

[GenerateSerializer, Immutable, Alias("leave")]
public sealed record Leave : MeetingCommand;

/// <summary>Out, with the tokens issued so far revoked; a new token lets them in again.</summary>
[GenerateSerializer, Immutable, Alias("remove_participant")]
public sealed record RemoveParticipant(string Participant) : MeetingCommand;

/// <summary>Out and kept out until unbanned; may name somebody who is not here.</summary>
[GenerateSerializer, Immutable, Alias("ban_participant")]
public sealed record BanParticipant(string Participant) : MeetingCommand;

[GenerateSerializer, Immutable, Alias("unban_participant")]
public sealed record UnbanParticipant(string Participant) : MeetingCommand;

[GenerateSerializer, Immutable, Alias("change_role")]
public sealed record ChangeRole(string Participant, Role Role) : MeetingCommand;

/// <summary>Those of the list who still wait are admitted; who left meanwhile is passed over.</summary>
[GenerateSerializer, Immutable, Alias("admit_participants")]
public sealed record AdmitParticipants(ImmutableArray<string> Participants) : MeetingCommand;

[GenerateSerializer, Immutable, Alias("admit_all")]
public sealed record AdmitAll : MeetingCommand;

/// <summary>Sends somebody away from the waiting room.</summary>
[GenerateSerializer, Immutable, Alias("deny_participant")]
public sealed record DenyParticipant(string Participant) : MeetingCommand;

/// <summary>Back to the waiting room.</summary>
[GenerateSerializer, Immutable, Alias("put_back")]
public sealed record PutBack(string Participant) : MeetingCommand;

// Breakout rooms.

/// <summary>A new round of rooms, not yet open; replaces a round that was never opened.</summary>
/// <param name="Groups">
/// Who is assigned to the first room, to the second, and so on; may name people who have not joined yet. <see cref="Limits.AssignmentsPerCommand"/> in all: more
/// come with <see cref="AssignRooms"/>.
/// </param>
/// <param name="SelfSelect">True: people choose and change their rooms themselves while they are open.</param>
[GenerateSerializer, Immutable, Alias("create_rooms")]
public sealed record CreateRooms(ImmutableArray<string> Names, ImmutableArray<ImmutableArray<string>>? Groups = null, bool? SelfSelect = null) : MeetingCommand;

[GenerateSerializer, Immutable, Alias("assignment")]
public sealed record Assignment(string Participant, string Room);

/// <summary>Assigns before opening; a later assignment of the same person replaces the earlier. May name people who have not joined yet.</summary>
[GenerateSerializer, Immutable, Alias("assign_rooms")]
public sealed record AssignRooms(ImmutableArray<Assignment> Assignments) : MeetingCommand;

/// <summary>Everybody unassigned below co-host is dealt out evenly, shuffled by <paramref name="Seed"/> (0: in order of joining).</summary>
/// <param name="Random">True: shuffled by a seed that nobody chose.</param>
[GenerateSerializer, Immutable, Alias("assign_evenly")]
public sealed record AssignEvenly(int Seed = 0, bool? Random = null) : MeetingCommand;

/// <summary>Opens the round and moves everybody assigned. With <paramref name="Seconds"/> the rooms close by themselves after that time.</summary>
[GenerateSerializer, Immutable, Alias("open_rooms")]
public sealed record OpenRooms(int? Seconds = null) : MeetingCommand;

/// <param name="Place"><c>main</c> or the id of an open room.</param>
[GenerateSerializer, Immutable, Alias("move")]
public sealed record Move(string Participant, string Place);

/// <summary>Moves people between rooms and the main room. Hosts may move anybody, people themselves nobody.</summary>
[GenerateSerializer, Immutable, Alias("move_participants")]
public sealed record MoveParticipants(ImmutableArray<Move> Moves) : MeetingCommand;

[GenerateSerializer, Immutable, Alias("broadcast_to_rooms")]
public sealed record BroadcastToRooms(string Text) : MeetingCommand;

/// <summary>Everybody returns after the countdown (0: now; default 60 s).</summary>
[GenerateSerializer, Immutable, Alias("close_rooms")]
public sealed record CloseRooms(int? CountdownSeconds = null) : MeetingCommand;
