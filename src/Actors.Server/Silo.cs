using Orleans.Configuration;
using Orleans.Hosting;

namespace Actors.Server;

/// <summary>
/// The silo of this process, in the public API that both engines share: membership, grain state and reminders in DynamoDB, or all of it in memory.
/// </summary>
internal static partial class Silo
{
    /// <summary>Name under which grains ask for their state's storage.</summary>
    private const string GrainStorage = "actors";

    public static void Compose(ISiloBuilder silo, ServerSettings settings, bool development)
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
        if (development)
            silo.UseLocalhostClustering(settings.SiloPort, settings.ClientPort, null, settings.ServiceId, settings.ClusterId);
        else
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

    /// <summary>What one engine needs and the other lacks.</summary>
    static partial void ComposeEngine(ISiloBuilder silo);

    /// <summary>An endpoint of its own is DynamoDB Local, which takes any fixed credentials; a region of AWS uses those of the machine.</summary>
    private static (string Service, string? AccessKey, string? SecretKey) Account(ServerSettings settings) => settings.Endpoint is { } endpoint
        ? (endpoint.ToString(), "local", "local")
        : (settings.Region, null, null);
}
