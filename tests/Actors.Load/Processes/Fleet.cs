using System.Globalization;
using System.Security.Cryptography;
using Actors.Load.Client;
using Actors.Storage.Local;

namespace Actors.Load.Processes;

/// <summary>The processes of a cluster: a DynamoDB Local that keeps its data when it is killed, silos and gateways as production starts them.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    private const string Tenant = "load";
    private const int SecretBytes = 32;

    /// <summary>Files that live in memory: what a killed process has written is there, and no disk slows the run down.</summary>
    private const string MemoryDisk = "/dev/shm";

    /// <summary>A gateway that stands still is left for another after this.</summary>
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(25);

    /// <summary>Creating tables on a busy machine.</summary>
    private static readonly TimeSpan TablesLimit = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("actors-cluster-").FullName;
    private readonly string _operatorKey = NewSecret();
    private readonly string _signingKey = NewSecret();
    private readonly HttpMessageInvoker _sockets = new(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10) });
    private readonly Network _network = new();
    private readonly List<ServerProcess> _silos = [];
    private readonly List<ServerProcess> _gateways = [];
    private readonly WriteCounter _writes = new();
    private DynamoDbLocalOptions _databaseOptions = new();
    private readonly Commits _commits = new(TimeProvider.System);
    private readonly List<Proxy> _taps = [];
    private Api? _api;

    private Fleet()
    {
        if (Directory.Exists(MemoryDisk)) _folder = Directory.CreateDirectory(Path.Combine(MemoryDisk, Path.GetFileName(_folder))).FullName;
    }

    public IReadOnlyList<ServerProcess> Silos => _silos;

    public IReadOnlyList<ServerProcess> Gateways => _gateways;

    public IEnumerable<ServerProcess> Servers => _silos.Concat(_gateways);

    public Network Network => _network;

    public Api Api => _api ?? throw new InvalidOperationException("The fleet has not started.");

    public DynamoDbLocal Database { get; private set; } = null!;

    /// <summary>Requests that write, where they are counted.</summary>
    public WriteCounter Writes => _writes;

    /// <summary>What the silos have committed, where writes are not counted.</summary>
    public Commits Commits => _commits;

    public ClientSetup Clients() => new(
        [.. _gateways.Select(g => new UriBuilder(g.Url) { Scheme = "ws", Path = "/v1/ws" }.Uri)], _sockets, TimeProvider.System, new FrameCache());

    /// <param name="parted">Silos are reached through <see cref="Network"/>.</param>
    /// <param name="counted">What is written to the database goes through <see cref="Writes"/>.</param>
    public static async Task<Fleet> Start(int silos, int gateways, bool parted, bool counted, CancellationToken ct)
    {
        var fleet = new Fleet();
        try
        {
            await fleet.StartAll(silos, gateways, parted, counted, ct);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9. What was written is in the folder.</summary>
    public async Task KillDatabase()
    {
        using (var process = System.Diagnostics.Process.GetProcessById(Database.ProcessId))
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        await Database.DisposeAsync();
    }

    public async Task StartDatabase(CancellationToken ct) => Database = await DynamoDbLocal.Start(_databaseOptions, TimeProvider.System, ct);

    /// <summary>Ends everything at once: nobody needs it any more.</summary>
    public async ValueTask DisposeAsync()
    {
        _network.Heal();
        await Task.WhenAll(Servers.Select(s => s.Kill()));
        foreach (var server in Servers) await server.DisposeAsync();
        _api?.Dispose();
        _sockets.Dispose();
        await _network.DisposeAsync();
        foreach (var tap in _taps) await tap.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAll(int silos, int gateways, bool parted, bool counted, CancellationToken ct)
    {
        _databaseOptions = new DynamoDbLocalOptions { DataFolder = _folder, Port = FreePorts.Next() };
        await StartDatabase(ct);
        var endpoint = Database.Endpoint.OriginalString;
        if (counted) endpoint = Tap("everybody", _ => _writes.Connection());
        await CreateTables(endpoint, ct);
        // Gateways first: they wait for a silo.
        for (var i = 1; i <= gateways; i++)
            Launch(_gateways, "gateway", i, [.. Common(endpoint), "--roles=gateway"]);
        for (var i = 1; i <= silos; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"silo{i}");
            Launch(_silos, "silo", i, [.. Common(counted ? endpoint : Tap(name, _commits.Connection)), "--roles=silo", .. parted ? _network.Add(name) : []]);
        }
        foreach (var server in Servers) await server.Ready(ct);
        _api = new Api(
            new HttpClient(new AnyServer([.. _gateways.Select(g => g.Url)], new SocketsHttpHandler { UseProxy = false })) { BaseAddress = _gateways[0].Url, Timeout = RequestLimit },
            TimeProvider.System);
        await _api.LogIn(_operatorKey, Tenant, ct);
    }

    /// <summary>A way to the database on which somebody listens.</summary>
    private string Tap(string process, Func<string, IConversation> listener)
    {
        var tap = new Proxy(Database.Endpoint.Port, _ => process) { Tap = listener };
        _taps.Add(tap);
        tap.Start();
        return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{tap.Port}");
    }

    private void Launch(List<ServerProcess> among, string kind, int number, string[] arguments)
    {
        var process = new ServerProcess(arguments, TimeProvider.System, string.Create(CultureInfo.InvariantCulture, $"{kind}{number}"), "Production");
        among.Add(process);
        _network.Know(process);
        process.Launch();
    }

    private async Task CreateTables(string endpoint, CancellationToken ct)
    {
        await using var tables = new ServerProcess([.. Common(endpoint), "create-tables"], TimeProvider.System, "tables", "Production");
        tables.Launch();
        if (await tables.Ended(TablesLimit, ct) is not 0)
            throw new LoadException($"The tables were not created.{Environment.NewLine}{tables.Tail()}");
    }

    private string[] Common(string endpoint) =>
    [
        $"--DynamoDB:Endpoint={endpoint}",
        "--Cluster:Address=127.0.0.1",
        "--Logging:LogLevel:Orleans=Information",
        $"--Gateway:OperatorKey={_operatorKey}",
        "--Gateway:Tokens:Keys:0:Kid=load",
        $"--Gateway:Tokens:Keys:0:Secret={_signingKey}",
        // One driver stands for a crowd.
        "--Gateway:Http:RequestsPerSecond=1000000",
    ];

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}
