using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.DynamoDB;
using Orleans.Reminders;
using Orleans.State;
using Orleans.Storage;

namespace Orleans.Hosting;

public static class AwsUtilsHostingExtensions
{
    /// <summary>Membership in a DynamoDB table. The embedded engine runs one silo per cluster, which needs none: only configuration for now.</summary>
    public static ISiloBuilder UseDynamoDBClustering(this ISiloBuilder builder, Action<DynamoDBClusteringOptions> configureOptions)
    {
        builder.Services.AddSingleton<MembershipTable>();
        return builder.Configure(configureOptions);
    }

    public static ISiloBuilder UseDynamoDBClustering(
        this ISiloBuilder builder, Action<OptionsBuilder<DynamoDBClusteringOptions>> configureOptions)
    {
        builder.Services.AddSingleton<MembershipTable>();
        configureOptions(builder.Services.AddOptions<DynamoDBClusteringOptions>());
        return builder;
    }

    /// <inheritdoc cref="UseDynamoDBClustering(ISiloBuilder, Action{DynamoDBClusteringOptions})"/>
    public static IClientBuilder UseDynamoDBClustering(this IClientBuilder builder, Action<DynamoDBGatewayOptions> configureOptions) =>
        builder.Configure(configureOptions);

    public static IClientBuilder UseDynamoDBClustering(
        this IClientBuilder builder, Action<OptionsBuilder<DynamoDBGatewayOptions>> configureOptions)
    {
        configureOptions(builder.Services.AddOptions<DynamoDBGatewayOptions>());
        return builder;
    }
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
