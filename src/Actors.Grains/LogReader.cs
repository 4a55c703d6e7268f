using System.Collections.Immutable;
using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;

namespace Actors.Grains;

/// <summary>Pages of the stored log, which is durable by nature.</summary>
internal static class LogReader
{
    /// <summary>No stream gets so far: numbers are keys of twelve digits.</summary>
    private const long LastNumber = 999_999_999_999;

    public static async ValueTask<LogPage> Read(IEventLog eventLog, string stream, long after, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        if (after >= LastNumber) return new LogPage([], null);
        limit = Math.Clamp(limit, 1, Limits.LogPage);
        var page = await eventLog.ReadForward(stream, after + 1, ReadLimit.OfEvents(limit), cancellation).OrAskAgain();
        var events = ImmutableArray.CreateBuilder<Recorded>();
        var more = !page.End;
        foreach (var batch in page.Batches)
        {
            foreach (var recorded in EventCodec.Decode(batch.Version, batch.Count, batch.At, batch.Events.Span))
            {
                if (recorded.Number <= after) continue;
                if (events.Count == limit)
                {
                    more = true;
                    break;
                }
                events.Add(recorded);
            }
        }
        return new LogPage(events.ToImmutable(), more && events.Count > 0 ? events[^1].Number : null);
    }
}
