using System.Collections.Immutable;

namespace Actors.Storage;

/// <summary>State of a stream after event <paramref name="Version"/>. An optimisation: where the stream is untrimmed, it can be rebuilt.</summary>
/// <param name="Version">Last event that the state contains; it must be durable.</param>
/// <param name="Schema">Version of the payload's form, chosen by the owner.</param>
/// <param name="Payload">Opaque to storage, which compresses, cuts and checks it.</param>
public sealed record Snapshot(long Version, int Schema, ReadOnlyMemory<byte> Payload);

/// <summary>The snapshot schemas a reader understands. Old and new code run side by side, so a reader passes over snapshots from the future.</summary>
public readonly record struct Schemas(int Oldest, int Newest)
{
    public static readonly Schemas Any = new(int.MinValue, int.MaxValue);

    public static Schemas UpTo(int newest) => new(int.MinValue, newest);

    public bool Contains(int schema) => schema >= Oldest && schema <= Newest;
}

/// <summary>Everything needed to rebuild a stream's state: fold the events after <see cref="Snapshot"/> that <see cref="Tail"/> holds.</summary>
/// <param name="Snapshot">Newest complete, verified snapshot of a readable schema.</param>
/// <param name="Tail">
/// Contiguous batches from the one that contains the event after the snapshot (or event 1) to the end. The first may also hold events
/// that the snapshot already contains.
/// </param>
/// <param name="TrimmedThrough">Events up to this one are gone; 0 where nothing was trimmed.</param>
/// <param name="LastVersion">Number of the stream's last event; 0 for a new stream.</param>
public sealed record Loaded(Snapshot? Snapshot, ImmutableArray<Batch> Tail, long TrimmedThrough, long LastVersion);
