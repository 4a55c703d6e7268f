using System.Collections.Immutable;

namespace Actors.Storage;

/// <summary>How much one read may answer: it stops after the batch that reaches <paramref name="Events"/> (what the first batch holds beyond the event asked for does not count) or before the one that passes <paramref name="Bytes"/>, and always holds one batch if there is one.</summary>
public readonly record struct ReadLimit(int Events, int Bytes)
{
    /// <summary>DynamoDB's largest answer.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>As many items as a page may ask for; keeps one page of tiny items from becoming a scan.</summary>
    public const int MaxEvents = 1_000;

    public static readonly ReadLimit Default = new(MaxEvents, MaxBytes);

    public static ReadLimit OfEvents(int events) => new(events, MaxBytes);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Events, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Events, MaxEvents);
        ArgumentOutOfRangeException.ThrowIfLessThan(Bytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Bytes, MaxBytes);
    }
}

/// <summary>Contiguous batches of a stream, in the order of reading.</summary>
/// <param name="Batches">A forward page that begins after the event asked for means that the events between were trimmed; any other gap throws.</param>
/// <param name="End">Nothing follows in the direction of reading: the stream's end, or its first untrimmed event.</param>
public sealed record Page(ImmutableArray<Batch> Batches, bool End)
{
    public static readonly Page Empty = new([], true);
}

/// <summary>Derived, replaceable result of many events of a stream, one per page of message numbers.</summary>
/// <param name="Page">Number of the page, from 0.</param>
/// <param name="Through">Last event that the payload accounts for; an overlay never replaces one with a higher number.</param>
/// <param name="Payload">Opaque to storage, which compresses and cuts it.</param>
public sealed record Overlay(long Page, long Through, ReadOnlyMemory<byte> Payload)
{
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Page);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Page, StorageLimits.LastPage);
        ArgumentOutOfRangeException.ThrowIfNegative(Through);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Through, StorageLimits.LastVersion);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Payload.Length, StorageLimits.OverlayBytes);
    }
}
