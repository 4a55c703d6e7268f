using System.Collections.Concurrent;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>
/// Counts the missed probes of this silo's neighbours, and says whom it believes to be dead. It doubts itself first: while the process has
/// stood still, or reaches nobody although others reach it, its word counts for nothing.
/// </summary>
internal sealed class FailureDetector(SiloAddress self, IProbe probe, ClusterMembershipOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<SiloAddress, int> _misses = new();
    private long _stalledAt;

    /// <summary>The process noticed that it had been standing still: what it missed meanwhile was its own fault.</summary>
    public void Stalled()
    {
        Volatile.Write(ref _stalledAt, time.GetUtcNow().UtcTicks);
        _misses.Clear();
    }

    /// <summary>Probes the successors on the ring of addresses, together; who has missed too many is returned.</summary>
    public async Task<IReadOnlyList<SiloAddress>> Round(ClusterView view, CancellationToken cancellation)
    {
        var targets = Successors(view);
        foreach (var gone in _misses.Keys.Where(silo => !targets.Contains(silo)))
        {
            _misses.TryRemove(gone, out _);
        }

        await Task.WhenAll(targets.Select(silo => Probe(silo, cancellation)));
        if (cancellation.IsCancellationRequested || IsRecovering)
        {
            return [];
        }

        var limit = options.NumMissedProbesLimit;
        if (targets.All(silo => Misses(silo) > 0))
        {
            // Nobody answers, and somebody asks: then it is this silo that is ill.
            if (targets.Any(silo => probe.HasHeard(silo, Memory)))
            {
                return [];
            }

            if (targets.Length > 1)
            {
                limit *= MembershipLimits.IsolationPatience;
            }
        }

        return [.. targets.Where(silo => Misses(silo) >= limit)];
    }

    /// <summary>Those whom this silo currently cannot reach: they cannot be waited for to vote.</summary>
    public bool IsMissing(SiloAddress silo) => Misses(silo) >= options.NumMissedProbesLimit;

    private bool IsRecovering
    {
        get
        {
            var at = Volatile.Read(ref _stalledAt);
            return at != 0 && time.GetUtcNow().UtcTicks - at < Memory.Ticks;
        }
    }

    /// <summary>As long as it takes to miss enough probes: what is older says nothing about now.</summary>
    private TimeSpan Memory => options.ProbeTimeout * options.NumMissedProbesLimit;

    private int Misses(SiloAddress silo) => _misses.GetValueOrDefault(silo);

    private async Task Probe(SiloAddress silo, CancellationToken cancellation)
    {
        if (await probe.Probe(silo, options.ProbeTimeout, cancellation))
        {
            _misses.TryRemove(silo, out _);
        }
        else if (!cancellation.IsCancellationRequested)
        {
            _misses.AddOrUpdate(silo, 1, static (_, misses) => misses + 1);
        }
    }

    private SiloAddress[] Successors(ClusterView view)
    {
        var others = view.Members
            .Where(m => m.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping && !m.Silo.Equals(self))
            .Select(m => m.Silo).Order().ToArray();
        var first = Array.FindIndex(others, silo => silo.CompareTo(self) > 0);
        return first <= 0 ? [.. others.Take(options.NumProbedSilos)] : [.. others[first..].Concat(others[..first]).Take(options.NumProbedSilos)];
    }
}
