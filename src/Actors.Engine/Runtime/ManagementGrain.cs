namespace Orleans.Runtime;

/// <summary>Activations of one grain class on one silo.</summary>
[GenerateSerializer]
[Immutable]
public sealed class SimpleGrainStatistic
{
    [Id(0)]
    public string GrainType { get; init; } = string.Empty;

    [Id(1)]
    public SiloAddress SiloAddress { get; init; } = SiloAddress.Zero;

    [Id(2)]
    public int ActivationCount { get; init; }

    public override string ToString() => $"{GrainType}: {ActivationCount} on {SiloAddress}";
}

/// <summary>What operators ask a cluster. Key 0. Hosts are those of the cluster; activations and collection concern the silo that the grain is on.</summary>
public interface IManagementGrain : IGrainWithIntegerKey
{
    Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false);

    Task ForceGarbageCollection(SiloAddress[] hostsIds);

    /// <summary>Deactivates what has been idle for longer than the limit.</summary>
    Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit);

    Task ForceActivationCollection(TimeSpan ageLimit);

    Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds);

    Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics();

    Task<int> GetTotalActivationCount();

    ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference);

    ValueTask<List<GrainId>> GetActiveGrains(GrainType type);
}

[GrainType("management")]
internal sealed class ManagementGrain : Grain, IManagementGrain
{
    private Silo Silo => Activation.Of(this).Silo;

    public async Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive)
    {
        if (Silo.Membership is not { } membership)
        {
            return new() { [Silo.Address] = Silo.Status };
        }

        // As the table has it now: who asks may want to know whether it is this silo's view that is old.
        await membership.Refresh(long.MaxValue, CancellationToken.None);
        return membership.Current.Members.Where(m => !onlyActive || m.Status == SiloStatus.Active).ToDictionary(m => m.Silo, m => m.Status);
    }

    public Task ForceGarbageCollection(SiloAddress[] hostsIds)
    {
        GC.Collect();
        return Task.CompletedTask;
    }

    public Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit)
    {
        if (hostsIds.Contains(Silo.Address))
        {
            Silo.Collect(ageLimit);
        }

        return Task.CompletedTask;
    }

    public Task ForceActivationCollection(TimeSpan ageLimit)
    {
        Silo.Collect(ageLimit);
        return Task.CompletedTask;
    }

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds) =>
        hostsIds.Contains(Silo.Address) ? GetSimpleGrainStatistics() : Task.FromResult<SimpleGrainStatistic[]>([]);

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics() => Task.FromResult<SimpleGrainStatistic[]>(
    [
        .. Silo.Activations.All
            .GroupBy(a => a.Class)
            .Select(g => new SimpleGrainStatistic { GrainType = g.Key.Type.FullName!, SiloAddress = Silo.Address, ActivationCount = g.Count() }),
    ]);

    public Task<int> GetTotalActivationCount() => Task.FromResult(Silo.Activations.Count);

    public ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference) =>
        new(Silo.Activations.Find(reference.GetGrainId()) is null ? null : Silo.Address);

    public ValueTask<List<GrainId>> GetActiveGrains(GrainType type) =>
        new([.. Silo.Activations.All.Select(a => a.GrainId).Where(id => type.IsDefault || id.Type == type)]);
}
