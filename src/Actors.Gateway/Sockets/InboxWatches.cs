using Actors.Contracts;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Actors.Gateway;

/// <summary>
/// The inboxes whose changes somebody here is to be told: one waiting call for each user, however many sockets they have, and none once the last of these is
/// gone.
/// </summary>
internal sealed partial class InboxWatches(IClusterClient cluster, Backoff backoff, TimeProvider time, ILogger<InboxWatches> log)
{
    /// <summary>Between two calls that found something: no socket is told more often.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private sealed class InboxWatch(IInboxGrain grain, long cursor)
    {
        public IInboxGrain Grain => grain;

        public HashSet<Following> Sessions { get; } = [];

        public long Cursor { get; set; } = cursor;

        public CancellationTokenSource Stop { get; } = new();
    }

    // Held for moments; nothing is called within.
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Tenant, string User), InboxWatch> _watches = [];

    /// <summary>Users whose inboxes are watched.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _watches.Count;
        }
    }

    /// <param name="cursor">Of the page that the session was shown: what has come since is told.</param>
    public void Enter(Following session, long cursor)
    {
        bool behind;
        lock (_gate)
        {
            if (!_watches.TryGetValue(session.Owner, out var watch))
            {
                var (tenant, user) = session.Owner;
                _watches[session.Owner] = watch = new InboxWatch(cluster.GetGrain<IInboxGrain>(Ids.InboxKey(tenant, user)), cursor);
                _ = Task.Run(() => Run(watch));
            }
            watch.Sessions.Add(session);
            behind = cursor < watch.Cursor;
        }
        // The others were told already.
        if (behind) session.InboxChanged([], more: true);
    }

    public void Leave(Following session)
    {
        InboxWatch? watch;
        lock (_gate)
        {
            if (!_watches.TryGetValue(session.Owner, out watch) || !watch.Sessions.Remove(session) || watch.Sessions.Count > 0) return;
            _watches.Remove(session.Owner);
        }
        watch.Stop.Cancel();
    }

    private async Task Run(InboxWatch watch)
    {
        var stop = watch.Stop.Token;
        for (var failures = 0; !stop.IsCancellationRequested;)
        {
            try
            {
                var news = await watch.Grain.Watch(watch.Cursor, Limits.ReadHold, stop);
                failures = 0;
                if (news.Cursor == watch.Cursor) continue;
                Tell(watch, news);
                await Task.Delay(Pace, time, stop);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                if (!ClusterCalls.IsTransient(e)) WatchingFailed(log, e);
                await Task.Delay(backoff.Pause(failures++), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // In whatever way a call ends that was given up.
                return;
            }
        }
    }

    private void Tell(InboxWatch watch, InboxNews news)
    {
        List<Following> sessions;
        lock (_gate)
        {
            watch.Cursor = news.Cursor;
            sessions = [.. watch.Sessions];
        }
        foreach (var session in sessions) session.InboxChanged(news.Threads, news.More);
    }

    [LoggerMessage(1, LogLevel.Error, "Watching an inbox failed in a way that should not be; tried again.")]
    private static partial void WatchingFailed(ILogger log, Exception e);
}
