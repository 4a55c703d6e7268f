using System.Collections.Immutable;

namespace Actors.Storage;

/// <summary>
/// Durable streams of numbered events. Every member throws <see cref="StorageUnavailableException"/> when storage does not answer in time and
/// <see cref="StreamCorruptedException"/> when what it holds cannot be trusted; cancellation throws. All reads are strongly consistent.
/// Safe for concurrent use.
/// </summary>
public interface IEventLog
{
    /// <summary>
    /// Puts the batch if its version is free: the fence between two writers. One attempt per call; after a fault the caller sends the same
    /// batch again. The caller vouches that <c>batch.Version - 1</c> is the last event it knows to be durable (a gap is found by every later load).
    /// </summary>
    ValueTask<AppendResult> Append(string stream, Batch batch, CancellationToken ct);

    /// <summary>Newest complete, verified snapshot of a readable schema, and everything after it.</summary>
    ValueTask<Loaded> Load(string stream, Schemas readable, CancellationToken ct);

    /// <summary>From the batch that contains <paramref name="from"/> on, oldest first.</summary>
    ValueTask<Page> ReadForward(string stream, long from, ReadLimit limit, CancellationToken ct);

    /// <summary>From the batch that contains <paramref name="through"/> (or the last one) backwards, newest first. One round trip.</summary>
    ValueTask<Page> ReadBackward(string stream, long through, ReadLimit limit, CancellationToken ct);

    /// <summary>
    /// Stores a snapshot and forgets all but the last two. One of a lower version than the newest stored is dropped, one of the same version
    /// replaces it. Throws <see cref="InvalidOperationException"/> for state that is ahead of the durable stream.
    /// </summary>
    ValueTask SaveSnapshot(string stream, Snapshot snapshot, CancellationToken ct);

    /// <summary>
    /// Deletes the snapshots of versions below <paramref name="before"/> and whatever an interrupted save left of such ones, for redaction.
    /// Throws <see cref="InvalidOperationException"/> where a trimmed stream would be left without a snapshot.
    /// </summary>
    ValueTask DropSnapshots(string stream, long before, CancellationToken ct);

    /// <summary>The overlays of these pages, in order; pages without one are left out. One round trip up to 1 MB.</summary>
    ValueTask<ImmutableArray<Overlay>> ReadOverlays(string stream, long firstPage, long lastPage, CancellationToken ct);

    /// <summary>Stores an overlay; false where the stored one accounts for later events.</summary>
    ValueTask<bool> SaveOverlay(string stream, Overlay overlay, CancellationToken ct);

    /// <summary>
    /// Replaces the events of the batch that contains event <paramref name="version"/>, in place: number, count, write id, writer and time stay.
    /// <paramref name="rewrite"/> must be pure and idempotent, it may run several times. False where there is no such event.
    /// </summary>
    ValueTask<bool> Redact(string stream, long version, Func<Batch, ReadOnlyMemory<byte>> rewrite, CancellationToken ct);

    /// <summary>
    /// Deletes whole batches up to <paramref name="through"/>, never the last batch nor one younger than <see cref="StorageLimits.TrimMinimumAge"/>,
    /// and answers the number trimmed through, which is recorded first. Repeatable after a crash. Throws <see cref="InvalidOperationException"/>
    /// without a verified snapshot of at least that version.
    /// </summary>
    ValueTask<long> Trim(string stream, long through, CancellationToken ct);
}
