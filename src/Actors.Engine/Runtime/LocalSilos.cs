using System.Collections.Concurrent;
using System.Net;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>The live silos of this process, where clients of the same process find them.</summary>
internal static class LocalSilos
{
    private static readonly ConcurrentDictionary<SiloAddress, Silo> Silos = new();
    private static int _lastGeneration;

    /// <summary>Raised when a silo is gone, so that clients fail the calls it had.</summary>
    public static event Action<Silo>? Gone;

    public static SiloAddress NewAddress(EndpointOptions endpoints, TimeProvider time)
    {
        // Seconds since a fixed day, as a restarted process needs a higher number; and higher than any other of this process.
        var seconds = (int)(time.GetUtcNow() - new DateTimeOffset(2022, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;
        int last, next;
        do
        {
            last = Volatile.Read(ref _lastGeneration);
            next = Math.Max(seconds, last + 1);
        }
        while (Interlocked.CompareExchange(ref _lastGeneration, next, last) != last);
        return SiloAddress.New(new IPEndPoint(endpoints.AdvertisedIPAddress, endpoints.SiloPort), next);
    }

    public static Silo? Get(SiloAddress address) => Silos.GetValueOrDefault(address);

    public static Silo? Find(Func<Silo, bool> condition) => Silos.Values.FirstOrDefault(condition);

    public static void Add(Silo silo)
    {
        if (Find(s => s.ClusterId == silo.ClusterId && s.Address.Endpoint.Equals(silo.Address.Endpoint)) is { } other)
        {
            throw new OrleansConfigurationException($"Cluster \"{silo.ClusterId}\" already has the silo {other.Address} in this process.");
        }

        Silos[silo.Address] = silo;
    }

    public static void Remove(Silo silo)
    {
        if (Silos.TryRemove(silo.Address, out _))
        {
            Gone?.Invoke(silo);
        }
    }
}

/// <summary>Finds a silo of this process by cluster and, where gateways are configured, by gateway port.</summary>
internal sealed class LocalGateways(ClusterOptions cluster, StaticGatewayListProviderOptions gateways) : IGateways
{
    public SiloAddress? Find() => LocalSilos.Find(IsOurs)?.Address;

    private bool IsOurs(Silo silo) =>
        silo.Status == SiloStatus.Active
        && silo.ClusterId == cluster.ClusterId
        && (gateways.Gateways.Count == 0 || gateways.Gateways.Any(g => g.Port == silo.GatewayAddress.Endpoint.Port));
}
