using System.Collections.Immutable;

namespace Actors.Storage;

/// <summary>The rule that both logs keep: batches of a stream follow one another without gap or overlap.</summary>
internal static class Chain
{
    /// <summary>Batches after <paramref name="start"/>, of items that are in order and begin no later than the one that holds the event after it.</summary>
    public static ImmutableArray<Batch> Tail(string stream, long start, List<Batch> items)
    {
        var tail = ImmutableArray.CreateBuilder<Batch>(items.Count);
        var last = start;
        foreach (var item in items)
        {
            if (item.Last <= start)
                continue;
            var startsInside = tail.Count == 0 && item.Version <= start + 1;
            if (!startsInside && item.Version != last + 1)
                throw Gap(stream, last + 1, item.Version);
            tail.Add(item);
            last = item.Last;
        }
        return tail.DrainToImmutable();
    }

    /// <summary>Index of the first batch that does not continue the one before it, or -1.</summary>
    public static int FirstGap(List<Batch> ascending)
    {
        for (var i = 1; i < ascending.Count; i++)
        {
            if (ascending[i].Version != ascending[i - 1].Last + 1)
                return i;
        }
        return -1;
    }

    public static StreamCorruptedException Gap(string stream, long expected, long found) =>
        new(stream, FormattableString.Invariant($"event {expected} should follow, but the next item begins at {found}"));

    public static StreamCorruptedException NoSnapshot(string stream, long trimmedThrough) =>
        new(stream, FormattableString.Invariant($"events up to {trimmedThrough} are trimmed and no readable snapshot holds them"));

    public static InvalidOperationException Ahead(string stream, long version) =>
        new(FormattableString.Invariant($"Stream {stream} has no durable event {version} for this snapshot to stand on."));

    public static InvalidOperationException Unanchored(string stream, long version) =>
        new(FormattableString.Invariant($"Stream {stream} keeps no verified snapshot of event {version} or later, so nothing may be deleted."));
}

/// <summary>Cuts a page where its limit is reached.</summary>
internal sealed class PageBuilder(ReadLimit limit, long from = 1, long through = long.MaxValue)
{
    private readonly ImmutableArray<Batch>.Builder _batches = ImmutableArray.CreateBuilder<Batch>();
    private int _bytes;
    private long _events;

    /// <summary>False when the page is full and the batch was left out.</summary>
    public bool TryAdd(Batch batch)
    {
        var full = _batches.Count > 0 && (_events >= limit.Events || _bytes + batch.Events.Length > limit.Bytes);
        if (full)
            return false;
        _batches.Add(batch);
        _bytes += batch.Events.Length;
        // What the first batch holds beyond the event asked for fills no page.
        _events += Math.Min(batch.Last, through) - Math.Max(batch.Version, from) + 1;
        return true;
    }

    public Page Build(bool end) => new(_batches.DrainToImmutable(), end);
}
