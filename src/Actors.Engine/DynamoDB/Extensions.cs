using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.DynamoDB;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.State;
using Orleans.Storage;

namespace Orleans.Hosting;

public static class AwsUtilsHostingExtensions
{
    /// <summary>Silos of the cluster id find each other in a DynamoDB table.</summary>
    public static ISiloBuilder UseDynamoDBClustering(this ISiloBuilder builder, Action<DynamoDBClusteringOptions> configureOptions) =>
        builder.UseDynamoDBClustering(options => options.Configure(configureOptions));

    public static ISiloBuilder UseDynamoDBClustering(
        this ISiloBuilder builder, Action<OptionsBuilder<DynamoDBClusteringOptions>> configureOptions)
    {
        configureOptions(builder.Services.AddOptions<DynamoDBClusteringOptions>());
        builder.Services.AddSiloMembership(services =>
        {
            var options = services.GetRequiredService<IOptions<DynamoDBClusteringOptions>>().Value;
            return Table(services, options, options.TableName, options.CreateIfNotExists, options.UseProvisionedThroughput ? (options.ReadCapacityUnits, options.WriteCapacityUnits) : null);
        });
        builder.Services.TryAddSingleton<IFatalExit, ProcessExit>();
        return builder;
    }

    /// <summary>The client finds its silos in the table. It neither writes nor makes it.</summary>
    public static IClientBuilder UseDynamoDBClustering(this IClientBuilder builder, Action<DynamoDBGatewayOptions> configureOptions) =>
        builder.UseDynamoDBClustering(options => options.Configure(configureOptions));

    public static IClientBuilder UseDynamoDBClustering(
        this IClientBuilder builder, Action<OptionsBuilder<DynamoDBGatewayOptions>> configureOptions)
    {
        configureOptions(builder.Services.AddOptions<DynamoDBGatewayOptions>());
        builder.Services.AddClientMembership(services =>
        {
            var options = services.GetRequiredService<IOptions<DynamoDBGatewayOptions>>().Value;
            return Table(services, options, options.TableName, create: false, throughput: null);
        });
        return builder;
    }

    private static DynamoMembershipTable Table(
        IServiceProvider services, Clustering.DynamoDB.DynamoDBClientOptions account, string name, bool create, (int, int)? throughput) => new(
        new TableOptions(name, account.Service, account.AccessKey, account.SecretKey, account.Token, account.ProfileName, create, throughput),
        services.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId,
        services.GetRequiredService<TimeProvider>());
}

/// <summary>Persistent states in DynamoDB.</summary>
public static class DynamoDBGrainStorageSiloBuilderExtensions
{
    public static ISiloBuilder AddDynamoDBGrainStorageAsDefault(this ISiloBuilder builder, Action<DynamoDBStorageOptions> configureOptions) =>
        builder.AddDynamoDBGrainStorage(StorageNames.Default, configureOptions);

    public static ISiloBuilder AddDynamoDBGrainStorage(
        this ISiloBuilder builder, string name, Action<DynamoDBStorageOptions> configureOptions) =>
        builder.AddDynamoDBGrainStorage(name, options => options.Configure(configureOptions));

    public static ISiloBuilder AddDynamoDBGrainStorageAsDefault(
        this ISiloBuilder builder, Action<OptionsBuilder<DynamoDBStorageOptions>>? configureOptions = null) =>
        builder.AddDynamoDBGrainStorage(StorageNames.Default, configureOptions);

    public static ISiloBuilder AddDynamoDBGrainStorage(
        this ISiloBuilder builder, string name, Action<OptionsBuilder<DynamoDBStorageOptions>>? configureOptions = null)
    {
        configureOptions?.Invoke(builder.Services.AddOptions<DynamoDBStorageOptions>(name));
        builder.Services.AddKeyedSingleton<IGrainStorage>(name, (services, _) => ActivatorUtilities.CreateInstance<DynamoGrainStorage>(
            services, services.GetRequiredService<IOptionsMonitor<DynamoDBStorageOptions>>().Get(name)));
        // As in Orleans the table exists, if it may be made, before the first grain needs it.
        return builder.AddStartupTask(
            (services, cancellation) => ((DynamoGrainStorage)services.GetRequiredKeyedService<IGrainStorage>(name)).Start(cancellation),
            ServiceLifecycleStage.ApplicationServices);
    }
}

/// <summary>Reminders in DynamoDB.</summary>
public static class DynamoDBSiloBuilderReminderExtensions
{
    public static ISiloBuilder UseDynamoDBReminderService(this ISiloBuilder builder, Action<DynamoDBReminderStorageOptions> configure)
    {
        builder.Services.AddSingleton<IReminderStore, DynamoReminderStore>();
        return builder.Configure(configure);
    }
}
