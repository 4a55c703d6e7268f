using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Reminders;

/// <summary>
/// Which reminders a silo calls: those of the grains that live on it. It remembers who died, so that the ticks that were due between a death
/// and its discovery are made up by the heirs: they may come twice, and never not at all. Not thread-safe.
/// </summary>
internal sealed class ReminderRange(SiloAddress self, ClusterMembershipOptions options)
{
    private readonly List<Death> _deaths = [];
    private ClusterView _view = ClusterView.Empty;
    private HashRing _ring = HashRing.Empty;

    /// <summary>How long a dead silo may have been dead when the view says so: missed probes, alone if need be, and a reading of the table.</summary>
    private TimeSpan LongestUnnoticed =>
        (options.ProbeTimeout * options.NumMissedProbesLimit * (MembershipLimits.IsolationPatience + 1)) + options.TableRefreshTimeout;

    public bool IsMine(Reminder reminder) => _ring.HomeOf(reminder.Grain) is not { } home || home.Equals(self);

    /// <summary>An older view than the one followed is ignored.</summary>
    public void Follow(ClusterView view, DateTimeOffset now)
    {
        if (view.Version <= _view.Version)
        {
            return;
        }

        // Who left in good order was seen leaving, and called its reminders until then.
        var died = _view.Members.Where(m => m.Status == SiloStatus.Active && view.StatusOf(m.Silo) == SiloStatus.Dead).Select(m => m.Silo).ToHashSet();
        if (died.Count > 0)
        {
            _deaths.Add(new Death(_ring, died, now - LongestUnnoticed));
        }

        (_view, _ring) = (view, new HashRing(view));
    }

    /// <summary>Until when the silo that died surely called it; null for a reminder that no silo left behind in dying.</summary>
    public DateTimeOffset? LastServed(Reminder reminder)
    {
        foreach (var death in _deaths)
        {
            if (death.Ring.HomeOf(reminder.Grain) is { } home && death.Silos.Contains(home))
            {
                return death.LastSeen;
            }
        }

        return null;
    }

    /// <summary>The reminders have been read since: the heirs have what was left behind.</summary>
    public void Settle() => _deaths.Clear();

    private sealed record Death(HashRing Ring, HashSet<SiloAddress> Silos, DateTimeOffset LastSeen);
}
