using System.Collections.ObjectModel;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Transport;

namespace Orleans.TestingHost;

/// <summary>
/// Silos and a client, each with its own host, in this process. Where there are several silos, they and the client talk through the connections
/// of real processes over pipes: arguments and results travel as bytes.
/// </summary>
public sealed class InProcessTestCluster : IAsyncDisposable, IDisposable
{
    // Ports name silos within the cluster's own network; no socket listens on them.
    private static int _lastPort = 20_000;

    private readonly TestMembership _membership = new();
    private readonly MemoryNetwork _network = new();
    private readonly List<InProcessSiloHandle> _silos = [];
    private IHost? _client;
    private short _lastInstance = -1;

    internal InProcessTestCluster(InProcessTestClusterOptions options)
    {
        Options = options;
    }

    public InProcessTestClusterOptions Options { get; }

    public ReadOnlyCollection<InProcessSiloHandle> Silos => _silos.AsReadOnly();

    public IClusterClient Client => _client?.Services.GetRequiredService<IClusterClient>()
        ?? throw new InvalidOperationException("The cluster has no client: deploy it first.");

    public async Task DeployAsync()
    {
        for (var silo = 0; silo < Options.InitialSilosCount; silo++)
        {
            await StartSiloAsync(NextSilo());
        }

        if (Options.InitializeClientOnDeploy)
        {
            await InitializeClientAsync();
        }
    }

    public async Task InitializeClientAsync()
    {
        var builder = NewHost();
        builder.UseOrleansClient(client => client.Configure<ClusterOptions>(NameCluster));
        builder.Services.AddSingleton<INetwork>(_network);
        builder.Services.AddSingleton(_membership.ForClient());
        Options.ClientHostConfigurationDelegates.ForEach(configure => configure(builder));
        _client = builder.Build();
        await _client.StartAsync();
    }

    /// <summary>The services of a silo; of the first one if none is named.</summary>
    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) =>
        (silo is null ? _silos[0] : GetSiloForAddress(silo) ?? throw new ArgumentException($"{silo} is no silo of this cluster.")).ServiceProvider;

    public IEnumerable<InProcessSiloHandle> GetActiveSilos() => _silos.Where(s => s.IsActive);

    public InProcessSiloHandle? GetSiloForAddress(SiloAddress siloAddress) => _silos.Find(s => s.SiloAddress.Equals(siloAddress));

    /// <summary>Stops a silo gracefully.</summary>
    public async Task StopSiloAsync(InProcessSiloHandle instance)
    {
        await instance.StopSiloAsync(stopGracefully: true);
        await Drop(instance);
    }

    /// <summary>Ends a silo at once: nothing is deactivated, no turn runs any more, its callers get <see cref="SiloUnavailableException"/>.</summary>
    public async Task KillSiloAsync(InProcessSiloHandle instance)
    {
        await instance.StopSiloAsync(stopGracefully: false);
        _membership.Set(instance.SiloAddress, SiloStatus.Dead);
        await Drop(instance);
    }

    /// <summary>Stops a silo and starts it anew under its name and ports, with a new generation.</summary>
    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        var options = new InProcessTestSiloSpecificOptions
        {
            SiloName = instance.Name,
            SiloPort = instance.SiloAddress.Endpoint.Port,
            GatewayPort = instance.GatewayAddress.Endpoint.Port,
        };
        if (_silos.Contains(instance))
        {
            await StopSiloAsync(instance);
        }

        return await StartSiloAsync(options);
    }

    /// <summary>Starts a silo beside those there are. When this is done it has its share of the grains.</summary>
    public Task<InProcessSiloHandle> StartAdditionalSiloAsync() => StartSiloAsync(NextSilo());

    public async Task StopSilosAsync()
    {
        foreach (var silo in _silos.ToArray())
        {
            await StopSiloAsync(silo);
        }
    }

    public async Task StopClusterClientAsync()
    {
        if (_client is not null)
        {
            await _client.StopAsync();
        }
    }

    public async Task StopAllSilosAsync()
    {
        await StopClusterClientAsync();
        await StopSilosAsync();
    }

    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await StopAllSilosAsync();
        if (_client is IAsyncDisposable client)
        {
            await client.DisposeAsync();
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static HostApplicationBuilder NewHost() => Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());

    private async Task<InProcessSiloHandle> StartSiloAsync(InProcessTestSiloSpecificOptions options)
    {
        var builder = NewHost();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(NameCluster)
            .Configure<SiloOptions>(silo => silo.SiloName = options.SiloName)
            .ConfigureEndpoints(options.SiloPort, options.GatewayPort));
        builder.Services.AddSingleton<INetwork>(_network);
        builder.Services.AddSingleton(_membership.For);
        builder.Services.AddSingleton<IClusterMembership>(services => services.GetRequiredService<ISiloMembership>());
        Options.SiloHostConfigurationDelegates.ForEach(configure => configure(options, builder));
        var host = builder.Build();
        await host.StartAsync();
        var details = host.Services.GetRequiredService<ILocalSiloDetails>();
        var handle = new InProcessSiloHandle
        {
            SiloHost = host,
            Name = options.SiloName,
            InstanceNumber = ++_lastInstance,
            SiloAddress = details.SiloAddress,
            GatewayAddress = details.GatewayAddress,
        };
        _silos.Add(handle);
        return handle;
    }

    private async Task Drop(InProcessSiloHandle silo)
    {
        _silos.Remove(silo);
        await silo.DisposeAsync();
    }

    private void NameCluster(ClusterOptions cluster)
    {
        cluster.ClusterId = Options.ClusterId;
        cluster.ServiceId = Options.ServiceId;
    }

    private InProcessTestSiloSpecificOptions NextSilo()
    {
        var port = Interlocked.Add(ref _lastPort, 2);
        return new()
        {
            SiloName = $"Silo_{(_lastInstance + 1).ToString(CultureInfo.InvariantCulture)}",
            SiloPort = port,
            GatewayPort = port + 1,
        };
    }
}
