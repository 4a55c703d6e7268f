using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Actors.Server;

public enum StorageKind
{
    DynamoDB,
    Memory,
}

/// <summary>What a process is to its cluster.</summary>
[Flags]
public enum Roles
{
    /// <summary>Hosts grains; over HTTP it answers health and metrics only, unless it is a gateway too.</summary>
    Silo = 1,

    /// <summary>Serves people and backends.</summary>
    Gateway = 2,
}

/// <summary>The host's own settings, read once and checked before anything starts. README.md lists them.</summary>
/// <param name="Address">What the cluster's other processes connect to.</param>
/// <param name="SiloPort">Where silos connect; 0 lets a development server choose.</param>
/// <param name="ClientPort">Where gateways connect; 0 likewise.</param>
/// <param name="SiloListenPort">Where a silo listens, if something in between forwards <paramref name="SiloPort"/> to it.</param>
/// <param name="ClientListenPort">Likewise for <paramref name="ClientPort"/>.</param>
public sealed record ServerSettings(
    Roles Roles,
    string? Url,
    StorageKind Storage,
    Uri? Endpoint,
    string Region,
    string TablePrefix,
    string ClusterId,
    string ServiceId,
    IPAddress? Address,
    int SiloPort,
    int ClientPort,
    int SiloListenPort,
    int ClientListenPort,
    bool CreateTables)
{
    public const int DefaultSiloPort = 11111;
    public const int DefaultClientPort = 30000;

    /// <summary>Loopback only: what listens to the world is said, not guessed.</summary>
    private const string DefaultUrl = "http://127.0.0.1:8080";

    public bool IsSilo => Roles.HasFlag(Roles.Silo);

    public bool IsGateway => Roles.HasFlag(Roles.Gateway);

    public string Urls => Url ?? DefaultUrl;

    public string StreamsTable => TablePrefix + "streams";

    public string StateTable => TablePrefix + "state";

    public string RemindersTable => TablePrefix + "reminders";

    public string SilosTable => TablePrefix + "silos";

    /// <exception cref="StartupException">A setting makes no sense.</exception>
    public static ServerSettings Read(IConfiguration configuration)
    {
        var storage = (configuration["Storage"] ?? "dynamodb").ToLowerInvariant() switch
        {
            "dynamodb" => StorageKind.DynamoDB,
            "memory" => StorageKind.Memory,
            var other => throw new StartupException($"Storage '{other}' is unknown: say --storage dynamodb or --storage memory."),
        };
        var roles = ParseRoles(configuration["Roles"]);
        if (storage == StorageKind.Memory && roles != (Roles.Silo | Roles.Gateway))
            throw new StartupException("Storage 'memory' is one process' own: it has to be silo and gateway at once.");
        return new ServerSettings(
            roles,
            configuration["urls"],
            storage,
            EndpointOf(configuration["DynamoDB:Endpoint"]),
            configuration["DynamoDB:Region"] ?? configuration["AWS_REGION"] ?? "us-east-1",
            configuration["DynamoDB:TablePrefix"] ?? "actors-",
            configuration["Cluster:ClusterId"] ?? "actors",
            configuration["Cluster:ServiceId"] ?? "actors",
            AddressOf(configuration["Cluster:Address"]),
            Port(configuration, "Cluster:SiloPort"),
            Port(configuration, "Cluster:ClientPort"),
            Port(configuration, "Cluster:SiloListenPort"),
            Port(configuration, "Cluster:ClientListenPort"),
            CreateTables: false);
    }

    /// <summary>Makes the tables as a cluster of its own, so that no running one ever sees this process.</summary>
    public ServerSettings ForCreatingTables() => this with
    {
        Roles = Roles.Silo,
        CreateTables = true,
        ClusterId = ClusterId + "-create-tables",
        ServiceId = ServiceId + "-create-tables",
    };

    /// <summary>What was not given: the machine's own address and the well-known ports.</summary>
    public ServerSettings WithDefaultPorts() => this with
    {
        Address = Address ?? OwnAddress(),
        SiloPort = SiloPort > 0 ? SiloPort : DefaultSiloPort,
        ClientPort = ClientPort > 0 ? ClientPort : DefaultClientPort,
    };

    private static Roles ParseRoles(string? text)
    {
        var roles = default(Roles);
        foreach (var word in (text ?? "silo,gateway").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            roles |= word.ToLowerInvariant() switch
            {
                "silo" => Roles.Silo,
                "gateway" => Roles.Gateway,
                _ => throw new StartupException($"Role '{word}' is unknown: say --roles silo, --roles gateway or --roles silo,gateway."),
            };
        }
        return roles == default ? throw new StartupException("A process without a role does nothing: say --roles silo, gateway or both.") : roles;
    }

    private static Uri? EndpointOf(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new StartupException($"DynamoDB:Endpoint '{text}' is not an http(s) address.");
    }

    private static IPAddress? AddressOf(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return IPAddress.TryParse(text, out var address) ? address : throw new StartupException($"Cluster:Address '{text}' is not an IP address.");
    }

    // A container has one address besides loopback's; a machine with several is told which.
    private static IPAddress OwnAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card is { OperationalStatus: OperationalStatus.Up, NetworkInterfaceType: not NetworkInterfaceType.Loopback })
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(unicast => unicast.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork, IPAddress.Loopback);

    private static int Port(IConfiguration configuration, string name)
    {
        var text = configuration[name];
        if (string.IsNullOrEmpty(text)) return 0;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw new StartupException($"{name} '{text}' is not a port.");
    }
}
