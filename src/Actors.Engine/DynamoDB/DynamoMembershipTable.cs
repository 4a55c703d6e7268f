using System.Collections.Immutable;
using System.Globalization;
using Amazon.DynamoDBv2.Model;
using Orleans.Runtime;

namespace Orleans.DynamoDB;

/// <summary>
/// One item per silo incarnation and one for the version, under the cluster's id as hash key: a reading is a consistent query, repeated where it
/// saw half a change; a change is one transaction of two items.
/// </summary>
internal sealed class DynamoMembershipTable(TableOptions options, string clusterId, TimeProvider time) : IMembershipTable, IDisposable
{
    private const string ClusterKey = "DeploymentId";
    private const string SiloKey = "SiloIdentity";

    // Sorts before every address.
    private const string VersionRow = "#version";

    private const string Version = "MembershipVersion";
    private const string Written = "ETag";
    private const string Status = "SiloStatus";
    private const string Name = "SiloName";
    private const string GatewayPort = "ProxyPort";
    private const string StartedAt = "StartTime";
    private const string AliveAt = "IAmAliveTime";
    private const string Suspicions = "Suspicions";

    private readonly DynamoTable _table = new(options, ClusterKey, SiloKey, time);

    public Task Start(CancellationToken cancellation) => _table.EnsureReady(cancellation);

    public Task<TableReading> Read(CancellationToken cancellation) => WholeReading.Take(Query, time, cancellation);

    private async Task<TableReading> Query(CancellationToken cancellation)
    {
        var request = new QueryRequest
        {
            TableName = _table.Name,
            ConsistentRead = true,
            KeyConditionExpression = "#cluster = :cluster",
            ExpressionAttributeNames = new() { ["#cluster"] = ClusterKey },
            ExpressionAttributeValues = new() { [":cluster"] = new AttributeValue(clusterId) },
        };
        var version = 0L;
        var rows = ImmutableArray.CreateBuilder<MemberRow>();
        do
        {
            var page = await _table.Client.QueryAsync(request, cancellation);
            foreach (var item in page.Items ?? [])
            {
                if (item[SiloKey].S == VersionRow)
                {
                    version = long.Parse(item[Version].N, CultureInfo.InvariantCulture);
                }
                else
                {
                    rows.Add(Parse(item));
                }
            }

            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });

        return new TableReading(version, rows.ToImmutable());
    }

    public async Task<bool> Write(MemberRow row, long version, CancellationToken cancellation)
    {
        var next = Number(version + 1);
        var item = Format(row);
        item[Written] = next;
        var putRow = Conditional(item, Written, row.Written);
        var putVersion = Conditional(new(Key(VersionRow)) { [Version] = next }, Version, version);
        try
        {
            await _table.Client.TransactWriteItemsAsync(
                new TransactWriteItemsRequest { TransactItems = [new() { Put = putVersion }, new() { Put = putRow }] }, cancellation);
            return true;
        }
        catch (TransactionCanceledException cancelled) when (
            (cancelled.CancellationReasons ?? []).Any(reason => reason.Code is "ConditionalCheckFailed" or "TransactionConflict"))
        {
            return false;
        }
    }

    public async Task<bool> Heartbeat(SiloAddress silo, DateTimeOffset at, CancellationToken cancellation)
    {
        try
        {
            await _table.Client.UpdateItemAsync(
                new UpdateItemRequest
                {
                    TableName = _table.Name,
                    Key = Key(silo.ToParsableString()),
                    UpdateExpression = "SET #alive = :at",
                    ConditionExpression = "attribute_exists(#silo)",
                    ExpressionAttributeNames = new() { ["#alive"] = AliveAt, ["#silo"] = SiloKey },
                    ExpressionAttributeValues = new() { [":at"] = Time(at) },
                },
                cancellation);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async Task Delete(SiloAddress silo, CancellationToken cancellation)
    {
        try
        {
            await _table.Client.DeleteItemAsync(
                new DeleteItemRequest
                {
                    TableName = _table.Name,
                    Key = Key(silo.ToParsableString()),
                    ConditionExpression = "#status = :dead",
                    ExpressionAttributeNames = new() { ["#status"] = Status },
                    ExpressionAttributeValues = new() { [":dead"] = new AttributeValue(nameof(SiloStatus.Dead)) },
                },
                cancellation);
        }
        catch (ConditionalCheckFailedException)
        {
            // Gone already, or not dead: both leave nothing to do.
        }
    }

    public void Dispose() => _table.Dispose();

    private Put Conditional(Dictionary<string, AttributeValue> item, string attribute, long expected) => new()
    {
        TableName = _table.Name,
        Item = item,
        ConditionExpression = expected == 0 ? "attribute_not_exists(#expected)" : "#expected = :expected",
        ExpressionAttributeNames = new() { ["#expected"] = attribute },
        ExpressionAttributeValues = expected == 0 ? null : new() { [":expected"] = Number(expected) },
    };

    private Dictionary<string, AttributeValue> Key(string row) =>
        new() { [ClusterKey] = new AttributeValue(clusterId), [SiloKey] = new AttributeValue(row) };

    private Dictionary<string, AttributeValue> Format(MemberRow row) => new(Key(row.Silo.ToParsableString()))
    {
        [Status] = new AttributeValue(row.Status.ToString()),
        [Name] = new AttributeValue(row.Member.Name),
        [GatewayPort] = Number(row.Member.GatewayPort),
        [StartedAt] = Time(row.Member.StartedAt),
        [AliveAt] = Time(row.AliveAt),
        [Suspicions] = new AttributeValue { L = [.. row.Suspicions.Select(FormatVote)], IsLSet = true },
    };

    private static AttributeValue FormatVote(Suspicion vote) =>
        new() { M = new() { ["by"] = new AttributeValue(vote.By.ToParsableString()), ["at"] = Time(vote.At) } };

    private static MemberRow Parse(Dictionary<string, AttributeValue> item) => new(
        new ClusterMember(
            SiloAddress.FromParsableString(item[SiloKey].S),
            Enum.Parse<SiloStatus>(item[Status].S),
            item[Name].S,
            int.Parse(item[GatewayPort].N, CultureInfo.InvariantCulture),
            ParseTime(item[StartedAt])),
        ParseTime(item[AliveAt]),
        [.. (item[Suspicions].L ?? []).Select(vote => new Suspicion(SiloAddress.FromParsableString(vote.M["by"].S), ParseTime(vote.M["at"])))],
        long.Parse(item[Written].N, CultureInfo.InvariantCulture));

    private static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    private static AttributeValue Time(DateTimeOffset at) => new(at.ToString("O", CultureInfo.InvariantCulture));

    private static DateTimeOffset ParseTime(AttributeValue value) => DateTimeOffset.ParseExact(value.S, "O", CultureInfo.InvariantCulture);
}
