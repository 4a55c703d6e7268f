namespace Actors.Contracts;

/// <summary>Oneself (where the policy allows it), or as a moderator somebody else.</summary>
[GenerateSerializer, Immutable, Alias("rename_participant")]
public sealed record RenameParticipant(string Name, string? Participant = null) : MeetingCommand;
