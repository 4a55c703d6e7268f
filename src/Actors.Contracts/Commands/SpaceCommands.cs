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
