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
/// <param name="Name">Of a view-only attendee, whom no roster lists.</param>
[GenerateSerializer, Immutable, Alias("hand_raised")]
public sealed record HandRaised(string Participant, int? Turns = null, string? Name = null) : Event;

[GenerateSerializer, Immutable, Alias("hand_lowered")]
public sealed record HandLowered(string Participant) : Event;

/// <summary>They have the floor; their hand is lowered.</summary>
[GenerateSerializer, Immutable, Alias("turn_granted")]
public sealed record TurnGranted(string Participant) : Event;

[GenerateSerializer, Immutable, Alias("all_hands_lowered")]
public sealed record AllHandsLowered : Event;

/// <summary>Who is in the spotlight now. Who leaves the space, or becomes view-only, is out of it without a further event.</summary>
[GenerateSerializer, Immutable, Alias("spotlight_changed")]
public sealed record SpotlightChanged(ImmutableArray<string> Participants) : Event;

/// <summary>It runs; an earlier timer is gone.</summary>
/// <param name="EndsAt">Of a countdown; null: a stopwatch.</param>
[GenerateSerializer, Immutable, Alias("timer_started")]
public sealed record TimerStarted(DateTimeOffset StartedAt, DateTimeOffset? EndsAt = null) : Event;

[GenerateSerializer, Immutable, Alias("timer_extended")]
public sealed record TimerExtended(DateTimeOffset EndsAt) : Event;

/// <summary>Somebody stopped it.</summary>
[GenerateSerializer, Immutable, Alias("timer_stopped")]
public sealed record TimerStopped : Event;

/// <summary>The countdown is over.</summary>
[GenerateSerializer, Immutable, Alias("timer_ended")]
public sealed record TimerEnded : Event;
