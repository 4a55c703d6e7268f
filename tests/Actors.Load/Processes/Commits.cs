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

    /// <summary>Keys of all items that the writers' activations have put.</summary>
    public static async Task<HashSet<Commit>> Of(IReadOnlyCollection<string> writers, IAmazonDynamoDB database, TimeProvider time, CancellationToken ct)
    {
        var commits = new HashSet<Commit>();
        var names = writers.Select((writer, i) => (Name: $":w{i}", Writer: writer)).ToList();
        var request = new ScanRequest(Table)
        {
            ConsistentRead = true,
            // Items of other kinds than batches have no writer.
            FilterExpression = string.Join(" OR ", names.Select(n => $"begins_with(#by, {n.Name})")),
            ProjectionExpression = "pk, sk, #by",
            ExpressionAttributeNames = new() { ["#by"] = "by" },
            ExpressionAttributeValues = names.ToDictionary(n => n.Name, n => new AttributeValue(n.Writer + ".")),
        };
        do
        {
            var asked = time.GetTimestamp();
            var page = await database.ScanAsync(request, ct);
            foreach (var item in page.Items ?? [])
                commits.Add(new Commit(writers.First(w => item["by"].S.StartsWith(w + ".", StringComparison.Ordinal)), $"{item["pk"].S} {item["sk"].S}"));
            request.ExclusiveStartKey = page.LastEvaluatedKey;
            // The silos under test use the same database: as much time for them as for this.
            await Task.Delay(time.GetElapsedTime(asked), time, ct);
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return commits;
    }
}

/// <param name="Key">Stream and number of its first event.</param>
internal readonly record struct Commit(string Writer, string Key);
