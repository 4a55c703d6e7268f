using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace Actors.Storage;

/// <summary>The two exceptions to immutable items: redaction and trimming.</summary>
internal sealed class DynamoErasure(DynamoCalls calls, DynamoHeads heads, DynamoSnapshots snapshots, DynamoReads reads, TimeProvider time)
{
    /// <summary>Redactions of one item at the same time come from one owner and at worst its zombies.</summary>
    private const int Rivals = 8;

    public async Task<bool> Redact(string stream, long version, Func<Batch, ReadOnlyMemory<byte>> rewrite, CancellationToken ct)
    {
        for (var rival = 0; rival < Rivals; rival++)
        {
            if (await reads.Containing(StorageOperation.Redact, stream, version, ct).ConfigureAwait(false) is not var (batch, revision))
                return false;
            var rewritten = batch with { Events = rewrite(batch) };
            rewritten.Validate();
            if (rewritten.Events.Span.SequenceEqual(batch.Events.Span))
                return true;
            try
            {
                await calls.Update(StorageOperation.Redact, Rewrite(stream, rewritten, revision), ct).ConfigureAwait(false);
                return true;
            }
            catch (ConditionalCheckFailedException)
            {
                // A rival's redaction, our own whose answer was lost, or trimmed meanwhile: look again.
                continue;
            }
        }
        throw new StorageUnavailableException(StorageFault.Throttled, $"An item of stream {stream} changes too fast.");
    }

    public async Task<long> Trim(string stream, long through, CancellationToken ct)
    {
        const StorageOperation Operation = StorageOperation.Trim;
        var head = await heads.Read(Operation, stream, ct).ConfigureAwait(false);
        await snapshots.RequireVerified(Operation, stream, head, through, ct).ConfigureAwait(false);
        await snapshots.Sweep(Operation, stream, head.Snapshots[0].Version, ct).ConfigureAwait(false);
        var last = await LastItem(stream, ct).ConfigureAwait(false);

        var request = calls.Range(stream, DynamoKeys.Event(0), DynamoKeys.Event(Math.Min(through, StorageLimits.LastVersion)));
        // "at" is a reserved word of DynamoDB.
        request.ProjectionExpression = "sk, n, #at";
        request.ExpressionAttributeNames = new(1) { ["#at"] = DynamoItem.Time };
        while (true)
        {
            var (items, next) = await calls.Query(Operation, request, ct).ConfigureAwait(false);
            var gone = items.TakeWhile(i => i[DynamoKeys.Sort].S != last && LastOf(i) <= through && IsOld(i)).ToList();
            if (gone.Count > 0)
            {
                var trimmed = LastOf(gone[^1]);
                head = await heads.Change(Operation, stream, head, h => h.TrimmedThrough >= trimmed ? null : Anchored(stream, h, trimmed), ct).ConfigureAwait(false);
                await calls.DeleteAll(Operation, stream, gone.Select(i => i[DynamoKeys.Sort].S), ct).ConfigureAwait(false);
            }
            if (next is null || gone.Count < items.Count)
                return head.TrimmedThrough;
            request.ExclusiveStartKey = next;
        }
    }

    private static Head Anchored(string stream, Head head, long trimmed) =>
        head.Snapshots.Any(m => m.Version >= trimmed) ? head with { TrimmedThrough = trimmed } : throw Chain.Unanchored(stream, trimmed);

    private async Task<string?> LastItem(string stream, CancellationToken ct)
    {
        var request = calls.Range(stream, DynamoKeys.Event(0), DynamoKeys.LastEvent);
        (request.ScanIndexForward, request.Limit) = (false, 1);
        var (items, _) = await calls.Query(StorageOperation.Trim, request, ct).ConfigureAwait(false);
        return items.Count == 0 ? null : items[0][DynamoKeys.Sort].S;
    }

    private static long LastOf(Dictionary<string, AttributeValue> item) =>
        long.Parse(item[DynamoKeys.Sort].S.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture) + DynamoItem.LongOf(item, DynamoItem.Count) - 1;

    private bool IsOld(Dictionary<string, AttributeValue> item) =>
        DateTimeOffset.Parse(item[DynamoItem.Time].S, CultureInfo.InvariantCulture) <= time.GetUtcNow() - StorageLimits.TrimMinimumAge;

    private static UpdateItemRequest Rewrite(string stream, Batch rewritten, long revision) => new()
    {
        Key = DynamoItem.Key(stream, DynamoKeys.Event(rewritten.Version)),
        UpdateExpression = "SET d = :d, r = :next",
        ConditionExpression = revision == 0 ? "w = :w AND attribute_not_exists(r)" : "w = :w AND r = :r",
        ExpressionAttributeValues = Values(rewritten, revision),
    };

    private static Dictionary<string, AttributeValue> Values(Batch rewritten, long revision)
    {
        var values = new Dictionary<string, AttributeValue>(4)
        {
            [":d"] = DynamoItem.Text(DynamoItem.Decode(rewritten.Events)),
            [":w"] = DynamoItem.Text(rewritten.WriteId),
            [":next"] = DynamoItem.Number(revision + 1),
        };
        if (revision > 0)
            values[":r"] = DynamoItem.Number(revision);
        return values;
    }
}
