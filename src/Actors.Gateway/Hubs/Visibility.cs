using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Who sees which event of rooms and threads; a meeting's needs its roster (<see cref="MeetingRoster"/>).</summary>
internal static class Visibility
{
    /// <summary>
    /// Receipts of more members at once are not announced: each would cost every member bytes for every member. Clients of large threads
    /// ask for receipts.
    /// </summary>
    public const int AnnouncedPointers = 64;

    public static Audiences InRoom(Event @event) => @event switch
    {
        RosterChanged { Closed: not null } => Audiences.Inside,
        RosterChanged => Audiences.Interactive,
        _ when OfSpace(@event) is { } audiences => audiences,
        NothingChanged => Audiences.None,
        _ => throw Unknown(@event),
    };

    /// <summary>Events of the main room and of breakout rooms alike; null for others.</summary>
    public static Audiences? OfSpace(Event @event) => @event switch
    {
        MediaChanged or ParticipantsMuted or VideosStopped or SharesStopped or UnmuteAsked or HandRaised or HandLowered or TurnGranted => Audiences.Interactive,
        // Whose hand it was among the attendees, each of them knows.
        AllHandsLowered => Audiences.Inside,
        SpotlightChanged or TimerStarted or TimerExtended or TimerStopped or TimerEnded => Audiences.Inside,
        PollStarted or PollClosed or PollPublished or PollDeleted => Audiences.Inside,
        // Drafts, who has voted, and counts that are not published.
        PollCreated or VoteCast or PollCounted => Audiences.Moderators,
        PollKeyDestroyed => Audiences.None,
        _ => null,
    };

    /// <summary>Those who wait see what is said and whether it is over; not who reads, and who else waits only where they speak.</summary>
    public static Audiences InWaitingRoom(Event @event) => @event switch
    {
        MessagePosted or MessageEdited or MessageDeleted or ReactionChanged or MessagePinned or MessageUnpinned or RosterChanged { Closed: not null } => Audiences.All,
        _ => InThread(@event),
    };

    /// <summary>The earlier message that an event is about; 0 where there is none.</summary>
    public static long MessageOf(Event @event) => @event switch
    {
        MessageEdited edited => edited.Message,
        MessageDeleted deleted => deleted.Message,
        ReactionChanged reaction => reaction.Message,
        MessagePinned pinned => pinned.Message,
        MessageUnpinned unpinned => unpinned.Message,
        _ => 0,
    };

    public static Audiences InThread(Event @event) => @event switch
    {
        MessagePosted or MessageEdited or MessageDeleted or ReactionChanged or MessagePinned or MessageUnpinned => Audiences.Inside,
        RetentionChanged or ChannelCreated or ChannelChanged or MembersAdded or MembersRemoved => Audiences.Inside,
        HoldChanged => Audiences.Moderators,
        PointersMoved moved => moved.Pointers.Length <= AnnouncedPointers ? Audiences.Interactive : Audiences.None,
        PointersGathered => Audiences.None,
        // Who is in a thread is known from the meeting and its rooms.
        RosterChanged { Closed: not null } => Audiences.Inside,
        RosterChanged or MessageRedacted or ThreadRegistered or InboxesTold or NothingChanged => Audiences.None,
        _ => throw Unknown(@event),
    };

    /// <summary>What of a shown event is published.</summary>
    public static Event Published(StreamKind kind, Event @event) =>
        kind == StreamKind.Thread && @event is RosterChanged changed ? changed with { Entered = [], Left = [], Direct = null, Waiting = false } : @event;

    public static InvalidOperationException Unknown(Event @event) => new($"No audience is defined for {@event.GetType().Name} in this stream.");
}
