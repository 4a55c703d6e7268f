using System.Collections.Immutable;

namespace Actors.Contracts;

[GenerateSerializer, Immutable, Alias("participant_renamed")]
public sealed record ParticipantRenamed(string Participant, string Name) : Event;

/// <summary>What is neither set nor removed stays.</summary>
[GenerateSerializer, Immutable, Alias("attributes_changed")]
public sealed record AttributesChanged(
    string Participant, ImmutableDictionary<string, string>? Set = null, ImmutableArray<string>? Removed = null) : Event;

[GenerateSerializer, Immutable, Alias("away_changed")]
public sealed record AwayChanged(string Participant, bool Away) : Event;
