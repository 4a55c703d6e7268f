using Actors.Contracts;
using Actors.Meetings;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Hands on to the next occurrence what persists, until that one has everything and this one's log says so. Each command is idempotent in the
/// receiver, so that a fresh activation begins anew.
/// </summary>
internal sealed class NextOccurrence(GrainKey key, IGrainFactory grains, ILogger logger, Func<MeetingState> durable, Func<Task<Retry?>> recordContinued)
{
    private Task _running = Task.CompletedTask;

    // What the former one leaves is handed on with what this one does.
    public Task Run() => _running.IsCompleted && durable() is { HasLegacy: true, AwaitsRemovals: false } ? _running = HandOn() : _running;

    private static string Step(Command command) => command switch
    {
        CarryGroups groups => $"groups{groups.Part}",
        CarryLocks locks => $"locks{locks.Part}",
        CarryRemovals removals => $"removals{removals.Part}",
        _ => "continue",
    };

    private async Task HandOn()
    {
        try
        {
            var state = durable();
            var next = grains.GetGrain<IMeetingGrain>(Ids.MeetingKey(key.Tenant, state.Next!.Meeting));
            foreach (var command in Occurrences.Legacy(state, key.Meeting))
            {
                var id = CommandId.OfKey($"{key.Meeting}/{Step(command)}");
                var answer = await next.Execute(new Request(id, Caller.System, command), CancellationToken.None);
                // Pending: nobody would find it yet, should both processes die now.
                if (answer is Accepted { Pending: false }) continue;
                Log.NotContinued(logger, key.MeetingKey, state.Next.Meeting, answer);
                return;
            }
            await recordContinued();
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, key.MeetingKey, "its next occurrence");
        }
    }
}
