using System.Globalization;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.State;
using Orleans.Storage;

namespace Orleans.DynamoDB;

/// <summary>
/// One item per state: hash key service and grain, range key the state's name, a version that each write raises by one on the
/// condition that it is the one this activation knows. Reads are consistent.
/// </summary>
internal sealed class DynamoGrainStorage(
    DynamoDBStorageOptions options, IOptions<ClusterOptions> cluster, Serializer serializer, TimeProvider time) : IGrainStorage, IDisposable
{
    private const string Grain = "GrainReference";
    private const string Name = "GrainType";
    private const string StateBytes = "BinaryState";
    private const string Version = "ETag";
    private const string Expiry = "GrainTtl";

    // DynamoDB's limit for an item is 400 KB, names and keys included.
    private const int MaxStateBytes = 380 * 1024;

    private readonly string _service = options.ServiceId.Length > 0 ? options.ServiceId : cluster.Value.ServiceId;
    private readonly StateFormat _format = new(serializer);
    private readonly DynamoTable _table = new(
        new TableOptions(
            options.TableName, options.Service, options.AccessKey, options.SecretKey, options.Token, options.ProfileName, options.CreateIfNotExists,
            options.UseProvisionedThroughput ? (options.ReadCapacityUnits, options.WriteCapacityUnits) : null),
        Grain,
        Name,
        time);

    public Task Start(CancellationToken cancellationToken) => _table.EnsureReady(cancellationToken);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await _table.EnsureReady(cancellationToken);
        var request = new GetItemRequest { TableName = _table.Name, Key = Key(stateName, grainId), ConsistentRead = true };
        var item = (await _table.Client.GetItemAsync(request, cancellationToken)).Item;
        grainState.ETag = item?.GetValueOrDefault(Version)?.N;
        var state = item?.GetValueOrDefault(StateBytes)?.B;
        grainState.RecordExists = state is not null;
        grainState.State = state is null ? PersistentState<T>.Blank() : _format.Decode<T>(state.ToArray());
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var state = _format.Encode(grainState.State);
        if (state.Length > MaxStateBytes)
        {
            throw new ArgumentException($"State \"{stateName}\" of {grainId} takes {state.Length} bytes; the limit is {MaxStateBytes}.");
        }

        await _table.EnsureReady(cancellationToken);
        grainState.ETag = await Put(stateName, grainId, grainState.ETag, state, cancellationToken);
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        await _table.EnsureReady(cancellationToken);
        grainState.ETag = options.DeleteStateOnClear
            ? await Delete(stateName, grainId, grainState.ETag, cancellationToken)
            : await Put(stateName, grainId, grainState.ETag, null, cancellationToken);
        grainState.RecordExists = false;
        grainState.State = PersistentState<T>.Blank();
    }

    public void Dispose() => _table.Dispose();

    private async Task<string> Put(string stateName, GrainId grainId, string? etag, byte[]? state, CancellationToken cancellationToken)
    {
        var version = etag is null ? 0 : long.Parse(etag, CultureInfo.InvariantCulture) + 1;
        var item = Key(stateName, grainId);
        item[Version] = new AttributeValue { N = version.ToString(CultureInfo.InvariantCulture) };
        if (state is not null)
        {
            item[StateBytes] = new AttributeValue { B = new MemoryStream(state) };
        }

        if (options.TimeToLive is { } life)
        {
            item[Expiry] = new AttributeValue { N = (time.GetUtcNow() + life).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) };
        }

        var request = new PutItemRequest
        {
            TableName = _table.Name,
            Item = item,
            ReturnValuesOnConditionCheckFailure = Amazon.DynamoDBv2.ReturnValuesOnConditionCheckFailure.ALL_OLD,
        };
        (request.ConditionExpression, request.ExpressionAttributeNames, request.ExpressionAttributeValues) = Unchanged(etag);
        try
        {
            await _table.Client.PutItemAsync(request, cancellationToken);
        }
        catch (ConditionalCheckFailedException exception)
        {
            throw Conflict(stateName, grainId, etag, exception);
        }

        return item[Version].N;
    }

    private async Task<string?> Delete(string stateName, GrainId grainId, string? etag, CancellationToken cancellationToken)
    {
        var request = new DeleteItemRequest { TableName = _table.Name, Key = Key(stateName, grainId) };
        (request.ConditionExpression, request.ExpressionAttributeNames, request.ExpressionAttributeValues) = Unchanged(etag);
        try
        {
            await _table.Client.DeleteItemAsync(request, cancellationToken);
        }
        catch (ConditionalCheckFailedException exception)
        {
            throw Conflict(stateName, grainId, etag, exception);
        }

        return null;
    }

    private static (string Condition, Dictionary<string, string> Names, Dictionary<string, AttributeValue>? Values) Unchanged(string? etag) =>
        etag is null
            ? ("attribute_not_exists(#version)", new() { ["#version"] = Version }, null)
            : ("#version = :version", new() { ["#version"] = Version }, new() { [":version"] = new AttributeValue { N = etag } });

    private static InconsistentStateException Conflict(string stateName, GrainId grainId, string? etag, ConditionalCheckFailedException cause) => new(
        $"State \"{stateName}\" of {grainId} was written by another activation.", cause.Item?.GetValueOrDefault(Version)?.N, etag, cause);

    private Dictionary<string, AttributeValue> Key(string stateName, GrainId grainId) => new()
    {
        [Grain] = new AttributeValue($"{_service}_{grainId}"),
        [Name] = new AttributeValue(stateName),
    };
}
