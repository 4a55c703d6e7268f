using System.Collections.Immutable;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Actors.Storage;

/// <summary>Streams in one DynamoDB table. The README beside this file describes the items.</summary>
/// <param name="client">Made by <see cref="DynamoClients"/> or alike: without retries of its own.</param>
/// <param name="random">For the jitter of retries.</param>
public sealed class DynamoEventLog(IAmazonDynamoDB client, DynamoOptions options, TimeProvider time, Random random, CapacityMeter meter) : IEventLog
{
    private readonly Parts _parts = new(new DynamoCalls(client, options, time, random, meter), time);

    public async ValueTask<AppendResult> Append(string stream, Batch batch, CancellationToken ct)
    {
        StorageLimits.ValidateStream(stream);
        batch.Validate();
        var request = new PutItemRequest
        {
            Item = DynamoItem.Write(stream, batch),
            ConditionExpression = "attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };
        try
        {
            return new AppendResult.Appended(await _parts.Calls.PutOnce(StorageOperation.Append, request, ct).ConfigureAwait(false));
        }
        catch (ConditionalCheckFailedException e)
        {
            if (e.Item is not { Count: > 0 })
                throw new StorageUnavailableException(StorageFault.ServerError, "DynamoDB refused a put without the item that is in its way.", e);
            var existing = DynamoItem.Read(stream, e.Item);
            return existing.WriteId == batch.WriteId ? new AppendResult.Appended(0) : new AppendResult.Conflict(existing);
        }
    }

    public ValueTask<Loaded> Load(string stream, Schemas readable, CancellationToken ct) =>
        Run((stream, readable), static (p, a, t) => p.Reads.Load(a.stream, a.readable, t), stream, ct);

    public ValueTask<Page> ReadForward(string stream, long from, ReadLimit limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        limit.Validate();
        return Run((stream, from, limit), static (p, a, t) => p.Reads.Forward(a.stream, a.from, a.limit, t), stream, ct);
    }

    public ValueTask<Page> ReadBackward(string stream, long through, ReadLimit limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(through, 1);
        limit.Validate();
        var last = Math.Min(through, StorageLimits.LastVersion);
        return Run((stream, last, limit), static (p, a, t) => p.Reads.Backward(a.stream, a.last, a.limit, t), stream, ct);
    }

    public async ValueTask SaveSnapshot(string stream, Snapshot snapshot, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(snapshot.Version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(snapshot.Version, StorageLimits.LastVersion);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(snapshot.Payload.Length, StorageLimits.SnapshotBytes);
        await Run((stream, snapshot), static (p, a, t) => p.SaveSnapshot(a.stream, a.snapshot, t), stream, ct).ConfigureAwait(false);
    }

    public async ValueTask DropSnapshots(string stream, long before, CancellationToken ct) =>
        await Run((stream, before), static (p, a, t) => Done(p.Snapshots.Drop(a.stream, a.before, t)), stream, ct).ConfigureAwait(false);

    public ValueTask<ImmutableArray<Overlay>> ReadOverlays(string stream, long firstPage, long lastPage, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstPage);
        ArgumentOutOfRangeException.ThrowIfLessThan(lastPage, firstPage);
        var last = Math.Min(lastPage, StorageLimits.LastPage);
        return Run((stream, firstPage, last), static (p, a, t) => p.Overlays.Read(a.stream, a.firstPage, a.last, t), stream, ct);
    }

    public ValueTask<bool> SaveOverlay(string stream, Overlay overlay, CancellationToken ct)
    {
        overlay.Validate();
        return Run((stream, overlay), static (p, a, t) => p.Overlays.Save(a.stream, a.overlay, t), stream, ct);
    }

    public ValueTask<bool> Redact(string stream, long version, Func<Batch, ReadOnlyMemory<byte>> rewrite, CancellationToken ct) =>
        Run((stream, version, rewrite), static (p, a, t) => p.Erasure.Redact(a.stream, a.version, a.rewrite, t), stream, ct);

    public ValueTask<long> Trim(string stream, long through, CancellationToken ct) =>
        Run((stream, through), static (p, a, t) => p.Erasure.Trim(a.stream, a.through, t), stream, ct);

    private async ValueTask<T> Run<TArguments, T>(
        TArguments arguments, Func<Parts, TArguments, CancellationToken, Task<T>> operation, string stream, CancellationToken ct)
    {
        StorageLimits.ValidateStream(stream);
        return await _parts.Calls.Within((_parts, arguments, operation), static (s, t) => s.operation(s._parts, s.arguments, t), ct).ConfigureAwait(false);
    }

    private static async Task<bool> Done(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }

    private sealed class Parts
    {
        public Parts(DynamoCalls calls, TimeProvider time)
        {
            Calls = calls;
            Heads = new DynamoHeads(calls);
            Snapshots = new DynamoSnapshots(calls, Heads);
            Reads = new DynamoReads(calls, Heads, Snapshots);
            Overlays = new DynamoOverlays(calls);
            Erasure = new DynamoErasure(calls, Heads, Snapshots, Reads, time);
        }

        public DynamoCalls Calls { get; }

        public DynamoHeads Heads { get; }

        public DynamoSnapshots Snapshots { get; }

        public DynamoReads Reads { get; }

        public DynamoOverlays Overlays { get; }

        public DynamoErasure Erasure { get; }

        public async Task<bool> SaveSnapshot(string stream, Snapshot snapshot, CancellationToken ct)
        {
            const StorageOperation Operation = StorageOperation.SaveSnapshot;
            var standing = Reads.Containing(Operation, stream, snapshot.Version, ct);
            var reading = Heads.Read(Operation, stream, ct);
            await Task.WhenAll(standing, reading).ConfigureAwait(false);
            var head = await reading.ConfigureAwait(false);
            if (!head.Snapshots.IsEmpty && head.Snapshots[^1].Version > snapshot.Version)
                return false;
            var batch = await standing.ConfigureAwait(false) ?? throw Chain.Ahead(stream, snapshot.Version);
            await Snapshots.Save(stream, snapshot, batch.Batch.Version, head, ct).ConfigureAwait(false);
            return true;
        }
    }
}
