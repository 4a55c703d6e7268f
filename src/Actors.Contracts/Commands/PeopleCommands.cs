using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>Oneself (where the policy allows it), or as a moderator somebody else.</summary>
[GenerateSerializer, Immutable, Alias("rename_participant")]
public sealed record RenameParticipant(string Name, string? Participant = null) : MeetingCommand;

/// <summary>
/// One's own attributes, or as a moderator somebody else's: each entry is set, or with null removed; what is not named stays. What a token said is
/// thereby no proof of anything.
/// </summary>
[GenerateSerializer, Immutable, Alias("set_attributes")]
public sealed record SetAttributes(ImmutableDictionary<string, string?> Attributes, string? Participant = null) : MeetingCommand;

/// <summary>The sender is away from the screen, or back. It outlasts reconnects.</summary>
[GenerateSerializer, Immutable, Alias("set_away")]
public sealed record SetAway(bool Away) : MeetingCommand;
