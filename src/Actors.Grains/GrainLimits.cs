using System.Collections.Immutable;

namespace Actors.Grains;

/// <summary>Bounds of the shells that no caller sees; the product's own are in <see cref="Actors.Contracts.Limits"/>.</summary>
internal static class GrainLimits
{
    /// <summary>Events after which a snapshot is worth its write: an activation folds this many in a few milliseconds.</summary>
    public const int SnapshotEvents = 1_000;

    /// <summary>Stored bytes after which a snapshot is taken: half of what one read of storage answers, so that loading stays at one page.</summary>
    public const int SnapshotBytes = 512 * 1024;

    /// <summary>Events that make a snapshot worth while when the grain goes idle.</summary>
    public const int SnapshotOnIdleEvents = 100;

    /// <summary>After a failed snapshot the next attempt waits this long: it is an optimisation and must not load a storage in trouble.</summary>
    public static readonly TimeSpan SnapshotRetry = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of events kept for readers besides their number: streams of large messages must not fill a silo.</summary>
    public const int HotTailBytes = 8 * 1024 * 1024;

    /// <summary>Reads parked in one grain: each gateway has one per stream, so this is far beyond any cluster.</summary>
    public const int ParkedReads = 1_024;

    /// <summary>Transient signals kept for readers that are between two reads.</summary>
    public const int Signals = 256;

    /// <summary>
    /// Appends of one process under way at once: at 10 ms each this is thousands a second, and well below the connections of the storage
    /// client. Streams beyond it wait for their turn with their batch open.
    /// </summary>
    public const int ConcurrentAppends = 64;

    /// <summary>First and longest pause before an append is sent again; each is drawn between half and all of it.</summary>
    public static readonly TimeSpan RetryFirst = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc cref="RetryFirst"/>
    public static readonly TimeSpan RetryLongest = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A writer that storage has not answered for this long reads the tail before it appends: half of the age from which items may be
    /// trimmed, so that a trimmed key can never look free to it.
    /// </summary>
    public static readonly TimeSpan OutOfContact = TimeSpan.FromHours(1);

    /// <summary>
    /// When an activation that has not written yet looks for events of another one: pauses after loading, the last one repeated. An append that was
    /// on its way while this activation loaded lands within the first; those of a silo that wakes up after its death was declared, later.
    /// </summary>
    public static readonly ImmutableArray<TimeSpan> RivalChecks =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2)];

    /// <summary>How often a grain with something unfinished (a receiver behind, leases to judge) looks again.</summary>
    public static readonly TimeSpan Housekeeping = TimeSpan.FromSeconds(5);

    /// <summary>Shortest time between two timer turns, so that a deadline that cannot be met does not spin.</summary>
    public static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest time a timer is set for; it is set again then. Timers of the runtime end at some weeks.</summary>
    public static readonly TimeSpan LongestTimer = TimeSpan.FromHours(12);

    /// <summary>How long removing, banning, locking and putting back wait for rooms and threads before they answer <c>pending</c>.</summary>
    public static readonly TimeSpan ReceiverWait = TimeSpan.FromSeconds(3);

    /// <summary>Period of the reminder of a live meeting: the shortest that reminder services allow. A deadline is this late at most when nobody is connected.</summary>
    public static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    /// <summary>Attendee counts are sent to readers this often at most.</summary>
    public static readonly TimeSpan AttendeesEvery = TimeSpan.FromSeconds(1);

    /// <summary>Posts of old messages that decisions looked at last: edits and reactions come in bursts on the same few.</summary>
    public const int PostsCached = 256;

    /// <summary>Overlays of pages kept after use; a page of history spans five at most.</summary>
    public const int OverlaysCached = 8;

    /// <summary>Overlays that a search reads at once for the words of their pages: 4 096 events, some 100 KB, one round trip.</summary>
    public const int WordsPerRead = 16;

    /// <summary>Pages whose words are kept after use, 4 KiB each at most: people search again with another letter, through 10 000 messages without a read.</summary>
    public const int WordsCached = 64;

    /// <summary>How often something is read again because a flush overtook it.</summary>
    public const int Rereads = 5;

    /// <summary>Events that one page of who was where looks at, about: what storage reads within a fraction of a call's time. The page is then a short one.</summary>
    public const int PlacesScan = 20_000;

    /// <summary>Calls to inboxes under way at once.</summary>
    public const int InboxCalls = 8;
}
