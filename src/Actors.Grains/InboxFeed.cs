using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>
/// Tells the inboxes of members that they are in this thread. An idempotent effect: after a crash the meeting's next full update names
/// everybody again, and an inbox that knows the thread writes nothing.
/// </summary>
internal sealed class InboxFeed(GrainKey key, string thread, IGrainFactory grains, MeetingClock clock, ILogger logger)
{
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly Queue<string> _waiting = new();
    private string _title = "";
    private int _calls;

    /// <summary>Some have not been told yet.</summary>
    public bool IsBehind => _waiting.Count > 0 || _calls > 0;

    public void Add(RosterUpdate update)
    {
        if (!update.Inbox) return;
        _title = update.Name;
        // Of a direct thread both, also while one is away.
        foreach (var participant in update.Direct ?? [.. update.Entered.Select(member => member.Participant)])
            if (_told.Add(participant)) _waiting.Enqueue(participant);
        Run();
    }

    /// <summary>Starts as many calls as are allowed; also those that failed before.</summary>
    public void Run()
    {
        while (_calls < GrainLimits.InboxCalls && _waiting.TryDequeue(out var user)) _ = Tell(user);
    }

    private async Task Tell(string user)
    {
        _calls++;
        var done = false;
        try
        {
            await grains.GetGrain<IInboxGrain>(Ids.InboxKey(key.Tenant, user)).Add(thread, _title, clock.Now);
            done = true;
        }
        catch (Exception fault)
        {
            Log.EffectFailed(logger, fault, thread, "telling an inbox");
            _waiting.Enqueue(user);
        }
        finally
        {
            _calls--;
        }
        // After a failure the housekeeping goes on, not the next call.
        if (done) Run();
    }
}
