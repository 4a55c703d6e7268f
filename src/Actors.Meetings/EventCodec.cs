using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The stored form of a batch: a JSON array, one object an event. Besides the event's own fields: <c>by</c>, <c>c</c> = [source, counter] of
/// its command, <c>d</c> = milliseconds after the item's time. Numbers follow from the item's version; what an event shares with its
/// predecessor in the item (<c>by</c>, source) is left out by writing <c>c</c> as the counter alone.
/// </summary>
public static class EventCodec
{
    /// <summary>Written with every item; a reader that does not know it must not guess.</summary>
    public const int Format = 1;
}
