using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>
/// What the meeting tells a room or thread. A delta (<see cref="Full"/> false) applies to a receiver whose cursor is exactly
/// <see cref="After"/>; a full one to any receiver with a cursor below <see cref="Through"/>. Applying is idempotent: the receiver's own
/// log holds its cursor.
/// </summary>
/// <param name="After">The receiver's cursor that the delta continues from.</param>
/// <param name="Direct">The two whose direct thread it is. Such a thread asks whenever something is wanted of it, and always gets a full update.</param>
/// <param name="Waiting">It is the thread of the waiting room.</param>
/// <param name="Through">The meeting's number up to which the receiver is right afterwards.</param>
[GenerateSerializer, Immutable, Alias("roster_update")]
public sealed record RosterUpdate(
    long After,
    long Through,
    bool Full,
    ImmutableArray<Member> Entered,
    ImmutableArray<string> Left,
    SpacePolicy Policy,
    bool Closed,
    string Name,
    bool Inbox,
    ImmutableArray<string>? Direct = null,
    bool Waiting = false);

/// <summary>What the meeting says of somebody who asks something of a room's thread and is not in the room.</summary>
/// <param name="Number">The meeting's number as of which it is so.</param>
/// <param name="Member">Null where they are not in the meeting, or wait.</param>
[GenerateSerializer, Immutable, Alias("meeting_standing")]
public sealed record MeetingStanding(long Number, Member? Member);
