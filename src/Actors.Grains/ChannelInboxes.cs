using Actors.Contracts;
using Actors.Meetings;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Tells the inboxes of those who were added to a channel or removed from it. The channel's own log says who has still to be told, so a crash
/// repeats calls and loses none; each inbox asks the channel what is true now.
/// </summary>
internal sealed class ChannelInboxes(GrainKey key, string channel, IGrainFactory grains, MeetingClock clock, ILogger logger, Func<ThreadState> durable)
{
    private Task _running = Task.CompletedTask;

    public bool AreBehind => !durable().Untold.IsEmpty;

    /// <param name="record">Logs that everybody up to an event was told; null once durable.</param>
    public Task Run(Func<long, Task<Retry?>> record)
    {
        if (_running.IsCompleted && AreBehind) _running = WorkOff(record);
        return _running;
    }

    /// <summary>Tells those whom a message mentions by name that it has come. Not stored and not repeated: only who is connected hears of it.</summary>
    public void Mention(Recorded recorded)
    {
        if (recorded.Event is not MessagePosted { Mentions: { } mentions }) return;
        foreach (var user in mentions)
            if (user != recorded.By && ChatThread.ReadsAfter(durable(), user) is not null) _ = Tell(grains.GetGrain<IInboxGrain>(Ids.InboxKey(key.Tenant, user)));
    }

    private async Task Tell(IInboxGrain inbox)
    {
        try
        {
            await inbox.Mentioned(channel);
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, channel, "telling of a mention");
        }
    }

    private async Task WorkOff(Func<long, Task<Retry?>> record)
    {
        try
        {
            while (AreBehind)
            {
                var untold = durable().Untold;
                var through = untold.Values.Max();
                foreach (var some in untold.Keys.Chunk(GrainLimits.InboxCalls))
                    await Task.WhenAll(some.Select(user => grains.GetGrain<IInboxGrain>(Ids.InboxKey(key.Tenant, user)).Refresh(channel, clock.Now, through).AsTask()));
                if (await record(through) is not null) return;
            }
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, channel, "telling inboxes");
        }
    }
}
