using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>State after the change; what is null did not change.</summary>
[GenerateSerializer, Immutable, Alias("media_changed")]
public sealed record MediaChanged(string Participant, bool? Microphone = null, bool? Camera = null, bool? Share = null) : Event;

[GenerateSerializer, Immutable, Alias("participants_muted")]
public sealed record ParticipantsMuted(ImmutableArray<string> Participants) : Event;

/// <summary>At the end of the queue: the queue is ordered by these events' numbers.</summary>
[GenerateSerializer, Immutable, Alias("hand_raised")]
public sealed record HandRaised(string Participant) : Event;

[GenerateSerializer, Immutable, Alias("hand_lowered")]
public sealed record HandLowered(string Participant) : Event;

[GenerateSerializer, Immutable, Alias("all_hands_lowered")]
public sealed record AllHandsLowered : Event;
