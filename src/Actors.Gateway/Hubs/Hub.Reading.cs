using System.Collections.Immutable;
using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Gateway;

// The pull loop: lease, resume, back-pressure and failover in one.
internal sealed partial class Hub
{
    private long _signalCursor = ReadRequest.FromNow;
    private long _leasedAt;
    private bool _leasedOnce;

    /// <summary>Reads until nobody has been here for <see cref="HubSettings.Grace"/>, or <see cref="Stop"/>.</summary>
    public async Task Run()
    {
        var time = _services.Time;
        long? idleSince = null;
        var failures = 0;
        var reload = true;
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    if (reload) await Reload();
                    reload = false;
                    var page = await _grain.Read(NextRead(), _stop.Token);
                    if (page.Outcome == ReadOutcome.Retry) throw new TimeoutException("The grain is stepping down.");
                    failures = 0;
                    reload = page.Outcome == ReadOutcome.Reset;
                    if (reload) continue;
                    if (_roster is not null) await IntroduceUnknown(page.Events);
                    _signalCursor = page.SignalCursor;
                    Apply(page);
                    if (page.Events.Length > 0) await Pace();
                }
                catch (Exception e) when (!_stop.IsCancellationRequested)
                {
                    // Sockets stay open: what the stream has to say is late, not lost. After a defect the state here is not to be trusted.
                    if (!ClusterCalls.IsTransient(e) && e is not ClusterUnavailableException)
                    {
                        ReadFailed(_services.Log, e, Stream.Name);
                        reload = true;
                    }
                    await Task.Delay(_services.Backoff.Pause(failures++), time, _stop.Token);
                }
                if (TryStop(ref idleSince)) return;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            lock (_gate) _stopped = true;
            _started.TrySetCanceled(CancellationToken.None);
            lock (_gate) Advance();
        }
    }

    public void Stop() => _stop.Cancel();

    // Starts anew from a view: at the beginning, and where the stream's memory does not reach back to us.
    private async Task Reload()
    {
        var audience = Stream.Audience(Audience.Moderators);
        var view = await ReadView(audience, Head, _stop.Token);
        var directs = _roster is null ? [] : await ReadDirects(view.Number);
        lock (_gate)
        {
            _ring.Reset(view.Number);
            _unreachable = -1;
            _snapshots.Clear();
            if (view is MeetingView meeting) _roster!.Load(meeting, directs);
            foreach (var group in _groups) Disperse(group);
            Advance();
        }
        _started.TrySetResult();
    }

    private async Task<ImmutableArray<string>> ReadDirects(long seen)
    {
        var directs = await _services.Calls.Call(
            static (state, token) => state.Grain.Directs(state.seen, token), (Grain: (IMeetingGrain)_grain, seen), _stop.Token);
        return directs.Threads;
    }

    private ReadRequest NextRead()
    {
        lock (_gate) return new ReadRequest(_ring.Head, Limits.ReadHold, _signalCursor, NextLease());
    }

    // Only meetings ask who is connected; rooms and threads follow them.
    private GatewayLease? NextLease()
    {
        if (_roster is null) return null;
        var time = _services.Time;
        if (_leasedOnce && time.GetElapsedTime(_leasedAt) < HubSettings.LeaseInterval) return null;
        (_leasedOnce, _leasedAt) = (true, time.GetTimestamp());
        _lease ??= [.. _users.Keys.Select(subscriber => subscriber.Connection)];
        return new GatewayLease(_services.Identity.Incarnation, _lease.Value);
    }

    private Task Pace()
    {
        int sockets;
        lock (_gate) sockets = _users.Count;
        if (sockets < HubSettings.PacedSockets) return Task.CompletedTask;
        var pause = HubSettings.PacePerSocket * sockets;
        return Task.Delay(pause < HubSettings.LongestPace ? pause : HubSettings.LongestPace, _services.Time, _stop.Token);
    }

    private bool TryStop(ref long? idleSince)
    {
        lock (_gate)
        {
            if (_users.Count > 0)
            {
                idleSince = null;
                return false;
            }
            var time = _services.Time;
            idleSince ??= time.GetTimestamp();
            return _stopped = time.GetElapsedTime(idleSince.Value) >= HubSettings.Grace;
        }
    }

    // Reads older events into the ring for somebody who resumes from before it. Where the grain's memory does not reach so far, nobody
    // asks for that number or an older one again: a storm of resuming readers costs a few reads.
    private async Task Backfill(long number, CancellationToken cancellation)
    {
        await _backfilling.WaitAsync(cancellation);
        try
        {
            var older = new List<Recorded>();
            var next = number;
            for (var i = 0; i < HubSettings.BackfillPages; i++)
            {
                long floor;
                lock (_gate)
                {
                    floor = _ring.Floor;
                    if (number >= floor || number <= _unreachable) return;
                    if (next >= floor)
                    {
                        Prepend(older, floor, number);
                        return;
                    }
                }
                var request = new ReadRequest(next, TimeSpan.Zero, long.MaxValue);
                var page = await _services.Calls.Call(
                    static (state, token) => state._grain.Read(state.request, token), (_grain, request), cancellation);
                if (page.Outcome == ReadOutcome.Retry) throw new TimeoutException("The grain is stepping down.");
                if (page.Outcome != ReadOutcome.Ok || page.Events.Length == 0) break;
                older.AddRange(page.Events);
                next = page.To;
            }
            lock (_gate) _unreachable = Math.Max(_unreachable, number);
        }
        finally
        {
            _backfilling.Release();
        }
    }

    private void Prepend(List<Recorded> older, long floor, long number)
    {
        var entries = older.Where(recorded => recorded.Number <= floor).Select(Encode).ToList();
        if (!_ring.TryPrepend(entries)) _unreachable = Math.Max(_unreachable, number);
    }

    [LoggerMessage(1, LogLevel.Error, "Reading {Stream} failed in a way that should not be; it goes on from a view.")]
    private static partial void ReadFailed(ILogger log, Exception e, string stream);
}
