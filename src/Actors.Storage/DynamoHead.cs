using System.Collections.Immutable;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Actors.Storage;

/// <summary>What the head says of a stored snapshot. The chunks come first and this last: a snapshot named here was complete once.</summary>
/// <param name="Anchor">Version of the batch that holds the snapshot's last event.</param>
/// <param name="Chunks">Number of chunk items.</param>
/// <param name="Bytes">Size of the payload, uncompressed.</param>
/// <param name="Checksum">SHA-256 of the compressed payload, hexadecimal.</param>
internal sealed record Manifest(long Version, int Schema, long Anchor, int Chunks, int Bytes, string Checksum)
{
    public string Prefix => DynamoKeys.Snapshot(Version, Checksum);
}

/// <summary>The one mutable item of a stream, off the command path: what is trimmed and which snapshots there are, oldest first.</summary>
internal sealed record Head(long Revision, long TrimmedThrough, ImmutableArray<Manifest> Snapshots)
{
    public static readonly Head None = new(0, 0, []);
}

/// <summary>Reads and changes heads, one changer at a time per stream.</summary>
internal sealed class DynamoHeads(DynamoCalls calls)
{
    /// <summary>Changers of one head are a snapshot writer, a trimmer and at worst their zombies: more rivals than this is a bug.</summary>
    private const int Rivals = 8;

    private const string TrimmedThrough = "t";
    private const string Snapshots = "s";

    public async Task<Head> Read(StorageOperation operation, string stream, CancellationToken ct)
    {
        var item = await calls.Get(operation, stream, DynamoKeys.Head, ct).ConfigureAwait(false);
        return item is null ? Head.None : Parse(stream, item);
    }

    /// <summary>Applies <paramref name="change"/> to the newest head; it answers null for nothing to do, and may run again on what a rival wrote.</summary>
    public async Task<Head> Change(StorageOperation operation, string stream, Head known, Func<Head, Head?> change, CancellationToken ct)
    {
        for (var rival = 0; rival < Rivals; rival++)
        {
            if (change(known) is not { } changed)
                return known;
            changed = changed with { Revision = known.Revision + 1 };
            try
            {
                await calls.Put(operation, Request(stream, known, changed), ct).ConfigureAwait(false);
                return changed;
            }
            catch (ConditionalCheckFailedException e)
            {
                known = e.Item is { Count: > 0 } ? Parse(stream, e.Item) : Head.None;
            }
        }
        throw new StorageUnavailableException(StorageFault.Throttled, $"The head of stream {stream} changes too fast.");
    }

    private static PutItemRequest Request(string stream, Head known, Head changed)
    {
        var item = DynamoItem.Key(stream, DynamoKeys.Head);
        item[DynamoItem.Format] = DynamoItem.Number(DynamoItem.CurrentFormat);
        item[DynamoItem.Revision] = DynamoItem.Number(changed.Revision);
        item[TrimmedThrough] = DynamoItem.Number(changed.TrimmedThrough);
        item[Snapshots] = new AttributeValue { L = [.. changed.Snapshots.Select(Write)], IsLSet = true };
        var isNew = known.Revision == 0;
        return new PutItemRequest
        {
            Item = item,
            ConditionExpression = isNew ? "attribute_not_exists(pk)" : "r = :r",
            ExpressionAttributeValues = isNew ? null : new(1) { [":r"] = DynamoItem.Number(known.Revision) },
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };
    }

    private static Head Parse(string stream, Dictionary<string, AttributeValue> item)
    {
        DynamoItem.CheckFormat(stream, item);
        return new Head(
            DynamoItem.LongOf(item, DynamoItem.Revision),
            DynamoItem.LongOf(item, TrimmedThrough),
            [.. (item[Snapshots].L ?? []).Select(s => ReadManifest(s.M))]);
    }

    private static AttributeValue Write(Manifest m) => new()
    {
        M = new(6)
        {
            ["v"] = DynamoItem.Number(m.Version),
            ["schema"] = DynamoItem.Number(m.Schema),
            ["anchor"] = DynamoItem.Number(m.Anchor),
            ["chunks"] = DynamoItem.Number(m.Chunks),
            ["bytes"] = DynamoItem.Number(m.Bytes),
            ["sha256"] = DynamoItem.Text(m.Checksum),
        },
    };

    private static Manifest ReadManifest(Dictionary<string, AttributeValue> m) => new(
        DynamoItem.LongOf(m, "v"),
        (int)DynamoItem.LongOf(m, "schema"),
        DynamoItem.LongOf(m, "anchor"),
        (int)DynamoItem.LongOf(m, "chunks"),
        (int)DynamoItem.LongOf(m, "bytes"),
        m["sha256"].S);
}
