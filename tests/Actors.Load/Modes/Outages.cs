using System.Diagnostics;
using Actors.Load.Measuring;

namespace Actors.Load.Modes;

/// <summary>For every kill and meeting: how long until the next command was accepted. Counts acceptances as well.</summary>
internal sealed class Outages
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _down = [];
    private readonly Latencies _lengths = new();
    private TimeSpan _longest;
    private int _accepted;

    public int AcceptedSoFar => Volatile.Read(ref _accepted);

    public TimeSpan Median => _lengths.Percentile(0.5);

    public TimeSpan Longest => _longest;

    public void Killed(IEnumerable<string> meetings)
    {
        lock (_gate)
        {
            // A meeting that has not answered since the kill before is still down since then.
            foreach (var meeting in meetings)
                _down.TryAdd(meeting, Stopwatch.GetTimestamp());
        }
    }

    /// <param name="welcomedAt">When the connection began: an answer read late from an old connection does not end an outage.</param>
    public void Accepted(string meeting, long welcomedAt)
    {
        Interlocked.Increment(ref _accepted);
        lock (_gate)
        {
            if (!_down.TryGetValue(meeting, out var since) || welcomedAt < since) return;
            _down.Remove(meeting);
            var length = Stopwatch.GetElapsedTime(since);
            _lengths.Add(length);
            _longest = length > _longest ? length : _longest;
        }
    }
}
