using System.Collections.Immutable;

namespace Actors.Storage;

/// <summary>An item of a list that is read by range. Equal sort keys of one list are one entry: writers put their own name into theirs.</summary>
/// <param name="List">As the partition's key: no bound on how many entries it has.</param>
/// <param name="Sort">Printable ASCII, compared by character.</param>
public sealed record ListEntry(string List, string Sort, ReadOnlyMemory<byte> Payload);

/// <param name="Next">The sort key to continue after; null at the end. A page may be shorter than its limit, or empty, and still not be the last.</param>
public sealed record ListPage(ImmutableArray<ListEntry> Entries, string? Next);

/// <summary>
/// Lists that follow from streams: each owner has a bounded set of entries in them and replaces it as a whole, so that whoever repeats, comes late or
/// died halfway leaves no entry behind. Faults and cancellation are those of <see cref="IEventLog"/>. Safe for concurrent use.
/// </summary>
public interface IListIndex
{
    /// <summary>
    /// What the owner has in lists is from here on exactly <paramref name="entries"/>: in one step, all lists together. False, without effect, where it
    /// already has those of a later version; of the same version they are taken to be the same.
    /// </summary>
    ValueTask<bool> Replace(string owner, long version, ImmutableArray<ListEntry> entries, CancellationToken ct);

    /// <summary>Entries after a sort key (null: from the end where it begins) in order, or against it.</summary>
    ValueTask<ListPage> Read(string list, string? after, int limit, bool backwards, CancellationToken ct);
}

internal static class ListRules
{
    // Sorts after every character of a sort key.
    private const char End = '~';

    public static void Validate(string owner, long version, ImmutableArray<ListEntry> entries)
    {
        StorageLimits.ValidateStream(owner);
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Length, StorageLimits.ListEntries);
        foreach (var entry in entries)
        {
            ValidateKey(entry.List, entry.Sort);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(entry.Payload.Length, StorageLimits.ListEntryBytes);
        }
        if (entries.Select(entry => (entry.List, entry.Sort)).Distinct().Count() != entries.Length) throw new ArgumentException("An entry is there twice.", nameof(entries));
    }

    public static void Validate(string list, string? after, int limit)
    {
        ValidateKey(list, after ?? "0");
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, StorageLimits.ListPage);
    }

    private static void ValidateKey(string list, string sort)
    {
        StorageLimits.ValidateStream(list);
        ArgumentException.ThrowIfNullOrEmpty(sort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sort.Length, StorageLimits.ListSortLength);
        if (sort.AsSpan().ContainsAnyExceptInRange('!', (char)(End - 1))) throw new ArgumentException("A sort key is printable ASCII without blanks.", nameof(sort));
    }
}
