using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Erases the texts and attachments of deleted messages: the items, the overlay that may hold an edited text and its page's words, the hot tail; then the thread logs that it is
/// done. Every step can be repeated, and the state knows what is unfinished, so a crash costs nothing but time. A legal hold stops it before the next item.
/// </summary>
internal sealed class Redactions(string stream, IEventLog eventLog, ThreadTexts texts, ILogger logger, Func<ThreadState> durable)
{
    private Task _running = Task.CompletedTask;

    /// <summary>False under a legal hold: what waits may not be erased.</summary>
    public bool AreUnfinished => durable() is { Held: false, Redactions.IsEmpty: false };

    /// <summary>Works off what is deleted and durable, one message at a time.</summary>
    /// <param name="blank">Replaces events in memory.</param>
    /// <param name="record">Logs that a message is erased; null once durable.</param>
    public Task Run(Action<Func<Recorded, Recorded>> blank, Func<long, Task<Retry?>> record)
    {
        if (_running.IsCompleted && AreUnfinished) _running = WorkOff(blank, record);
        return _running;
    }

    private async Task WorkOff(Action<Func<Recorded, Recorded>> blank, Func<long, Task<Retry?>> record)
    {
        try
        {
            while (AreUnfinished)
            {
                var pending = durable().Redactions.Values.First();
                var numbers = pending.Numbers.ToHashSet();
                foreach (var number in pending.Numbers)
                {
                    // A hold that came meanwhile keeps what is left; after it this message is begun again.
                    if (durable().Held) return;
                    await eventLog.Redact(stream, number, batch => EventCodec.Redact(batch.Events, batch.Version, numbers), CancellationToken.None);
                }
                if (!await texts.Flush(PageOverlay.PageOf(pending.Message))) return;
                texts.Forget(pending.Message);
                blank(recorded => numbers.Contains(recorded.Number) ? recorded with { Event = Blanked(recorded.Event) } : recorded);
                if (await record(pending.Message) is not null) return;
            }
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, stream, "a redaction");
        }
    }

    private static Event Blanked(Event happened) => happened switch
    {
        MessagePosted posted => posted with { Text = EventCodec.Redacted, Attachments = null },
        MessageEdited edited => edited with { Text = EventCodec.Redacted },
        _ => happened,
    };
}
