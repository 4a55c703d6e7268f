namespace Actors.Storage;

/// <summary>Bounds of stored things. DynamoDB's own are 400 KB an item, 1 MB an answer, 25 items a batch write.</summary>
public static class StorageLimits
{
    /// <summary>Where writers cut a batch: large enough that group commit never waits for bytes, small enough to leave room in an item for one more large command.</summary>
    public const int BatchBytes = 256 * 1024;

    /// <summary>Hard bound of the payload of one item: DynamoDB's 400 KB less keys, names and the other attributes.</summary>
    public const int ItemBytes = 384 * 1024;

    /// <summary>Snapshots larger than this, uncompressed, are refused: state that large breaks the bound on activation time.</summary>
    public const int SnapshotBytes = 64 * 1024 * 1024;

    /// <summary>Overlays hold what became of 256 messages of at most 8 KiB each, twice that if all of it has to be escaped, with as much again for names and reactions.</summary>
    public const int OverlayBytes = 8 * 1024 * 1024;

    /// <summary>Twelve digits, the width of a version in a key.</summary>
    public const long LastVersion = 999_999_999_999;

    /// <summary>Ten digits, the width of an overlay's page in a key.</summary>
    public const long LastPage = 9_999_999_999;

    /// <summary>A complete snapshot and one to fall back to.</summary>
    public const int SnapshotsKept = 2;

    /// <summary>
    /// Items younger than this are never trimmed. Twice the hour after which a writer must reread the tail before it appends, so that no
    /// writer can still believe that a trimmed key is free.
    /// </summary>
    public static readonly TimeSpan TrimMinimumAge = TimeSpan.FromHours(2);

    /// <summary>DynamoDB's bound on a partition key is 2 048 bytes; ours leaves keys readable.</summary>
    public const int StreamNameLength = 512;

    /// <summary>Entries of one owner: with those they replace and the owner's own item, within the 100 items of DynamoDB's transaction.</summary>
    public const int ListEntries = 48;

    /// <summary>One entry's payload: all of a transaction is far below its 4 MB.</summary>
    public const int ListEntryBytes = 16 * 1024;

    /// <summary>DynamoDB's bound on a sort key is 1 024 bytes.</summary>
    public const int ListSortLength = 512;

    /// <summary>Entries of one page; DynamoDB's own bound is 1 MB.</summary>
    public const int ListPage = 1_000;

    internal static void ValidateStream(string stream)
    {
        ArgumentException.ThrowIfNullOrEmpty(stream);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(stream.Length, StreamNameLength);
    }
}
