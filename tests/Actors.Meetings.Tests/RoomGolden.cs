using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings.Tests;

/// <summary>The stored form of the later events of breakout rooms, for <see cref="MeetingGoldenTests"/>. These lines never change.</summary>
internal static class RoomGolden
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    public static readonly ImmutableArray<Event> Events =
    [
        new RoomAdded(new Room("r1-2", "Blue")),
        new RoomRenamed("r1-2", "Green"),
        new RoomDeleted("r1-2"),
        new RoomsExtended(At),
        new RoomsShuffled([0, 2, 1]),
        new HelpRequested("ann", "r1-1"),
        new HelpEnded("ann"),
        new RoomsCreated(2, [new Room("r2-1", "Red")], SelfSelect: true),
        new ParticipantsMoved([new Move("ann", "r2-1")], Visit: true),
    ];

    public static readonly ImmutableArray<string> Stored =
    [
        """{"type":"room_added","room":{"id":"r1-2","name":"Blue"}}""",
        """{"type":"room_renamed","room":"r1-2","name":"Green"}""",
        """{"type":"room_deleted","room":"r1-2"}""",
        """{"type":"rooms_extended","closesAt":"2026-03-01T09:00:00+00:00"}""",
        """{"type":"rooms_shuffled","rooms":[0,2,1]}""",
        """{"type":"help_requested","participant":"ann","room":"r1-1"}""",
        """{"type":"help_ended","participant":"ann"}""",
        """{"type":"rooms_created","round":2,"rooms":[{"id":"r2-1","name":"Red"}],"selfSelect":true}""",
        """{"type":"participants_moved","moves":[{"participant":"ann","place":"r2-1"}],"visit":true}""",
    ];
}
