using System.Text;
using Actors.Testing;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Actors.Storage.Tests;

/// <summary>A DynamoDB event log over a scripted connection to the real DynamoDB Local, and a plain client to look and meddle behind its back.</summary>
public abstract class DynamoTest
{
    private protected const string Table = "streams";

    private protected ScriptedHttp Http { get; } = new();

    private protected CapacityMeter Meter { get; } = new();

    private protected ManualTime Time { get; } = new();

    private protected string Stream { get; } = SharedDatabase.NewStream();

    private protected static CancellationToken None => CancellationToken.None;

    private protected async Task<DynamoEventLog> Open(DynamoOptions? options = null) =>
        new(Http.Client(await SharedDatabase.Endpoint), options ?? SharedDatabase.Options, Time, new Random(1), Meter);

    private protected static async Task<IAmazonDynamoDB> Database() => new ScriptedHttp().Client(await SharedDatabase.Endpoint);

    private protected Batch BatchAt(long version, int count = 1, string? id = null, int bytes = 0) => new(
        version, count, id ?? $"w{version}", "silo-1", Time.GetUtcNow(), Encoding.UTF8.GetBytes($"[{version}{new string(' ', bytes)}]"));

    /// <summary>A snapshot that does not compress.</summary>
    private protected static Snapshot SnapshotAt(long version, int bytes = 100)
    {
        var payload = new byte[bytes];
        new Random((int)version).NextBytes(payload);
        return new Snapshot(version, 1, payload);
    }

    private protected async Task<DynamoEventLog> OpenWith(int batches)
    {
        var log = await Open();
        for (var version = 1; version <= batches; version++)
            await log.Append(Stream, BatchAt(version), None);
        return log;
    }

    /// <summary>Sort keys of everything stored for the stream.</summary>
    private protected async Task<List<string>> Keys(string prefix)
    {
        var request = new QueryRequest
        {
            TableName = Table,
            KeyConditionExpression = "pk = :p AND begins_with(sk, :s)",
            ExpressionAttributeValues = new() { [":p"] = new(Stream), [":s"] = new(prefix) },
            ProjectionExpression = "sk",
        };
        var keys = new List<string>();
        do
        {
            var answer = await (await Database()).QueryAsync(request);
            keys.AddRange((answer.Items ?? []).Select(i => i["sk"].S));
            request.ExclusiveStartKey = answer.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return keys;
    }

    private protected async Task<Dictionary<string, AttributeValue>> Item(string sort) =>
        (await (await Database()).GetItemAsync(Table, DynamoItem.Key(Stream, sort))).Item;

    private protected async Task Put(Dictionary<string, AttributeValue> item) => await (await Database()).PutItemAsync(Table, item);

    private protected async Task Delete(string sort) => await (await Database()).DeleteItemAsync(Table, DynamoItem.Key(Stream, sort));
}
