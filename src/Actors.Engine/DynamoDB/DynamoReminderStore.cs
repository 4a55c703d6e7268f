using System.Globalization;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Reminders;
using Orleans.Runtime;

namespace Orleans.DynamoDB;

/// <summary>One item per reminder: hash key service and grain, range key the reminder's name.</summary>
internal sealed class DynamoReminderStore(
    IOptions<DynamoDBReminderStorageOptions> configured, IOptions<ClusterOptions> cluster, TimeProvider time) : IReminderStore, IDisposable
{
    private const string GrainKey = "ReminderId";
    private const string NameKey = "ReminderName";
    private const string Service = "ServiceId";
    private const string Grain = "GrainReference";
    private const string StartAt = "StartTime";
    private const string Period = "Period";
    private const string Version = "ETag";

    private readonly DynamoTable _table = Table(configured.Value, time);
    private readonly string _service = cluster.Value.ServiceId;

    public Task Start(CancellationToken cancellationToken) => _table.EnsureReady(cancellationToken);

    public Task Upsert(Reminder reminder, CancellationToken cancellationToken) => _table.Client.PutItemAsync(
        new PutItemRequest
        {
            TableName = _table.Name,
            Item = new()
            {
                [GrainKey] = new AttributeValue(KeyOf(reminder.Grain)),
                [NameKey] = new AttributeValue(reminder.Name),
                [Service] = new AttributeValue(_service),
                [Grain] = new AttributeValue(reminder.Grain.ToString()),
                [StartAt] = new AttributeValue(reminder.StartAt.ToString("O", CultureInfo.InvariantCulture)),
                [Period] = new AttributeValue(reminder.Period.ToString("c", CultureInfo.InvariantCulture)),
                [Version] = new AttributeValue(reminder.Version),
            },
        },
        cancellationToken);

    public async Task<bool> Remove(Reminder reminder, CancellationToken cancellationToken)
    {
        try
        {
            await _table.Client.DeleteItemAsync(
                new DeleteItemRequest
                {
                    TableName = _table.Name,
                    Key = new() { [GrainKey] = new AttributeValue(KeyOf(reminder.Grain)), [NameKey] = new AttributeValue(reminder.Name) },
                    ConditionExpression = "#version = :version",
                    ExpressionAttributeNames = new() { ["#version"] = Version },
                    ExpressionAttributeValues = new() { [":version"] = new AttributeValue(reminder.Version) },
                },
                cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    public async Task<IReadOnlyList<Reminder>> ReadAll(CancellationToken cancellationToken)
    {
        var reminders = new List<Reminder>();
        var request = new ScanRequest
        {
            TableName = _table.Name,
            ConsistentRead = true,
            FilterExpression = "#service = :service",
            ExpressionAttributeNames = new() { ["#service"] = Service },
            ExpressionAttributeValues = new() { [":service"] = new AttributeValue(_service) },
        };
        do
        {
            var page = await _table.Client.ScanAsync(request, cancellationToken);
            reminders.AddRange((page.Items ?? []).Select(Parse));
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });

        return reminders;
    }

    public async Task<IReadOnlyList<Reminder>> Read(GrainId grain, CancellationToken cancellationToken)
    {
        var reminders = new List<Reminder>();
        var request = new QueryRequest
        {
            TableName = _table.Name,
            ConsistentRead = true,
            KeyConditionExpression = "#grain = :grain",
            ExpressionAttributeNames = new() { ["#grain"] = GrainKey },
            ExpressionAttributeValues = new() { [":grain"] = new AttributeValue(KeyOf(grain)) },
        };
        do
        {
            var page = await _table.Client.QueryAsync(request, cancellationToken);
            reminders.AddRange((page.Items ?? []).Select(Parse));
            request.ExclusiveStartKey = page.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });

        return reminders;
    }

    public void Dispose() => _table.Dispose();

    private static DynamoTable Table(DynamoDBReminderStorageOptions options, TimeProvider time) => new(
        new TableOptions(
            options.TableName, options.Service, options.AccessKey, options.SecretKey, options.Token, options.ProfileName, options.CreateIfNotExists,
            options.UseProvisionedThroughput ? (options.ReadCapacityUnits, options.WriteCapacityUnits) : null),
        GrainKey,
        NameKey,
        time);

    private static Reminder Parse(Dictionary<string, AttributeValue> item) => new(
        GrainId.Parse(item[Grain].S),
        item[NameKey].S,
        DateTimeOffset.ParseExact(item[StartAt].S, "O", CultureInfo.InvariantCulture),
        TimeSpan.ParseExact(item[Period].S, "c", CultureInfo.InvariantCulture),
        item[Version].S);

    private string KeyOf(GrainId grain) => $"{_service}_{grain}";
}
