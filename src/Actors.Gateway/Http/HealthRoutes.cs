using System.Globalization;
using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Actors.Gateway;

/// <summary>For load balancers: whether the process lives, and whether it should get new work.</summary>
internal static class HealthRoutes
{
    /// <summary>
    /// Grains that are asked, spread over the silos by their names. Several at once, and one answer is enough: a process that reaches most of
    /// the cluster is of use while one silo of it has just died.
    /// </summary>
    private const int Probes = 16;

    private const int ProbesAtOnce = 3;

    /// <summary>A balancer's own patience is a few seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Tenants that cannot exist (their ids are reserved by their underscores): asking costs a grain each and no write.
    private const string Probe = "_ready";

    private static int _turn;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health", () => State("live", StatusCodes.Status200OK)).WithSummary("The process lives");
        endpoints.MapGet("/ready", Ready).WithSummary("The cluster answers and the process is not stopping");
    }

    private static async Task<IResult> Ready(HttpContext http, IClusterClient cluster, GatewayDrain drain, TimeProvider time)
    {
        if (drain.Draining) return State("draining", StatusCodes.Status503ServiceUnavailable);
        var first = (uint)Interlocked.Add(ref _turn, ProbesAtOnce);
        var answers = Enumerable.Range(0, ProbesAtOnce).Select(i => Answers(cluster, (int)((first + i) % Probes), time, http.RequestAborted)).ToList();
        while (answers.Count > 0)
        {
            var answered = await Task.WhenAny(answers);
            if (await answered) return State("ready", StatusCodes.Status200OK);
            answers.Remove(answered);
        }
        return State("cluster_unavailable", StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<bool> Answers(IClusterClient cluster, int probe, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            var grain = cluster.GetGrain<ITenantGrain>(string.Create(CultureInfo.InvariantCulture, $"{Probe}{probe}"));
            await grain.Verify(Probe, "").AsTask().WaitAsync(Patience, time, cancellation);
            return true;
        }
        catch (Exception e) when (ClusterCalls.IsTransient(e))
        {
            return false;
        }
    }

    private static IResult State(string status, int code) => Results.Json(new HealthState(status), GatewayJson.Default.HealthState, statusCode: code);
}
