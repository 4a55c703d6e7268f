using Microsoft.Extensions.Logging;

namespace Actors.Gateway;

/// <summary>What every hub of a process shares.</summary>
internal sealed record HubServices(
    ClusterCalls Calls,
    GatewayIdentity Identity,
    GatewayMetrics Metrics,
    Backoff Backoff,
    TimeProvider Time,
    ILogger<Hub> Log);
