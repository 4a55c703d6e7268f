using System.Collections.Immutable;
using Actors.Contracts;
using Orleans;

namespace Actors.Gateway;

/// <summary>
/// Tells meetings which connections broke. One report per meeting is under way at a time; what breaks meanwhile is the next one's, so a
/// gateway that loses a thousand sockets says it in a few. Bounded: a meeting that cannot be told learns it from the missing lease.
/// </summary>
internal sealed class DisconnectReports(IClusterClient cluster, ClusterCalls calls, GatewayIdentity identity)
{
    /// <summary>Connections that wait to be reported for one meeting: a full one.</summary>
    private const int MaxWaiting = Limits.ParticipantsPerMeeting;

    /// <summary>Reports of one meeting that may fail in a row before the lease has to do: by then it has run out anyway.</summary>
    private const int Attempts = 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<StreamId, List<Connection>> _waiting = [];

    public void Report(StreamId meeting, Connection connection)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(meeting, out var waiting))
            {
                if (waiting.Count < MaxWaiting) waiting.Add(connection);
                return;
            }
            _waiting[meeting] = [connection];
        }
        _ = Send(meeting);
    }

    /// <summary>Meetings that still wait for a report.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    private async Task Send(StreamId meeting)
    {
        var failures = 0;
        while (true)
        {
            ImmutableArray<Connection> broken;
            lock (_gate)
            {
                var waiting = _waiting[meeting];
                if (waiting.Count == 0 || failures >= Attempts)
                {
                    _waiting.Remove(meeting);
                    return;
                }
                var count = Math.Min(waiting.Count, Limits.ConnectionsPerDisconnect);
                broken = [.. waiting[..count]];
                waiting.RemoveRange(0, count);
            }
            var request = new Request(identity.NextCommand(), Caller.System, new Disconnect(broken, LeaveReason.ConnectionLost));
            var answer = await calls.Execute(meeting.Grain(cluster), request, CancellationToken.None);
            if (answer is not Refused { Reason: Refusal.Unavailable or Refusal.Busy })
            {
                failures = 0;
                continue;
            }
            failures++;
            lock (_gate) _waiting[meeting].AddRange(broken);
        }
    }
}
