using System.Net;
using Actors.Gateway;
using Actors.Grains;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Actors.Server;

/// <summary>
/// This process in its cluster, in the public API that both engines share. A silo: membership, grain state and reminders in DynamoDB, or all of
/// it in memory. A gateway alone: a client that finds silos in the same membership table.
/// </summary>
internal static partial class Silo
{
    /// <summary>Name under which grains ask for their state's storage.</summary>
    private const string GrainStorage = "actors";

    public static void AddRoles(this WebApplicationBuilder builder, ServerSettings settings)
    {
        if (settings.IsSilo)
        {
            builder.Services.AddStreamStorage(settings);
            builder.UseOrleans(silo => Compose(silo, settings));
            if (settings.Storage != StorageKind.Memory) builder.Services.AddSingleton(GuardAgainstStalls);
            builder.Services.AddActorsGrains();
        }
        else
        {
            builder.UseOrleansClient(client => Compose(client, settings));
        }
        builder.Services.AddActorsGateway(builder.Configuration.GetSection("Gateway"));
    }

    // The management grain reads the membership table; this process's own view may be as old as the pause.
    private static StallGuard GuardAgainstStalls(IServiceProvider services) => new(
        async ct =>
        {
            var hosts = await services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts().WaitAsync(ct);
            return hosts.TryGetValue(services.GetRequiredService<ILocalSiloDetails>().SiloAddress, out var status) && status != SiloStatus.Dead;
        },
        TimeProvider.System,
        services.GetRequiredService<ILogger<StallGuard>>());

    private static void Compose(ISiloBuilder silo, ServerSettings settings)
    {
        ComposeEngine(silo);
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
        if (settings.Storage == StorageKind.Memory)
        {
            silo.UseLocalhostClustering(settings.SiloPort, settings.ClientPort, null, settings.ServiceId, settings.ClusterId);
            silo.AddMemoryGrainStorage(GrainStorage);
            silo.UseInMemoryReminderService();
            return;
        }
        var (service, access, secret) = Account(settings);
        silo.ConfigureEndpoints(settings.Address!, settings.SiloPort, settings.ClientPort);
        silo.Configure<EndpointOptions>(options =>
        {
            if (settings.SiloListenPort > 0) options.SiloListeningEndpoint = new IPEndPoint(settings.Address!, settings.SiloListenPort);
            if (settings.ClientListenPort > 0) options.GatewayListeningEndpoint = new IPEndPoint(settings.Address!, settings.ClientListenPort);
        });
        silo.Configure<ClusterMembershipOptions>(Liveness.Apply);
        silo.UseDynamoDBClustering((DynamoDBClusteringOptions options) =>
        {
            (options.Service, options.AccessKey, options.SecretKey, options.TableName) = (service, access, secret, settings.SilosTable);
            (options.CreateIfNotExists, options.UpdateIfExists, options.UseProvisionedThroughput) = (settings.CreateTables, false, false);
        });
        silo.AddDynamoDBGrainStorage(GrainStorage, (DynamoDBStorageOptions options) =>
        {
            (options.Service, options.AccessKey, options.SecretKey, options.TableName) = (service, access, secret, settings.StateTable);
            (options.CreateIfNotExists, options.UpdateIfExists, options.UseProvisionedThroughput) = (settings.CreateTables, false, false);
            options.ServiceId = settings.ServiceId;
        });
        silo.UseDynamoDBReminderService(options =>
        {
            (options.Service, options.AccessKey, options.SecretKey, options.TableName) = (service, access, secret, settings.RemindersTable);
            (options.CreateIfNotExists, options.UpdateIfExists, options.UseProvisionedThroughput) = (settings.CreateTables, false, false);
        });
    }

    private static void Compose(IClientBuilder client, ServerSettings settings)
    {
        var (service, access, secret) = Account(settings);
        client.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (settings.ClusterId, settings.ServiceId));
        client.Configure<Orleans.Configuration.GatewayOptions>(Liveness.Apply);
        client.UseConnectionRetryFilter<StartOrder>();
        client.UseDynamoDBClustering((DynamoDBGatewayOptions options) =>
        {
            (options.Service, options.AccessKey, options.SecretKey, options.TableName) = (service, access, secret, settings.SilosTable);
            (options.CreateIfNotExists, options.UpdateIfExists, options.UseProvisionedThroughput) = (settings.CreateTables, false, false);
        });
    }

    /// <summary>What one engine needs and the other lacks.</summary>
    static partial void ComposeEngine(ISiloBuilder silo);

    /// <summary>An endpoint of its own is DynamoDB Local, which takes any fixed credentials; a region of AWS uses those of the machine.</summary>
    private static (string Service, string? AccessKey, string? SecretKey) Account(ServerSettings settings) => settings.Endpoint is { } endpoint
        ? (endpoint.ToString(), "local", "local")
        : (settings.Region, null, null);
}
