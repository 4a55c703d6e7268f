using Actors.Storage.Local;
using Amazon.DynamoDBv2;

namespace Actors.Storage.Tests;

/// <summary>One DynamoDB Local for the whole test process; it dies with the process. Tests keep apart by stream name.</summary>
public static class SharedDatabase
{
    private static readonly Lazy<Task<IAmazonDynamoDB>> Started = new(Start);
    private static int _streams;

    public static string Table => "streams";

    public static Task<IAmazonDynamoDB> Client => Started.Value;

    public static string NewStream() => $"stream/{Interlocked.Increment(ref _streams)}";

    private static async Task<IAmazonDynamoDB> Start()
    {
        var local = await DynamoDbLocal.Start(new DynamoDbLocalOptions(), TimeProvider.System, CancellationToken.None);
        return local.CreateClient();
    }
}
