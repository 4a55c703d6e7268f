namespace Actors.Gateway;

/// <summary>Bounds of hubs. Constants: none depends on the machine.</summary>
internal static class HubSettings
{
    /// <summary>Events kept for readers who join or resume: what the grain keeps, and the same again while they arrive.</summary>
    public const int RingEvents = 2_000;

    /// <summary>Bytes of those events.</summary>
    public const int RingBytes = 2 * 1024 * 1024;

    /// <summary>What a joining or resuming reader gets as events at most; with more to say a snapshot is shorter, and its queue holds this.</summary>
    public const int CatchUpBytes = 512 * 1024;

    /// <summary>Events hidden from a class before it is told that they were nothing for it.</summary>
    public const int HiddenEvents = 512;

    /// <summary>Pages read to reach back to a resuming reader's number: the grain's memory in its largest answers.</summary>
    public const int BackfillPages = 8;

    /// <summary>How often one reader starts over because its class or the ring moved on meanwhile.</summary>
    public const int AttachAttempts = 16;

    /// <summary>A view of one class serves everybody who comes within this time: a storm of joins costs few reads.</summary>
    public static readonly TimeSpan SnapshotAge = TimeSpan.FromMilliseconds(250);

    /// <summary>A hub without sockets stays so long, for those who come back.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>The lease goes along with a read after this time; with a read's hold that is well within the meeting's patience.</summary>
    public static readonly TimeSpan LeaseInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Pause after a page for each socket: at 1 000 sockets ten frames a second each, so that frames carry many events instead of many frames one.
    /// </summary>
    public static readonly TimeSpan PacePerSocket = TimeSpan.FromMicroseconds(100);

    /// <inheritdoc cref="PacePerSocket"/>
    public static readonly TimeSpan LongestPace = TimeSpan.FromMilliseconds(100);

    /// <summary>Below it pages go out as they come.</summary>
    public const int PacedSockets = 32;
}
