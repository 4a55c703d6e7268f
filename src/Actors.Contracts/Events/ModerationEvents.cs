using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>Their cameras are off.</summary>
[GenerateSerializer, Immutable, Alias("videos_stopped")]
public sealed record VideosStopped(ImmutableArray<string> Participants) : Event;

/// <summary>They were asked to turn their microphones on; nothing changed.</summary>
[GenerateSerializer, Immutable, Alias("unmute_asked")]
public sealed record UnmuteAsked(ImmutableArray<string> Participants) : Event;

/// <summary>From here they lack these abilities, or have them again; may name people who are not here.</summary>
[GenerateSerializer, Immutable, Alias("abilities_locked")]
public sealed record AbilitiesLocked(ImmutableArray<string> Participants, ImmutableArray<Ability> Abilities, bool Locked) : Event;
