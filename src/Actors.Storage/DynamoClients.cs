using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Actors.Storage;

/// <summary>Makes clients as <see cref="DynamoEventLog"/> needs them: all retry policy is ours, so the SDK's own is off.</summary>
public static class DynamoClients
{
    /// <summary>Backstop behind the operation's own deadline, for a call that ignores its cancellation.</summary>
    private static readonly TimeSpan HttpTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Concurrent appends of one silo; each call occupies one connection for a few milliseconds.</summary>
    private const int Connections = 256;

    /// <summary>A client for a given endpoint: DynamoDB Local, or a VPC endpoint.</summary>
    public static IAmazonDynamoDB Create(Uri endpoint, AWSCredentials credentials, string region = "us-east-1")
    {
        var config = Config();
        config.ServiceURL = endpoint.ToString();
        config.AuthenticationRegion = region;
        return new AmazonDynamoDBClient(credentials, config);
    }

    /// <summary>A client for a region of AWS, with the credentials of the machine.</summary>
    public static IAmazonDynamoDB Create(string region)
    {
        var config = Config();
        config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        return new AmazonDynamoDBClient(config);
    }

    private static AmazonDynamoDBConfig Config() => new()
    {
        MaxErrorRetry = 0,
        Timeout = HttpTimeout,
        MaxConnectionsPerServer = Connections,
        DisableLogging = true,
    };
}
