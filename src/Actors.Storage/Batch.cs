namespace Actors.Storage;

/// <summary>One append is one batch is one immutable item: events <see cref="Version"/> … <see cref="Last"/> of its stream.</summary>
/// <param name="Version">Number of the first event, from 1.</param>
/// <param name="Count">Number of events, at least 1.</param>
/// <param name="WriteId">Chosen by the writer, new for every batch, kept when the same batch is sent again: it tells a rival from a lost acknowledgement.</param>
/// <param name="Writer">Who wrote it, for people who read the table.</param>
/// <param name="At">The writer's clock, stored in UTC.</param>
/// <param name="Events">UTF-8 JSON, opaque to storage; at most <see cref="StorageLimits.ItemBytes"/>.</param>
public sealed record Batch(long Version, int Count, string WriteId, string Writer, DateTimeOffset At, ReadOnlyMemory<byte> Events)
{
    /// <summary>Number of the last event.</summary>
    public long Last => Version + Count - 1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Version, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Last, StorageLimits.LastVersion);
        ArgumentException.ThrowIfNullOrEmpty(WriteId);
        ArgumentException.ThrowIfNullOrEmpty(Writer);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Events.Length, StorageLimits.ItemBytes);
    }
}

/// <summary>What became of an append. A fault (outcome unknown) is not one of these: it throws <see cref="StorageUnavailableException"/>.</summary>
public abstract record AppendResult
{
    private AppendResult() { }

    /// <summary>The batch is durable, now or already since an earlier attempt with the same write id.</summary>
    /// <param name="WriteUnits">Write capacity units this call took; 0 where storage does not say.</param>
    public sealed record Appended(double WriteUnits) : AppendResult;

    /// <summary>Somebody else wrote <paramref name="Existing"/> at this version: the caller has lost the stream and must reload.</summary>
    public sealed record Conflict(Batch Existing) : AppendResult;
}
