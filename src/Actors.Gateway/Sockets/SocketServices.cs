using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;

namespace Actors.Gateway;

/// <summary>What every socket of a process shares.</summary>
internal sealed record SocketServices(
    IClusterClient Cluster,
    ClusterCalls Calls,
    HubRegistry Hubs,
    AccessTokens Tokens,
    Admission Admission,
    DisconnectReports Disconnects,
    SocketRegistry Registry,
    UserSessions Sessions,
    InboxWatches Inboxes,
    Writers Writers,
    GatewayIdentity Identity,
    GatewayMetrics Metrics,
    Backoff Backoff,
    TimeProvider Time,
    IOptions<GatewayOptions> Options,
    ILogger<ClientSocket> Log)
{
    public SocketOptions Limits => Options.Value.Sockets;
}
