using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>Their cameras are off.</summary>
[GenerateSerializer, Immutable, Alias("videos_stopped")]
public sealed record VideosStopped(ImmutableArray<string> Participants) : Event;

/// <summary>Their screens are shared no longer.</summary>
[GenerateSerializer, Immutable, Alias("shares_stopped")]
public sealed record SharesStopped(ImmutableArray<string> Participants) : Event;

/// <summary>They were asked to turn their microphones on; nothing changed.</summary>
[GenerateSerializer, Immutable, Alias("unmute_asked")]
public sealed record UnmuteAsked(ImmutableArray<string> Participants) : Event;

/// <summary>From here they lack these abilities, or have them again; may name people who are not here.</summary>
/// <param name="Carried">From the former occurrence, as this part of what it leaves: then nobody but the product did it, and perhaps to nobody.</param>
[GenerateSerializer, Immutable, Alias("abilities_locked")]
public sealed record AbilitiesLocked(ImmutableArray<string> Participants, ImmutableArray<Ability> Abilities, bool Locked, [property: Unpublished] int? Carried = null) : Event;
