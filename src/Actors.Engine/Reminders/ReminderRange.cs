using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Reminders;

/// <summary>
/// Which reminders a silo calls: those of the grains that live on it. It remembers when homes moved and who died, so that the ticks that were due
/// while nobody called them are made up by the heirs: they may come twice, and never not at all. Who leaves calls what it had until it has gone.
/// Not thread-safe.
/// </summary>
internal sealed class ReminderRange(SiloAddress self, ClusterMembershipOptions options)
{
    private readonly List<Move> _moves = [];
    private DateTimeOffset? _joining;
    private ClusterView _view = ClusterView.Empty;
    private HashRing _ring = HashRing.Empty;

    /// <summary>How long a dead silo may have been dead when the view says so: missed probes, alone if need be, and a reading of the table.</summary>
    private TimeSpan LongestUnnoticed =>
        (options.ProbeTimeout * options.NumMissedProbesLimit * (MembershipLimits.IsolationPatience + 1)) + options.TableRefreshTimeout;

    /// <summary>Version of the view followed.</summary>
    public long Version => _view.Version;

    public bool IsMine(Reminder reminder) => _ring.HomeOf(reminder.Grain) is not { } home || home.Equals(self);

    /// <summary>An older view than the one followed is ignored, and so are those in which this silo is not active yet or not any more.</summary>
    public void Follow(ClusterView view, DateTimeOffset now)
    {
        if (view.Version <= _view.Version)
        {
            return;
        }

        var status = view.StatusOf(self);
        if (status == SiloStatus.Joining)
        {
            // From now on the others may know it as active before it knows itself, and leave it its share.
            _joining = now;
        }

        if (status != SiloStatus.Active)
        {
            return;
        }

        // Who leaves in good order is seen leaving, and calls its reminders until after that.
        var died = _view.Members.Where(m => m.Status == SiloStatus.Active && view.StatusOf(m.Silo) == SiloStatus.Dead).Select(m => m.Silo).ToHashSet();
        _moves.Add(new Move(view.Version, _joining ?? now, _ring, died));
        _joining = null;
        (_view, _ring) = (view, new HashRing(view));
    }

    /// <summary>Until when somebody else surely called a reminder that is new here; null where no home has moved since the last reading.</summary>
    public DateTimeOffset? LastServed(Reminder reminder)
    {
        foreach (var move in _moves)
        {
            if (move.Died.Count > 0 && move.Before.HomeOf(reminder.Grain) is { } home && move.Died.Contains(home))
            {
                return move.At - LongestUnnoticed;
            }
        }

        return _moves.Count > 0 ? _moves[0].At : null;
    }

    /// <summary>The reminders have been read, and the reading began when this version was followed: the heirs have what was left to them by then.</summary>
    public void Settle(long version) => _moves.RemoveAll(move => move.Version <= version);

    private sealed record Move(long Version, DateTimeOffset At, HashRing Before, HashSet<SiloAddress> Died);
}
