using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>The newest view with its ring, for everybody who has to know where a grain lives.</summary>
internal sealed class Views
{
    /// <summary>A reading of the membership table that takes longer is of no use to a call that waits for it.</summary>
    private static readonly TimeSpan RefreshTimeout = TimeSpan.FromSeconds(5);

    private readonly IClusterMembership _membership;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private volatile State _state = new(ClusterView.Empty, HashRing.Empty, 0);
    private Task? _refreshing;

    // Guarded by _gate: the newest version that anybody has asked for.
    private long _wanted;

    public Views(IClusterMembership membership, TimeProvider time, ILogger log)
    {
        _membership = membership;
        _time = time;
        _log = log;
        _membership.Changed += Follow;
        Follow(_membership.Current);
    }

    /// <summary>Raised with each newer view, once homes are those of the view.</summary>
    public event Action<ClusterView>? Changed;

    public ClusterView View => _state.View;

    /// <summary>Active silos.</summary>
    public int Active => _state.Active;

    public long Version => _state.View.Version;

    /// <summary>Null while no silo is active.</summary>
    public SiloAddress? HomeOf(GrainId grain) => _state.Ring.HomeOf(grain);

    /// <summary>Done when the view has reached the version, or cannot be made to for now. Never throws. One reading serves all that wait.</summary>
    public async Task Reach(long version)
    {
        // A reading that began before the version was written may miss it: the second one, asked for this version at least, cannot.
        for (var attempt = 0; attempt < 2 && Version < version; attempt++)
        {
            await Refreshing(version);
        }
    }

    /// <summary>Rereads the table because something happened that the next view may explain.</summary>
    public void Suspect() => _ = Refreshing(Version + 1);

    public void Stop() => _membership.Changed -= Follow;

    private Task Refreshing(long version)
    {
        lock (_gate)
        {
            _wanted = Math.Max(_wanted, version);
            if (_refreshing is not { IsCompleted: false })
            {
                using (ExecutionContext.SuppressFlow())
                {
                    var wanted = _wanted;
                    _refreshing = Task.Run(() => Refresh(wanted));
                }
            }

            return _refreshing;
        }
    }

    private async Task Refresh(long version)
    {
        try
        {
            using var patience = new CancellationTokenSource(RefreshTimeout, _time);
            await _membership.Refresh(version, patience.Token);
            // Perhaps somebody else has read it and is still telling one listener after the other: who waits here must not go by the old view.
            Follow(_membership.Current);
        }
        catch (Exception exception)
        {
            _log.LogWarning("The membership table could not be read ({Reason}); the view {Version} stays", exception.Message, Version);
        }
    }

    private void Follow(ClusterView view)
    {
        lock (_gate)
        {
            if (view.Version <= Version)
            {
                return;
            }

            _state = new State(view, new HashRing(view), view.Members.Count(m => m.Status == SiloStatus.Active));
        }

        Changed?.Invoke(view);
    }

    private sealed record State(ClusterView View, HashRing Ring, int Active);
}
