using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>The stored form of the events of moderation, for <see cref="MeetingGoldenTests"/>. These lines never change.</summary>
internal static class ModerationGolden
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    public static readonly ImmutableArray<Event> Events =
    [
        new VideosStopped(["ann", "ben"]),
        new UnmuteAsked(["ann"]),
        new AbilitiesLocked(["ann"], [Ability.Microphone, Ability.Camera, Ability.Share, Ability.Chat, Ability.Reactions, Ability.Hands], true),
        new AbilitiesLocked(["ann"], [Ability.Chat], true, Carried: 2),
        new HandRaised("ann", 2),
        new HandRaised("eye", Name: "Eye"),
        new TurnGranted("ann"),
        new DirectOpened("ben", "ann"),
        new SpotlightChanged(["ann", "ben"]),
        new TimerStarted(At, At.AddMinutes(5)),
        new TimerStarted(At),
        new TimerExtended(At),
        new TimerStopped(),
        new TimerEnded(),
        new AwayChanged("ann", true),
        new AttributesChanged("ann", ImmutableDictionary<string, string>.Empty.Add("seat", "3"), ["row"]),
        new SharesStopped(["ann", "ben"]),
    ];

    public static readonly ImmutableArray<string> Stored =
    [
        """{"type":"videos_stopped","participants":["ann","ben"]}""",
        """{"type":"unmute_asked","participants":["ann"]}""",
        """{"type":"abilities_locked","participants":["ann"],"abilities":["microphone","camera","share","chat","reactions","hands"],"locked":true}""",
        """{"type":"abilities_locked","participants":["ann"],"abilities":["chat"],"locked":true,"carried":2}""",
        """{"type":"hand_raised","participant":"ann","turns":2}""",
        """{"type":"hand_raised","participant":"eye","name":"Eye"}""",
        """{"type":"turn_granted","participant":"ann"}""",
        """{"type":"direct_opened","participant":"ben","with":"ann"}""",
        """{"type":"spotlight_changed","participants":["ann","ben"]}""",
        """{"type":"timer_started","startedAt":"2026-03-01T09:00:00+00:00","endsAt":"2026-03-01T09:05:00+00:00"}""",
        """{"type":"timer_started","startedAt":"2026-03-01T09:00:00+00:00"}""",
        """{"type":"timer_extended","endsAt":"2026-03-01T09:00:00+00:00"}""",
        """{"type":"timer_stopped"}""",
        """{"type":"timer_ended"}""",
        """{"type":"away_changed","participant":"ann","away":true}""",
        """{"type":"attributes_changed","participant":"ann","set":{"seat":"3"},"removed":["row"]}""",
        """{"type":"shares_stopped","participants":["ann","ben"]}""",
    ];
}
