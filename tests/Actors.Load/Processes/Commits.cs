using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Actors.Load.Processes;

/// <summary>What a process has committed, by the writer's name in the items of the streams' table.</summary>
internal static class Commits
{
    private const string Table = "actors-streams";

    /// <summary>How a silo's log says what its items are signed with; the last life counts.</summary>
    private const string LogMark = " as ";

    private const string LogLine = "Writes to " + Table + LogMark;

    public static string Writer(ServerProcess silo)
    {
        var line = silo.Log.LastOrDefault(l => l.Contains(LogLine, StringComparison.Ordinal)) ?? throw new LoadException($"{silo.Name} does not say as whom it writes.");
        return line[(line.LastIndexOf(LogMark, StringComparison.Ordinal) + LogMark.Length)..].Trim();
    }

    /// <summary>Keys of all items that the writer's activations have put.</summary>
    public static async Task<HashSet<string>> Of(string writer, IAmazonDynamoDB database, CancellationToken ct)
    {
        var keys = new HashSet<string>();
        var request = new ScanRequest(Table)
        {
            ConsistentRead = true,
            // Items of other kinds than batches have no writer.
            FilterExpression = "begins_with(#by, :writer)",
            ProjectionExpression = "pk, sk",
            ExpressionAttributeNames = new() { ["#by"] = "by" },
            ExpressionAttributeValues = new() { [":writer"] = new AttributeValue(writer + ".") },
        };
        do
        {
            var page = await database.ScanAsync(request, ct);
            foreach (var item in page.Items ?? []) keys.Add($"{item["pk"].S} {item["sk"].S}");
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return keys;
    }
}
