using System.Globalization;

namespace Actors.Server;

public enum StorageKind
{
    DynamoDB,
    Memory,
}

/// <summary>The host's own settings, read once and checked before anything starts. README.md lists them.</summary>
public sealed record ServerSettings(
    StorageKind Storage,
    Uri? Endpoint,
    string Region,
    string TablePrefix,
    string ClusterId,
    string ServiceId,
    int SiloPort,
    int ClientPort,
    bool CreateTables,
    string? OperatorKey)
{
    /// <summary>Loopback only: what listens to the world is said, not guessed.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    private const int DefaultSiloPort = 11111;
    private const int DefaultClientPort = 30000;

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
        return new ServerSettings(
            storage,
            Address(configuration["DynamoDB:Endpoint"]),
            configuration["DynamoDB:Region"] ?? configuration["AWS_REGION"] ?? "us-east-1",
            configuration["DynamoDB:TablePrefix"] ?? "actors-",
            configuration["Cluster:ClusterId"] ?? "actors",
            configuration["Cluster:ServiceId"] ?? "actors",
            Port(configuration, "Cluster:SiloPort", DefaultSiloPort),
            Port(configuration, "Cluster:ClientPort", DefaultClientPort),
            CreateTables: false,
            configuration["Gateway:OperatorKey"]);
    }

    private static Uri? Address(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new StartupException($"DynamoDB:Endpoint '{text}' is not an http(s) address.");
    }

    private static int Port(IConfiguration configuration, string name, int fallback)
    {
        var text = configuration[name];
        if (string.IsNullOrEmpty(text)) return fallback;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw new StartupException($"{name} '{text}' is not a port.");
    }
}
