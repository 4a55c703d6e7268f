using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>The stored form of the events of moderation, for <see cref="MeetingGoldenTests"/>. These lines never change.</summary>
internal static class ModerationGolden
{
    public static readonly ImmutableArray<Event> Events =
    [
        new VideosStopped(["ann", "ben"]),
        new UnmuteAsked(["ann"]),
        new AbilitiesLocked(["ann"], [Ability.Microphone, Ability.Camera, Ability.Share, Ability.Chat, Ability.Reactions, Ability.Hands], true),
        new HandRaised("ann", 2),
        new TurnGranted("ann"),
        new DirectOpened("ben", "ann"),
    ];

    public static readonly ImmutableArray<string> Stored =
    [
        """{"type":"videos_stopped","participants":["ann","ben"]}""",
        """{"type":"unmute_asked","participants":["ann"]}""",
        """{"type":"abilities_locked","participants":["ann"],"abilities":["microphone","camera","share","chat","reactions","hands"],"locked":true}""",
        """{"type":"hand_raised","participant":"ann","turns":2}""",
        """{"type":"turn_granted","participant":"ann"}""",
        """{"type":"direct_opened","participant":"ben","with":"ann"}""",
    ];
}
