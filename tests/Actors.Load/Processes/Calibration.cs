using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Actors.Load.Processes;

/// <summary>What the database alone can do on this machine, for comparison: conditional puts of 1 KB, as an append does them.</summary>
internal static class Calibration
{
    private const string Table = "calibration";

    /// <summary>Enough to keep the database busy; more only queues.</summary>
    private const int Concurrent = 64;

    private const int ItemBytes = 1024;

    /// <summary>The database's own compiler gets this long to warm up.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(3);

    public static async Task<double> PutsPerSecond(IAmazonDynamoDB database, TimeProvider time, CancellationToken ct)
    {
        await database.CreateTableAsync(new CreateTableRequest
        {
            TableName = Table,
            KeySchema = [new KeySchemaElement("pk", KeyType.HASH), new KeySchemaElement("sk", KeyType.RANGE)],
            AttributeDefinitions = [new AttributeDefinition("pk", ScalarAttributeType.S), new AttributeDefinition("sk", ScalarAttributeType.S)],
            BillingMode = BillingMode.PAY_PER_REQUEST,
        }, ct);
        await Puts(database, "warm", WarmUp, time, ct);
        var puts = await Puts(database, "measured", Measured, time, ct);
        await database.DeleteTableAsync(Table, ct);
        return puts / Measured.TotalSeconds;
    }

    private static async Task<int> Puts(IAmazonDynamoDB database, string phase, TimeSpan duration, TimeProvider time, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var writers = Enumerable.Range(0, Concurrent).Select(async writer =>
        {
            var count = 0;
            for (; time.GetElapsedTime(started) < duration; count++)
                await database.PutItemAsync(Put(string.Create(CultureInfo.InvariantCulture, $"{phase}-{writer}"), count), ct);
            return count;
        });
        return (await Task.WhenAll(writers)).Sum();
    }

    private static PutItemRequest Put(string partition, int number) => new()
    {
        TableName = Table,
        Item = new Dictionary<string, AttributeValue>
        {
            ["pk"] = new(partition),
            ["sk"] = new(number.ToString("D12", CultureInfo.InvariantCulture)),
            ["data"] = new(new string('x', ItemBytes)),
        },
        ConditionExpression = "attribute_not_exists(pk)",
    };
}
