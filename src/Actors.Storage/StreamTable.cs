using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Actors.Storage;

/// <summary>Makes the table of streams, for development and deployment. A production start never calls this.</summary>
public static class StreamTable
{
    private static readonly TimeSpan StatusPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>A new table may take a minute before it accepts point-in-time recovery.</summary>
    private const int ProtectAttempts = 30;

    private static readonly TimeSpan ProtectPoll = TimeSpan.FromSeconds(3);

    /// <summary>On-demand capacity, item streams of new images, point-in-time recovery and encryption where the endpoint has them. True when it made the table.</summary>
    public static async Task<bool> CreateIfMissing(IAmazonDynamoDB client, DynamoOptions options, TimeProvider time, CancellationToken ct)
    {
        if (await Find(client, options.Table, ct).ConfigureAwait(false) is not null)
            return false;
        try
        {
            await client.CreateTableAsync(Request(options.Table), ct).ConfigureAwait(false);
        }
        catch (ResourceInUseException)
        {
            // Somebody else is making it: wait for theirs.
            await Active(client, options.Table, time, ct).ConfigureAwait(false);
            return false;
        }
        await Active(client, options.Table, time, ct).ConfigureAwait(false);
        await ProtectIfSupported(client, options.Table, time, ct).ConfigureAwait(false);
        return true;
    }

    private static CreateTableRequest Request(string table) => new()
    {
        TableName = table,
        KeySchema = [new(DynamoKeys.Stream, KeyType.HASH), new(DynamoKeys.Sort, KeyType.RANGE)],
        AttributeDefinitions = [new(DynamoKeys.Stream, ScalarAttributeType.S), new(DynamoKeys.Sort, ScalarAttributeType.S)],
        BillingMode = BillingMode.PAY_PER_REQUEST,
        StreamSpecification = new StreamSpecification { StreamEnabled = true, StreamViewType = StreamViewType.NEW_IMAGE },
        // DynamoDB encrypts every table; this asks for the account's KMS key, whose use is logged.
        SSESpecification = new SSESpecification { Enabled = true, SSEType = SSEType.KMS },
    };

    private static async Task<TableDescription?> Find(IAmazonDynamoDB client, string table, CancellationToken ct)
    {
        try
        {
            return (await client.DescribeTableAsync(table, ct).ConfigureAwait(false)).Table;
        }
        catch (ResourceNotFoundException)
        {
            return null;
        }
    }

    private static async Task Active(IAmazonDynamoDB client, string table, TimeProvider time, CancellationToken ct)
    {
        while ((await Find(client, table, ct).ConfigureAwait(false))?.TableStatus != TableStatus.ACTIVE)
            await Task.Delay(StatusPoll, time, ct).ConfigureAwait(false);
    }

    private static async Task ProtectIfSupported(IAmazonDynamoDB client, string table, TimeProvider time, CancellationToken ct)
    {
        var request = new UpdateContinuousBackupsRequest
        {
            TableName = table,
            PointInTimeRecoverySpecification = new PointInTimeRecoverySpecification { PointInTimeRecoveryEnabled = true },
        };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await client.UpdateContinuousBackupsAsync(request, ct).ConfigureAwait(false);
                return;
            }
            catch (ContinuousBackupsUnavailableException) when (attempt < ProtectAttempts)
            {
                // DynamoDB is still preparing backups of the new table.
                await Task.Delay(ProtectPoll, time, ct).ConfigureAwait(false);
            }
            catch (AmazonDynamoDBException e) when (e.ErrorCode is "UnknownOperationException" or "UnknownOperation")
            {
                // DynamoDB Local keeps no backups.
                return;
            }
        }
    }
}
