using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Actors.Load.Client;
using Actors.Storage.Local;

namespace Actors.Load.Processes;

/// <summary>The processes of one run: the database, the server (or one that runs already), and what they have used so far.</summary>
internal sealed class Testbed : IAsyncDisposable
{
    private const string Tenant = "load";
    private const int SecretBytes = 32;

    private readonly Uri _url;
    private readonly HttpClient _metrics;

    private Testbed(Uri url, string operatorKey, LoadOptions options)
    {
        (_url, Options) = (url, options);
        _metrics = new HttpClient { BaseAddress = url };
        _metrics.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
        Api = new Api(new HttpClient { BaseAddress = url }, TimeProvider.System);
        Sockets = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10) });
    }

    public LoadOptions Options { get; }

    public TimeProvider Time => TimeProvider.System;

    public Api Api { get; }

    public HttpMessageInvoker Sockets { get; }

    /// <summary>Null where the server was running already.</summary>
    public ServerProcess? Server { get; private init; }

    public DynamoDbLocal? Database { get; private init; }

    /// <summary>Conditional puts per second that the database reached alone; 0 where it is not ours.</summary>
    public double PutsPerSecond { get; private init; }

    /// <summary>One for each meeting, shared by its clients.</summary>
    public ClientSetup Clients() => new([new UriBuilder(_url) { Scheme = "ws", Path = "/v1/ws" }.Uri], Sockets, Time, new FrameCache());

    public static async Task<Testbed> Start(LoadOptions options, CancellationToken ct)
    {
        if (options.Url is not null)
        {
            var running = new Testbed(options.Url, options.OperatorKey, options);
            await running.Api.LogIn(options.OperatorKey, Tenant, ct);
            return running;
        }
        var database = options.Storage == LoadOptions.DynamoDb ? await DynamoDbLocal.Start(new DynamoDbLocalOptions(), TimeProvider.System, ct) : null;
        var operatorKey = NewSecret();
        ServerProcess? server = null;
        try
        {
            var puts = database is null ? 0 : await Calibrate(database, ct);
            server = new ServerProcess(ServerArguments(options, database, operatorKey), TimeProvider.System);
            var started = Stopwatch.GetTimestamp();
            await server.Start(ct);
            Progress.Say($"server ready at {server.Url} after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
            var testbed = new Testbed(server.Url, operatorKey, options) { Server = server, Database = database, PutsPerSecond = puts };
            await testbed.Api.LogIn(operatorKey, Tenant, ct);
            return testbed;
        }
        catch
        {
            if (server is not null) await server.DisposeAsync();
            if (database is not null) await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Processor time and the server's own counters up to now; the difference of two is a measurement.</summary>
    public async Task<Usage> Use(CancellationToken ct)
    {
        using var answer = await _metrics.GetAsync(new Uri(_url, "/metrics/json"), ct);
        var metrics = answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(await answer.Content.ReadAsStringAsync(ct))!
            : throw new LoadException($"GET /metrics/json was answered {(int)answer.StatusCode}.");
        double Metric(string name) => metrics.TryGetValue(name, out var value) ? value.GetDouble() : 0;
        return new Usage(
            Metric("commands"),
            Metric("appends"),
            Metric("writeUnits"),
            Metric("readUnits"),
            Server?.ProcessorSeconds ?? 0,
            ProcessFigures.ProcessorSeconds(Environment.ProcessId),
            Database is null ? 0 : ProcessFigures.ProcessorSeconds(Database.ProcessId));
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        _metrics.Dispose();
        Sockets.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        if (Database is not null) await Database.DisposeAsync();
    }

    private static async Task<double> Calibrate(DynamoDbLocal database, CancellationToken ct)
    {
        using var client = database.CreateClient();
        var puts = await Calibration.PutsPerSecond(client, TimeProvider.System, ct);
        Progress.Say($"DynamoDB Local alone: {puts:F0} puts/s");
        return puts;
    }

    private static string[] ServerArguments(LoadOptions options, DynamoDbLocal? database, string operatorKey) =>
    [
        "--storage", options.Storage,
        .. database is null ? Array.Empty<string>() : [$"--DynamoDB:Endpoint={database.Endpoint.OriginalString}"],
        $"--Gateway:OperatorKey={operatorKey}",
        "--Gateway:Tokens:Keys:0:Kid=load",
        // One socket of ours stands for a crowd: what is measured is the system, not its politeness.
        "--Gateway:Sockets:MessagesPerSecond=1000000",
        "--Gateway:Sockets:MessageBurst=1000000",
        "--Gateway:Http:RequestsPerSecond=1000000",
        $"--Gateway:Tokens:Keys:0:Secret={NewSecret()}",
    ];

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}

/// <summary>Counters of the server since its last start, processor seconds since each process's first.</summary>
internal sealed record Usage(
    double Commands, double Appends, double WriteUnits, double ReadUnits, double ServerSeconds, double DriverSeconds, double DatabaseSeconds)
{
    public Usage Since(Usage earlier) => new(
        Commands - earlier.Commands,
        Appends - earlier.Appends,
        WriteUnits - earlier.WriteUnits,
        ReadUnits - earlier.ReadUnits,
        ServerSeconds - earlier.ServerSeconds,
        DriverSeconds - earlier.DriverSeconds,
        DatabaseSeconds - earlier.DatabaseSeconds);
}
