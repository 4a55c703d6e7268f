namespace Actors.Contracts;

/// <summary>One more room of the current round; open at once where the others are.</summary>
[GenerateSerializer, Immutable, Alias("add_room")]
public sealed record AddRoom(string Name) : MeetingCommand;

[GenerateSerializer, Immutable, Alias("rename_room")]
public sealed record RenameRoom(string Room, string Name) : MeetingCommand;

/// <summary>Who is in it returns to the main room, who is assigned to it is assigned to none. Its id is never given again.</summary>
[GenerateSerializer, Immutable, Alias("delete_room")]
public sealed record DeleteRoom(string Room) : MeetingCommand;

/// <summary>Puts the rooms' end off, whether it is that of a round opened for some time or of a countdown, which is called off.</summary>
[GenerateSerializer, Immutable, Alias("extend_rooms")]
public sealed record ExtendRooms(int Seconds) : MeetingCommand;

/// <summary>
/// The sender goes to an open room, or back to the main room. Moderators visit any room, which leaves assignments as they are; others may where the round
/// lets them choose, and are assigned to the room from then on.
/// </summary>
/// <param name="Place"><c>main</c> or the id of a room.</param>
[GenerateSerializer, Immutable, Alias("choose_room")]
public sealed record ChooseRoom(string Place) : MeetingCommand;

/// <summary>
/// Deals everybody who is assigned, present or not, out anew: evenly and at random, by <paramref name="Seed"/> or by one that nobody chose. Only moderators stay where
/// they were assigned.
/// </summary>
[GenerateSerializer, Immutable, Alias("shuffle_rooms")]
public sealed record ShuffleRooms(int? Seed = null) : MeetingCommand;

/// <summary>The sender, who is in a breakout room, asks the moderators to come. It stands until it is withdrawn or answered, or they leave the room.</summary>
[GenerateSerializer, Immutable, Alias("request_help")]
public sealed record RequestHelp : MeetingCommand;

[GenerateSerializer, Immutable, Alias("withdraw_help")]
public sealed record WithdrawHelp : MeetingCommand;

/// <summary>A moderator has seen to somebody's request, or declines it.</summary>
[GenerateSerializer, Immutable, Alias("answer_help")]
public sealed record AnswerHelp(string Participant) : MeetingCommand;
