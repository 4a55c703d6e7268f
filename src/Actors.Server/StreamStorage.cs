using Actors.Grains;
using Actors.Storage;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Actors.Server;

/// <summary>Where the streams live, and whether that answers.</summary>
internal static partial class StreamStorage
{
    /// <summary>A start waits this long for storage before it says that it does not answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static void AddStreamStorage(this IServiceCollection services, ServerSettings settings)
    {
        if (settings.Storage == StorageKind.Memory)
        {
            services.AddInMemoryEventLog();
            return;
        }
        services.AddSingleton(_ => settings.Endpoint is { } endpoint
            ? DynamoClients.Create(endpoint, new BasicAWSCredentials("local", "local"), settings.Region)
            : DynamoClients.Create(settings.Region));
        services.AddDynamoEventLog(options => options.Table = settings.StreamsTable);
    }

    /// <summary>Creates the table of streams where that is asked for, and reads from it once: a server that starts can store.</summary>
    public static async Task PrepareStorage(this IServiceProvider services, ServerSettings settings)
    {
        if (settings.Storage == StorageKind.Memory) return;
        var time = services.GetRequiredService<TimeProvider>();
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            if (settings.CreateTables)
                await StreamTable.CreateIfMissing(
                    services.GetRequiredService<IAmazonDynamoDB>(), new DynamoOptions { Table = settings.StreamsTable }, time, deadline.Token);
            await services.GetRequiredService<IEventLog>().ReadForward("probe", 1, ReadLimit.OfEvents(1), deadline.Token);
            Writes(services.GetRequiredService<ILogger<WriterIds>>(), settings.StreamsTable, services.GetRequiredService<WriterIds>().Process);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or AmazonClientException or AmazonServiceException { StatusCode: 0 }
            or StorageUnavailableException { Fault: not StorageFault.Denied })
        {
            throw new StartupException($"DynamoDB does not answer at {settings.Endpoint?.ToString() ?? settings.Region}: is it running, and reachable from here?", e);
        }
    }

    /// <summary>Items of the table name their writer: with this line an operator finds the process.</summary>
    [LoggerMessage(1, LogLevel.Information, "Writes to {Table} as {Writer}")]
    private static partial void Writes(ILogger log, string table, string writer);
}
