using Amazon.DynamoDBv2.Model;

namespace Actors.Storage;

/// <summary>Snapshots of a stream: chunk items named by content, listed in the head once they are all there.</summary>
internal sealed class DynamoSnapshots(DynamoCalls calls, DynamoHeads heads)
{
    /// <param name="anchor">Version of the batch that holds the snapshot's last event.</param>
    public async Task Save(string stream, Snapshot snapshot, long anchor, Head known, CancellationToken ct)
    {
        const StorageOperation Operation = StorageOperation.SaveSnapshot;
        var packed = Packed.Of(snapshot.Payload);
        var mine = new Manifest(snapshot.Version, snapshot.Schema, anchor, packed.Parts, packed.Bytes, packed.Checksum);
        await calls.PutAll(Operation, Chunks(stream, mine, packed), ct).ConfigureAwait(false);

        var seen = new HashSet<Manifest> { mine };
        var head = await heads.Change(Operation, stream, known, h => Add(h, mine, seen), ct).ConfigureAwait(false);
        // Same content at the same version is the same chunks, whatever the manifest says.
        var kept = head.Snapshots.Select(m => m.Prefix).ToHashSet(StringComparer.Ordinal);
        var gone = seen.Where(m => !kept.Contains(m.Prefix));
        await calls.DeleteAll(Operation, stream, gone.SelectMany(Keys), ct).ConfigureAwait(false);
    }

    /// <summary>Null where chunks are missing or damaged.</summary>
    public async Task<Snapshot?> Read(StorageOperation operation, string stream, Manifest manifest, CancellationToken ct)
    {
        List<Dictionary<string, AttributeValue>> chunks;
        if (manifest.Chunks == 1)
        {
            var only = await calls.Get(operation, stream, DynamoKeys.Part(manifest.Prefix, 0), ct).ConfigureAwait(false);
            chunks = only is null ? [] : [only];
        }
        else
        {
            var range = calls.Range(stream, manifest.Prefix, DynamoKeys.EndOf(manifest.Prefix));
            chunks = await calls.QueryAll(operation, range, ct).ConfigureAwait(false);
        }
        if (chunks.Count != manifest.Chunks)
            return null;
        var data = Packed.Join(chunks.Select(c => c[DynamoItem.Data].B));
        var payload = Packed.Unpack(data, manifest.Bytes, manifest.Checksum);
        return payload is null ? null : new Snapshot(manifest.Version, manifest.Schema, payload);
    }

    /// <summary>Throws unless one of the head's snapshots holds this event and can be read.</summary>
    public async Task RequireVerified(StorageOperation operation, string stream, Head head, long version, CancellationToken ct)
    {
        foreach (var manifest in head.Snapshots.Reverse().Where(m => m.Version >= version))
        {
            if (await Read(operation, stream, manifest, ct).ConfigureAwait(false) is not null)
                return;
        }
        throw Chain.Unanchored(stream, version);
    }

    public async Task Drop(string stream, long before, CancellationToken ct)
    {
        const StorageOperation Operation = StorageOperation.DropSnapshots;
        before = Math.Min(before, StorageLimits.LastVersion);
        var known = await heads.Read(Operation, stream, ct).ConfigureAwait(false);
        if (known.TrimmedThrough > 0)
            await RequireVerified(Operation, stream, known, Math.Max(before, known.TrimmedThrough), ct).ConfigureAwait(false);
        await heads.Change(Operation, stream, known, h => Remove(stream, h, before), ct).ConfigureAwait(false);
        await Sweep(Operation, stream, before, ct).ConfigureAwait(false);
    }

    /// <summary>Deletes every chunk of a version below, also those of saves that never finished.</summary>
    public async Task Sweep(StorageOperation operation, string stream, long before, CancellationToken ct)
    {
        var range = calls.Range(stream, DynamoKeys.SnapshotsOf(0), DynamoKeys.SnapshotsOf(before));
        range.ProjectionExpression = DynamoKeys.Sort;
        var items = await calls.QueryAll(operation, range, ct).ConfigureAwait(false);
        await calls.DeleteAll(operation, stream, items.Select(i => i[DynamoKeys.Sort].S), ct).ConfigureAwait(false);
    }

    private static Head? Add(Head head, Manifest mine, HashSet<Manifest> seen)
    {
        seen.UnionWith(head.Snapshots);
        var newest = head.Snapshots.IsEmpty ? 0 : head.Snapshots[^1].Version;
        if (newest > mine.Version || head.Snapshots.Contains(mine))
            return null;
        var others = head.Snapshots.RemoveAll(m => m.Version == mine.Version);
        var from = Math.Max(0, others.Length + 1 - StorageLimits.SnapshotsKept);
        return head with { Snapshots = [.. others[from..], mine] };
    }

    private static Head? Remove(string stream, Head head, long before)
    {
        var kept = head.Snapshots.RemoveAll(m => m.Version < before);
        if (head.TrimmedThrough > 0 && !kept.Any(m => m.Version >= head.TrimmedThrough))
            throw Chain.Unanchored(stream, head.TrimmedThrough);
        return kept.Length == head.Snapshots.Length ? null : head with { Snapshots = kept };
    }

    private static IEnumerable<string> Keys(Manifest m) => Enumerable.Range(0, m.Chunks).Select(i => DynamoKeys.Part(m.Prefix, i));

    private static IEnumerable<Dictionary<string, AttributeValue>> Chunks(string stream, Manifest manifest, Packed packed)
    {
        for (var i = 0; i < packed.Parts; i++)
        {
            var item = DynamoItem.Key(stream, DynamoKeys.Part(manifest.Prefix, i));
            item[DynamoItem.Data] = new AttributeValue { B = packed.Part(i) };
            yield return item;
        }
    }
}
