using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Actors.Gateway;

/// <summary>For load balancers: whether the process lives, and whether it should get new work.</summary>
internal static class HealthRoutes
{
    /// <summary>A balancer's own patience is a few seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // A tenant that cannot exist (its id is reserved by its underscore): asking costs one grain and no write.
    private const string Probe = "_ready";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health", () => State("live", StatusCodes.Status200OK)).WithSummary("The process lives");
        endpoints.MapGet("/ready", Ready).WithSummary("The cluster answers and the process is not stopping");
    }

    private static async Task<IResult> Ready(HttpContext http, IClusterClient cluster, GatewayDrain drain, TimeProvider time)
    {
        if (drain.Draining) return State("draining", StatusCodes.Status503ServiceUnavailable);
        try
        {
            await cluster.GetGrain<ITenantGrain>(Probe).Verify(Probe, "").AsTask().WaitAsync(Patience, time, http.RequestAborted);
            return State("ready", StatusCodes.Status200OK);
        }
        catch (Exception e) when (ClusterCalls.IsTransient(e))
        {
            return State("cluster_unavailable", StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static IResult State(string status, int code) => Results.Json(new HealthState(status), GatewayJson.Default.HealthState, statusCode: code);
}
