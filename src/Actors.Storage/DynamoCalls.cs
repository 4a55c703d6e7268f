using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Actors.Storage;

/// <summary>Every call to DynamoDB: deadline, faults, retries and capacity are dealt with here and nowhere else.</summary>
internal sealed class DynamoCalls(IAmazonDynamoDB client, DynamoOptions options, TimeProvider time, Random random, CapacityMeter meter)
{
    /// <summary>DynamoDB's bound on one batch write.</summary>
    private const int BatchWriteItems = 25;

    /// <summary>One batch write stays well inside a call's deadline, far below DynamoDB's 16 MB.</summary>
    private const int BatchWriteParts = 4;

    public string Table => options.Table;

    /// <summary>Bounds a whole operation in time; its expiry is a fault, the caller's cancellation is not.</summary>
    public async Task<T> Within<TState, T>(TState state, Func<TState, CancellationToken, Task<T>> operation, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(options.OperationTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            return await operation(state, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new StorageUnavailableException(StorageFault.TimedOut, "DynamoDB did not finish within the operation's deadline.", e);
        }
    }

    /// <summary>A conditional put, tried once. Answers the write units.</summary>
    public async Task<double> PutOnce(StorageOperation operation, PutItemRequest request, CancellationToken ct)
    {
        request.TableName = Table;
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL;
        var answer = await Once(operation, static (c, r, t) => c.PutItemAsync(r, t), request, ct).ConfigureAwait(false);
        return Wrote(operation, answer.ConsumedCapacity);
    }

    /// <summary>A put that may safely happen twice.</summary>
    public async Task Put(StorageOperation operation, PutItemRequest request, CancellationToken ct)
    {
        request.TableName = Table;
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL;
        var answer = await Retried(operation, static (c, r, t) => c.PutItemAsync(r, t), request, ct).ConfigureAwait(false);
        Wrote(operation, answer.ConsumedCapacity);
    }

    /// <summary>An update that may safely happen twice.</summary>
    public async Task Update(StorageOperation operation, UpdateItemRequest request, CancellationToken ct)
    {
        request.TableName = Table;
        request.ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL;
        var answer = await Retried(operation, static (c, r, t) => c.UpdateItemAsync(r, t), request, ct).ConfigureAwait(false);
        Wrote(operation, answer.ConsumedCapacity);
    }

    public async Task<Dictionary<string, AttributeValue>?> Get(StorageOperation operation, string stream, string sort, CancellationToken ct)
    {
        var request = new GetItemRequest
        {
            TableName = Table,
            Key = DynamoItem.Key(stream, sort),
            ConsistentRead = true,
            ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
        };
        var answer = await Retried(operation, static (c, r, t) => c.GetItemAsync(r, t), request, ct).ConfigureAwait(false);
        meter.Read(operation, answer.ConsumedCapacity?.CapacityUnits ?? 0);
        return answer.Item is { Count: > 0 } item ? item : null;
    }

    /// <summary>One page, as far as DynamoDB goes in one answer.</summary>
    public async Task<(List<Dictionary<string, AttributeValue>> Items, Dictionary<string, AttributeValue>? Next)> Query(
        StorageOperation operation, QueryRequest request, CancellationToken ct)
    {
        var answer = await Retried(operation, static (c, r, t) => c.QueryAsync(r, t), request, ct).ConfigureAwait(false);
        meter.Read(operation, answer.ConsumedCapacity?.CapacityUnits ?? 0);
        return (answer.Items ?? [], answer.LastEvaluatedKey is { Count: > 0 } next ? next : null);
    }

    /// <summary>All pages of a range of sort keys, both ends included.</summary>
    public async Task<List<Dictionary<string, AttributeValue>>> QueryAll(StorageOperation operation, QueryRequest request, CancellationToken ct)
    {
        var (items, next) = await Query(operation, request, ct).ConfigureAwait(false);
        while (next is not null)
        {
            request.ExclusiveStartKey = next;
            (var more, next) = await Query(operation, request, ct).ConfigureAwait(false);
            items.AddRange(more);
        }
        return items;
    }

    /// <summary>A transaction that may safely be sent twice; false where a condition failed.</summary>
    public async Task<bool> TryTransact(StorageOperation operation, List<TransactWriteItem> writes, CancellationToken ct)
    {
        var request = new TransactWriteItemsRequest { TransactItems = writes, ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL };
        try
        {
            var answer = await Retried(operation, static (c, r, t) => c.TransactWriteItemsAsync(r, t), request, ct).ConfigureAwait(false);
            foreach (var consumed in answer.ConsumedCapacity ?? [])
                Wrote(operation, consumed);
            return true;
        }
        catch (TransactionCanceledException canceled) when (DynamoFaults.IsConditionFailed(canceled))
        {
            return false;
        }
    }

    public QueryRequest Range(string stream, string first, string last) => new()
    {
        TableName = Table,
        KeyConditionExpression = "pk = :p AND sk BETWEEN :a AND :b",
        ExpressionAttributeValues = new(3)
        {
            [":p"] = DynamoItem.Text(stream),
            [":a"] = DynamoItem.Text(first),
            [":b"] = DynamoItem.Text(last),
        },
        ConsistentRead = true,
        ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
    };

    public Task PutAll(StorageOperation operation, IEnumerable<Dictionary<string, AttributeValue>> items, CancellationToken ct) =>
        BatchWrite(operation, items.Select(i => new WriteRequest(new PutRequest(i))).Chunk(BatchWriteParts), ct);

    public Task DeleteAll(StorageOperation operation, string stream, IEnumerable<string> sorts, CancellationToken ct) =>
        BatchWrite(operation, sorts.Select(s => new WriteRequest(new DeleteRequest(DynamoItem.Key(stream, s)))).Chunk(BatchWriteItems), ct);

    private async Task BatchWrite(StorageOperation operation, IEnumerable<WriteRequest[]> groups, CancellationToken ct)
    {
        foreach (var group in groups)
        {
            var open = group.ToList();
            for (var attempt = 1; open.Count > 0; attempt++)
            {
                if (attempt > options.Attempts)
                    throw new StorageUnavailableException(StorageFault.Throttled, "DynamoDB left items of a batch write unprocessed.");
                if (attempt > 1)
                    await Pause(attempt - 1, ct).ConfigureAwait(false);
                var request = new BatchWriteItemRequest(new Dictionary<string, List<WriteRequest>> { [Table] = open })
                {
                    ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL,
                };
                var answer = await Retried(operation, static (c, r, t) => c.BatchWriteItemAsync(r, t), request, ct).ConfigureAwait(false);
                foreach (var consumed in answer.ConsumedCapacity ?? [])
                    Wrote(operation, consumed);
                var left = answer.UnprocessedItems?.GetValueOrDefault(Table) ?? [];
                // Throttled progress is progress: only standing still counts as an attempt.
                attempt = left.Count < open.Count ? 0 : attempt;
                open = left;
            }
        }
    }

    private async Task<T> Retried<TRequest, T>(
        StorageOperation operation, Func<IAmazonDynamoDB, TRequest, CancellationToken, Task<T>> call, TRequest request, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Once(operation, call, request, ct).ConfigureAwait(false);
            }
            catch (StorageUnavailableException e) when (attempt < options.Attempts && DynamoFaults.IsWorthRetrying(e))
            {
                await Pause(attempt, ct).ConfigureAwait(false);
            }
        }
    }

    private async Task<T> Once<TRequest, T>(
        StorageOperation operation, Func<IAmazonDynamoDB, TRequest, CancellationToken, Task<T>> call, TRequest request, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        meter.Called(operation);
        using var deadline = new CancellationTokenSource(options.CallTimeout, time);
        using var linked = ct.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token) : null;
        try
        {
            return await call(client, request, (linked ?? deadline).Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && DynamoFaults.Of(e) is { } fault)
        {
            meter.Faulted(operation);
            throw fault;
        }
        catch (Exception e) when (ct.IsCancellationRequested && DynamoFaults.Of(e) is not null)
        {
            // However the SDK dressed it, the caller gave up.
            throw new OperationCanceledException(e.Message, e, ct);
        }
    }

    private Task Pause(int attempt, CancellationToken ct)
    {
        double part;
        lock (random)
            part = random.NextDouble();
        return Task.Delay(options.FirstPause * Math.Pow(2, attempt - 1) * part, time, ct);
    }

    private double Wrote(StorageOperation operation, ConsumedCapacity? consumed)
    {
        var units = consumed?.CapacityUnits ?? 0;
        meter.Wrote(operation, units);
        return units;
    }
}
