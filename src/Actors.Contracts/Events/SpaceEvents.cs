using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>State after the change; what is null did not change.</summary>
[GenerateSerializer, Immutable, Alias("media_changed")]
public sealed record MediaChanged(string Participant, bool? Microphone = null, bool? Camera = null, bool? Share = null) : Event;

[GenerateSerializer, Immutable, Alias("participants_muted")]
public sealed record ParticipantsMuted(ImmutableArray<string> Participants) : Event;

/// <summary>
/// In the queue: it is ordered by these events' numbers, and where the policy says least spoken first, before that by <paramref name="Turns"/>.
/// </summary>
/// <param name="Turns">That they had in this space so far; null: none.</param>
[GenerateSerializer, Immutable, Alias("hand_raised")]
public sealed record HandRaised(string Participant, int? Turns = null) : Event;

[GenerateSerializer, Immutable, Alias("hand_lowered")]
public sealed record HandLowered(string Participant) : Event;

/// <summary>They have the floor; their hand is lowered.</summary>
[GenerateSerializer, Immutable, Alias("turn_granted")]
public sealed record TurnGranted(string Participant) : Event;

[GenerateSerializer, Immutable, Alias("all_hands_lowered")]
public sealed record AllHandsLowered : Event;
