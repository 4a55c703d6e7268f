using Amazon;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Orleans.DynamoDB;

/// <summary>Where a table is and whether it may be made.</summary>
internal sealed record TableOptions(
    string Name, string? Service, string? AccessKey, string? SecretKey, string? Token, string? ProfileName, bool CreateIfNotExists,
    (int Read, int Write)? Throughput);

/// <summary>A DynamoDB table with a string hash key and a string range key.</summary>
internal sealed class DynamoTable(TableOptions options, string hashKey, string rangeKey, TimeProvider time) : IDisposable
{
    /// <summary>The SDK repeats throttled and failed requests this often, with growing pauses.</summary>
    private const int Retries = 4;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CreationPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>A table takes seconds to become active; minutes mean that something is wrong.</summary>
    private static readonly TimeSpan CreationTimeout = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private volatile bool _ready;

    public string Name => options.Name;

    public AmazonDynamoDBClient Client { get; } = NewClient(options);

    /// <summary>The first caller makes the table if that is allowed and necessary.</summary>
    public async Task EnsureReady(CancellationToken cancellationToken)
    {
        if (_ready || !options.CreateIfNotExists)
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_ready)
            {
                await Create(cancellationToken);
                _ready = true;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        _gate.Dispose();
    }

    private static AmazonDynamoDBClient NewClient(TableOptions options)
    {
        // As in Orleans: an address means a local DynamoDB, anything else a region.
        var local = options.Service is { } service && service.Contains("://", StringComparison.Ordinal);
        var config = new AmazonDynamoDBConfig { MaxErrorRetry = Retries, Timeout = RequestTimeout };
        if (local)
        {
            config.ServiceURL = options.Service;
        }
        else if (options.Service is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Service);
        }

        AWSCredentials? credentials = options switch
        {
            { AccessKey: { Length: > 0 } key, SecretKey: { } secret, Token: { Length: > 0 } token } => new SessionAWSCredentials(key, secret, token),
            { AccessKey: { Length: > 0 } key, SecretKey: { } secret } => new BasicAWSCredentials(key, secret),
            { ProfileName: { Length: > 0 } profile } => ProfileCredentials(profile),
            _ when local => new BasicAWSCredentials("dummy", "dummyKey"),
            _ => null,
        };
        return credentials is null ? new AmazonDynamoDBClient(config) : new AmazonDynamoDBClient(credentials, config);
    }

    private static AWSCredentials ProfileCredentials(string profile) =>
        new Amazon.Runtime.CredentialManagement.CredentialProfileStoreChain().TryGetAWSCredentials(profile, out var credentials)
            ? credentials
            : throw new Runtime.OrleansConfigurationException($"There is no AWS profile \"{profile}\".");

    private async Task Create(CancellationToken cancellationToken)
    {
        var request = new CreateTableRequest
        {
            TableName = Name,
            KeySchema = [new KeySchemaElement(hashKey, KeyType.HASH), new KeySchemaElement(rangeKey, KeyType.RANGE)],
            AttributeDefinitions =
            [
                new AttributeDefinition(hashKey, ScalarAttributeType.S), new AttributeDefinition(rangeKey, ScalarAttributeType.S),
            ],
            BillingMode = options.Throughput is null ? BillingMode.PAY_PER_REQUEST : BillingMode.PROVISIONED,
            ProvisionedThroughput = options.Throughput is { } t ? new ProvisionedThroughput(t.Read, t.Write) : null,
        };
        if (!await Exists(cancellationToken))
        {
            try
            {
                await Client.CreateTableAsync(request, cancellationToken);
            }
            catch (ResourceInUseException)
            {
                // Another process was faster.
            }
        }

        using var patience = new CancellationTokenSource(CreationTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        while ((await Client.DescribeTableAsync(Name, either.Token)).Table.TableStatus != TableStatus.ACTIVE)
        {
            await Task.Delay(CreationPoll, time, either.Token);
        }
    }

    private async Task<bool> Exists(CancellationToken cancellationToken)
    {
        try
        {
            await Client.DescribeTableAsync(Name, cancellationToken);
            return true;
        }
        catch (ResourceNotFoundException)
        {
            return false;
        }
    }
}
