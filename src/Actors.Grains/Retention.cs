using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Deletes messages that are older than their thread keeps them, oldest first; <see cref="Redactions"/> erases them as it does any deleted one.
/// The thread's timer wakes it when the oldest is due; a daily reminder, while messages are kept for a time only, wakes a thread that nobody uses.
/// </summary>
internal sealed class Retention(ThreadGrain grain, string stream, ThreadTexts texts, MeetingClock clock, ILogger logger, Func<ThreadState> newest)
{
    private const string Name = "retention";

    private static readonly TimeSpan Period = TimeSpan.FromDays(1);

    private Task _running = Task.CompletedTask;
    private Task _keeping = Task.CompletedTask;
    private (int? Days, DateTimeOffset At) _next;

    // What the reminder service holds as far as this activation knows.
    private bool? _set;

    /// <summary>When to look; null where nothing can expire.</summary>
    public DateTimeOffset? Due => newest() is { KeepDays: { } days, Held: false, Oldest: not null } ? _next.Days == days ? _next.At : clock.Now : null;

    /// <summary>The reminder came, perhaps of an activation before this one.</summary>
    public void Rang() => _set = true;

    /// <summary>Sets the reminder while it is needed.</summary>
    public Task KeepReminder(ThreadState durable)
    {
        var wanted = durable.KeepDays is not null;
        if (_keeping.IsCompleted && (wanted ? _set != true : _set == true)) _keeping = Change(wanted);
        return _keeping;
    }

    /// <param name="delete">Decides and logs one deletion; null once durable.</param>
    /// <param name="makeRoom">Called before a message is looked at while the buffer of its changes is full.</param>
    public Task Run(Func<long, Task<Retry?>> delete, Func<Task> makeRoom)
    {
        if (_running.IsCompleted && Due <= clock.Now) _running = WorkOff(delete, makeRoom);
        return _running;
    }

    private async Task WorkOff(Func<long, Task<Retry?>> delete, Func<Task> makeRoom)
    {
        var state = newest();
        _next = (state.KeepDays, clock.Now + GrainLimits.Housekeeping);
        try
        {
            var deletions = new List<Task<Retry?>>();
            // What waits for its erasure is bounded; the housekeeping goes on when some of it is done.
            while (newest() is { KeepDays: { } days, Held: false, Oldest: { } message } now && now.Redactions.Count < Limits.PendingRedactions)
            {
                if (texts.Buffer.IsFull) await makeRoom();
                if (texts.Facts(message) is not { } facts)
                {
                    await texts.Load(message, CancellationToken.None);
                    continue;
                }
                if (facts.At.AddDays(days) is var due && due > clock.Now)
                {
                    _next = (days, due);
                    break;
                }
                deletions.Add(delete(message));
                // Nothing was logged: this activation has lost its stream, and would ask for the same for ever.
                if (newest().Oldest == message) break;
            }
            await Task.WhenAll(deletions);
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, stream, "deleting what is too old");
        }
    }

    private async Task Change(bool wanted)
    {
        try
        {
            if (wanted) await grain.RegisterOrUpdateReminder(Name, Period, Period);
            else if (await grain.GetReminder(Name) is { } reminder) await grain.UnregisterReminder(reminder);
            _set = wanted;
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, stream, "the retention's reminder");
        }
    }
}
