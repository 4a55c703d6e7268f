using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>The stored form of the events of polls, for <see cref="MeetingGoldenTests"/>. These lines never change.</summary>
internal static class PollGolden
{
    public static readonly ImmutableArray<Event> Events =
    [
        new PollCreated("Tea?", ["Yes", "No"]),
        new PollCreated("Which?", ["A", "B", "C"], Multiple: true, Anonymous: true),
        new PollStarted(7, "Which?", ["A", "B", "C"], Multiple: true, Anonymous: true),
        new VoteCast(7, "ann", [0, 2]),
        new VoteCast(7, "ann", null, "c2VhbGVk"),
        new VoteCast(7, "ann", [1], Again: true, Before: [0, 2]),
        new PollClosed(7),
        new PollCounted(7, [1, 0, 1], 1),
        new PollCounted(7, [1, 0, 0], 3, 2),
        new PollPublished(7, [1, 0, 1], 1),
        new PollDeleted(7),
        new PollKeyDestroyed(7),
    ];

    public static readonly ImmutableArray<string> Stored =
    [
        """{"type":"poll_created","question":"Tea?","options":["Yes","No"]}""",
        """{"type":"poll_created","question":"Which?","options":["A","B","C"],"multiple":true,"anonymous":true}""",
        """{"type":"poll_started","poll":7,"question":"Which?","options":["A","B","C"],"multiple":true,"anonymous":true}""",
        """{"type":"vote_cast","poll":7,"participant":"ann","options":[0,2]}""",
        """{"type":"vote_cast","poll":7,"participant":"ann","ballot":"c2VhbGVk"}""",
        """{"type":"vote_cast","poll":7,"participant":"ann","options":[1],"again":true,"before":[0,2]}""",
        """{"type":"poll_closed","poll":7}""",
        """{"type":"poll_counted","poll":7,"counts":[1,0,1],"voters":1}""",
        """{"type":"poll_counted","poll":7,"counts":[1,0,0],"voters":3,"unreadable":2}""",
        """{"type":"poll_published","poll":7,"counts":[1,0,1],"voters":1}""",
        """{"type":"poll_deleted","poll":7}""",
        """{"type":"poll_key_destroyed","poll":7}""",
    ];
}
