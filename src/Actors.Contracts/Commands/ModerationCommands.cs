using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>
/// Turns off the cameras of <paramref name="Participants"/>, or (null) of everybody in the space except <paramref name="Except"/> and the
/// moderators. Naming both is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("stop_video")]
public sealed record StopVideo(ImmutableArray<string>? Participants = null, ImmutableArray<string>? Except = null) : SpaceCommand;

/// <summary>Ends the screen shares of <paramref name="Participants"/>, or (null) of everybody in the space except <paramref name="Except"/> and the moderators. Naming both is refused.</summary>
[GenerateSerializer, Immutable, Alias("stop_share")]
public sealed record StopShare(ImmutableArray<string>? Participants = null, ImmutableArray<string>? Except = null) : SpaceCommand;

/// <summary>
/// Asks those whose microphone is off to turn it on: <paramref name="Participants"/>, or (null) everybody in the space except
/// <paramref name="Except"/> and the moderators. It turns on nothing and lifts no lock.
/// </summary>
[GenerateSerializer, Immutable, Alias("ask_to_unmute")]
public sealed record AskToUnmute(ImmutableArray<string>? Participants = null, ImmutableArray<string>? Except = null) : SpaceCommand;

/// <summary>
/// Takes abilities from <paramref name="Participants"/>, who need not be here, or gives them back. With null it means everybody who is in the
/// meeting below co-host, view-only attendees apart, except <paramref name="Except"/>; given back, everybody who has a lock. Like a policy it
/// forbids turning on and leaves on what is. It follows people into rooms and outlasts their leaving.
/// </summary>
[GenerateSerializer, Immutable, Alias("lock_abilities")]
public sealed record LockAbilities(
    ImmutableArray<Ability> Abilities,
    bool Locked,
    ImmutableArray<string>? Participants = null,
    ImmutableArray<string>? Except = null) : MeetingCommand;
