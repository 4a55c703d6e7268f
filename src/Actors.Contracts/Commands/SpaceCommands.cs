using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>The sender's own microphone, camera, screen share; what is null stays.</summary>
[GenerateSerializer, Immutable, Alias("set_media")]
public sealed record SetMedia(bool? Microphone = null, bool? Camera = null, bool? Share = null) : SpaceCommand;

[GenerateSerializer, Immutable, Alias("mute_participants")]
public sealed record MuteParticipants(ImmutableArray<string> Participants) : SpaceCommand;

/// <summary>Mutes everybody in the space except the named and the moderators.</summary>
[GenerateSerializer, Immutable, Alias("mute_all")]
public sealed record MuteAll(ImmutableArray<string>? Except = null) : SpaceCommand;

[GenerateSerializer, Immutable, Alias("raise_hand")]
public sealed record RaiseHand : SpaceCommand;

/// <summary>The sender's own hand, or as a moderator somebody's.</summary>
[GenerateSerializer, Immutable, Alias("lower_hand")]
public sealed record LowerHand(string? Participant = null) : SpaceCommand;

/// <summary>
/// Gives the floor to the first of the hand queue, or out of order to <paramref name="Participant"/>, who has raised a hand: it is lowered and counts as a turn. Naming the one
/// whom the sender sees first keeps two moderators from calling two people.
/// </summary>
[GenerateSerializer, Immutable, Alias("next_speaker")]
public sealed record NextSpeaker(string? Participant = null) : SpaceCommand;

[GenerateSerializer, Immutable, Alias("lower_all_hands")]
public sealed record LowerAllHands : SpaceCommand;

/// <summary>Who is shown large to everybody in the space, in this order; nobody: the spotlight is off.</summary>
[GenerateSerializer, Immutable, Alias("spotlight")]
public sealed record Spotlight(ImmutableArray<string> Participants) : SpaceCommand;

/// <summary>Starts the space's timer, anew where there is one: a countdown of so many seconds, or (null) a stopwatch.</summary>
[GenerateSerializer, Immutable, Alias("start_timer")]
public sealed record StartTimer(int? Seconds = null) : SpaceCommand;

/// <summary>Puts the end of the countdown off.</summary>
[GenerateSerializer, Immutable, Alias("extend_timer")]
public sealed record ExtendTimer(int Seconds) : SpaceCommand;

[GenerateSerializer, Immutable, Alias("stop_timer")]
public sealed record StopTimer : SpaceCommand;
