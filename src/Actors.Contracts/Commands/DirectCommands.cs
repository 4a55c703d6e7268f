namespace Actors.Contracts;

/// <summary>
/// Opens the direct thread of the sender and somebody who is in the meeting. Both get its stream from here on, in whatever room they are; it
/// stays open while one of them is away.
/// </summary>
[GenerateSerializer, Immutable, Alias("open_direct")]
public sealed record OpenDirect(string Participant) : MeetingCommand;
