namespace Orleans.Runtime;

/// <summary>A silo's own part in the cluster: it joins before it serves and leaves around its hand-over.</summary>
internal interface ISiloMembership : IClusterMembership
{
    /// <summary>Active when this returns. Waits for a table that does not answer, until its patience ends.</summary>
    Task Join(ClusterMember self, CancellationToken cancellation);

    /// <summary>Others stop placing grains here.</summary>
    Task BeginLeaving(CancellationToken cancellation);

    /// <summary>Out of the cluster; nothing of this silo's membership runs afterwards. Does not throw: others would find out by themselves.</summary>
    Task Leave(CancellationToken cancellation);

    /// <summary>Ends at once, without a word to the table: a kill.</summary>
    void Abandon();

    /// <summary>Raised once when the table says that this silo is dead: it has to stop serving at once.</summary>
    event Action<string>? Evicted;
}

/// <summary>A silo that is a cluster by itself, without any table: development on one machine, and tests.</summary>
internal sealed class SoloMembership : ISiloMembership
{
    public ClusterView Current { get; private set; } = ClusterView.Empty;

    public event Action<ClusterView>? Changed;

    public event Action<string>? Evicted
    {
        add { }
        remove { }
    }

    public Task Join(ClusterMember self, CancellationToken cancellation)
    {
        Move(self with { Status = SiloStatus.Active });
        return Task.CompletedTask;
    }

    public Task BeginLeaving(CancellationToken cancellation)
    {
        Move(Current.Members[0] with { Status = SiloStatus.ShuttingDown });
        return Task.CompletedTask;
    }

    public Task Leave(CancellationToken cancellation) => Task.CompletedTask;

    public void Abandon()
    {
    }

    public Task Refresh(long atLeast, CancellationToken cancellation) => Task.CompletedTask;

    private void Move(ClusterMember self)
    {
        Current = new ClusterView(Current.Version + 1, [self]);
        Changed?.Invoke(Current);
    }
}
