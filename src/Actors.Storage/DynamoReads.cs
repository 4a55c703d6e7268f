namespace Actors.Storage;

/// <summary>Reading a stream's batches.</summary>
internal sealed class DynamoReads(DynamoCalls calls, DynamoHeads heads, DynamoSnapshots snapshots)
{
    /// <summary>How often a load that met a rival's trimming or snapshot in the middle begins again.</summary>
    private const int LoadAttempts = 3;

    public async Task<Loaded> Load(string stream, Schemas readable, CancellationToken ct)
    {
        var head = await heads.Read(StorageOperation.Load, stream, ct).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await LoadFrom(stream, head, readable, ct).ConfigureAwait(false);
            }
            catch (StreamCorruptedException) when (attempt < LoadAttempts)
            {
                var now = await heads.Read(StorageOperation.Load, stream, ct).ConfigureAwait(false);
                if (now.Revision == head.Revision)
                    throw;
                head = now;
            }
        }
    }

    public async Task<Page> Forward(string stream, long from, ReadLimit limit, CancellationToken ct)
    {
        const StorageOperation Operation = StorageOperation.ReadForward;
        var (batches, end) = await Page(Operation, stream, from, limit.Events, forward: true, ct).ConfigureAwait(false);
        if (batches.Count == 0 || batches[0].Version != from)
        {
            var (before, _) = from == 1 ? ([], true) : await Page(Operation, stream, from - 1, 1, forward: false, ct).ConfigureAwait(false);
            if (before.Count == 1 && before[0].Last >= from)
                batches.Insert(0, before[0]);
        }
        var gap = batches.Count > 0 && batches[0].Version > from ? 0 : Chain.FirstGap(batches);
        if (gap >= 0)
        {
            // Trimmed, and perhaps not yet deleted to the end?
            var head = await heads.Read(Operation, stream, ct).ConfigureAwait(false);
            if (head.TrimmedThrough < from)
                throw Chain.Gap(stream, gap == 0 ? from : batches[gap - 1].Last + 1, batches[gap].Version);
            return await Forward(stream, head.TrimmedThrough + 1, limit, ct).ConfigureAwait(false);
        }
        return Cut(batches, new PageBuilder(limit, from: from), end);
    }

    public async Task<Page> Backward(string stream, long through, ReadLimit limit, CancellationToken ct)
    {
        const StorageOperation Operation = StorageOperation.ReadBackward;
        var (batches, end) = await Page(Operation, stream, through, limit.Events, forward: false, ct).ConfigureAwait(false);
        var contiguous = batches.Count == 0 ? 0 : 1;
        while (contiguous < batches.Count && batches[contiguous].Last + 1 == batches[contiguous - 1].Version)
            contiguous++;
        var complete = contiguous == batches.Count && (!end || contiguous == 0 || batches[^1].Version == 1);
        if (complete)
            return Cut(batches, new PageBuilder(limit, through: through), end);
        // What is missing must have been trimmed.
        var oldest = batches[contiguous - 1].Version;
        var head = await heads.Read(Operation, stream, ct).ConfigureAwait(false);
        if (head.TrimmedThrough < oldest - 1)
            throw Chain.Gap(stream, contiguous < batches.Count ? batches[contiguous].Last + 1 : 1, oldest);
        return Cut(batches[..contiguous], new PageBuilder(limit, through: through), end: true);
    }

    /// <summary>The batch that contains the event, with the number of its redactions.</summary>
    public async Task<(Batch Batch, long Revision)?> Containing(StorageOperation operation, string stream, long version, CancellationToken ct)
    {
        var request = calls.Range(stream, DynamoKeys.Event(0), DynamoKeys.Event(version));
        (request.ScanIndexForward, request.Limit) = (false, 1);
        var (items, _) = await calls.Query(operation, request, ct).ConfigureAwait(false);
        if (items.Count == 0)
            return null;
        var batch = DynamoItem.Read(stream, items[0]);
        return batch.Last >= version ? (batch, DynamoItem.LongOf(items[0], DynamoItem.Revision)) : null;
    }

    private async Task<Loaded> LoadFrom(string stream, Head head, Schemas readable, CancellationToken ct)
    {
        foreach (var manifest in head.Snapshots.Reverse())
        {
            if (!readable.Contains(manifest.Schema) || manifest.Version < head.TrimmedThrough)
                continue;
            var reading = snapshots.Read(StorageOperation.Load, stream, manifest, ct);
            var following = From(stream, manifest.Anchor, ct);
            await Task.WhenAll(reading, following).ConfigureAwait(false);
            if (await reading.ConfigureAwait(false) is not { } snapshot)
                continue;
            var items = await following.ConfigureAwait(false);
            if (items.Count == 0 || items[^1].Last < snapshot.Version)
                throw new StreamCorruptedException(stream, FormattableString.Invariant($"the snapshot of event {snapshot.Version} is ahead of the items"));
            return new Loaded(snapshot, Chain.Tail(stream, snapshot.Version, items), head.TrimmedThrough, items[^1].Last);
        }
        if (head.TrimmedThrough > 0)
            throw Chain.NoSnapshot(stream, head.TrimmedThrough);
        var all = await From(stream, 1, ct).ConfigureAwait(false);
        return new Loaded(null, Chain.Tail(stream, 0, all), 0, all.Count == 0 ? 0 : all[^1].Last);
    }

    private async Task<List<Batch>> From(string stream, long version, CancellationToken ct)
    {
        var range = calls.Range(stream, DynamoKeys.Event(version), DynamoKeys.LastEvent);
        var items = await calls.QueryAll(StorageOperation.Load, range, ct).ConfigureAwait(false);
        return items.ConvertAll(i => DynamoItem.Read(stream, i));
    }

    private async Task<(List<Batch> Batches, bool End)> Page(
        StorageOperation operation, string stream, long version, int items, bool forward, CancellationToken ct)
    {
        var request = forward
            ? calls.Range(stream, DynamoKeys.Event(version), DynamoKeys.LastEvent)
            : calls.Range(stream, DynamoKeys.Event(0), DynamoKeys.Event(version));
        (request.ScanIndexForward, request.Limit) = (forward, items);
        var (found, next) = await calls.Query(operation, request, ct).ConfigureAwait(false);
        return (found.ConvertAll(i => DynamoItem.Read(stream, i)), next is null);
    }

    private static Page Cut(List<Batch> batches, PageBuilder page, bool end)
    {
        foreach (var batch in batches)
        {
            if (!page.TryAdd(batch))
                return page.Build(end: false);
        }
        return page.Build(end);
    }
}
