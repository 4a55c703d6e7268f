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
