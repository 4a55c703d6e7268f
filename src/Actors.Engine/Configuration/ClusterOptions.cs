using System.Net;

namespace Orleans.Configuration;

/// <summary>Which cluster a silo or client belongs to, and the service whose reminders and state it shares across deployments.</summary>
public class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    public string ClusterId { get; set; } = DefaultClusterId;

    public string ServiceId { get; set; } = DefaultServiceId;
}

public class SiloOptions
{
    public string? SiloName { get; set; }
}

/// <summary>Addresses of a silo: what the others and clients are told, and where it listens.</summary>
public class EndpointOptions
{
    public const int DEFAULT_SILO_PORT = 11111;
    public const int DEFAULT_GATEWAY_PORT = 30000;

    public IPAddress AdvertisedIPAddress { get; set; } = IPAddress.Loopback;

    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;

    /// <summary>Where silos are listened for, where that is not the advertised address and port.</summary>
    public IPEndPoint? SiloListeningEndpoint { get; set; }

    /// <summary>Where clients are listened for, where that is not the advertised address and port.</summary>
    public IPEndPoint? GatewayListeningEndpoint { get; set; }
}

/// <summary>Membership timing; takes effect once a cluster has several silos.</summary>
public class ClusterMembershipOptions
{
    public bool LivenessEnabled { get; set; } = true;

    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan DeathVoteExpirationTimeout { get; set; } = TimeSpan.FromSeconds(120);

    public TimeSpan IAmAliveTablePublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public TimeSpan MaxJoinAttemptTime { get; set; } = TimeSpan.FromMinutes(5);

    public int NumMissedTableIAmAliveLimit { get; set; } = 3;

    public int NumMissedProbesLimit { get; set; } = 3;

    public int NumProbedSilos { get; set; } = 10;

    public int NumVotesForDeathDeclaration { get; set; } = 2;

    public TimeSpan DefunctSiloExpiration { get; set; } = TimeSpan.FromDays(7);

    public TimeSpan? DefunctSiloCleanupPeriod { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>How a client follows the silos that take clients.</summary>
public class GatewayOptions
{
    public static readonly TimeSpan DEFAULT_GATEWAY_LIST_REFRESH_PERIOD = TimeSpan.FromMinutes(1);

    /// <summary>How often the list is read again.</summary>
    public TimeSpan GatewayListRefreshPeriod { get; set; } = DEFAULT_GATEWAY_LIST_REFRESH_PERIOD;
}

public class StaticGatewayListProviderOptions
{
    public List<Uri> Gateways { get; set; } = [];
}
