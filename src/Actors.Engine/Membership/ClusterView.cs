using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>One silo incarnation as the membership table knows it.</summary>
/// <param name="GatewayPort">Where clients connect, on the silo's address; 0 where it takes none.</param>
internal sealed record ClusterMember(SiloAddress Silo, SiloStatus Status, string Name, int GatewayPort, DateTimeOffset StartedAt);

/// <summary>An immutable reading of the membership table. A higher <paramref name="Version"/> is newer; views of equal version are equal.</summary>
internal sealed record ClusterView(long Version, ImmutableArray<ClusterMember> Members)
{
    public static readonly ClusterView Empty = new(0, []);

    /// <summary>Dead also for a silo that the table does not know: its row was cleaned up.</summary>
    public SiloStatus StatusOf(SiloAddress silo)
    {
        foreach (var member in Members)
        {
            if (member.Silo.Equals(silo))
            {
                return member.Status;
            }
        }

        return SiloStatus.Dead;
    }
}

/// <summary>What the rest of the engine knows of the cluster: placement, connections, reminders and clients follow it.</summary>
internal interface IClusterMembership
{
    /// <summary>The newest view read so far; never goes back.</summary>
    ClusterView Current { get; }

    /// <summary>Raised with each newer view, one at a time, in order.</summary>
    event Action<ClusterView>? Changed;

    /// <summary>Rereads the table at once, unless <see cref="Current"/> has reached <paramref name="atLeast"/>. For whoever met somebody with a newer view.</summary>
    Task Refresh(long atLeast, CancellationToken cancellation);
}

/// <summary>Asks a silo for a sign of life. The transport implements it, the failure detector uses it.</summary>
internal interface IProbe
{
    /// <summary>False where no answer came in time or the connection failed. Never throws for a dead peer.</summary>
    Task<bool> Probe(SiloAddress silo, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>Whether the silo itself has probed this one within that time: it lives, whatever the probes sent to it say.</summary>
    bool HasHeard(SiloAddress silo, TimeSpan within);
}
