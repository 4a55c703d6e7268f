using Actors.Storage.Local;

namespace Actors.Storage.Tests;

/// <summary>One DynamoDB Local for the whole test process; it dies with the process. Tests keep apart by stream name.</summary>
public static class SharedDatabase
{
    private static readonly Lazy<Task<Uri>> Started = new(Start);
    private static int _streams;

    /// <summary>No pause between attempts: the tests' clock stands still.</summary>
    public static DynamoOptions Options { get; } = new() { Table = "streams", FirstPause = TimeSpan.Zero };

    public static Task<Uri> Endpoint => Started.Value;

    public static string NewStream() => $"stream/{Interlocked.Increment(ref _streams)}";

    private static async Task<Uri> Start()
    {
        var local = await DynamoDbLocal.Start(new DynamoDbLocalOptions(), TimeProvider.System, CancellationToken.None);
        using var client = local.CreateClient();
        await StreamTable.CreateIfMissing(client, Options, TimeProvider.System, CancellationToken.None);
        return local.Endpoint;
    }
}
