using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Actors.Gateway;

/// <summary>Tenants' API keys, for the operator.</summary>
internal static class KeyRoutes
{
    public static void Map(IEndpointRouteBuilder v1)
    {
        const string Key = "/tenants/{tenant}/keys/{keyId}";
        v1.MapPut(Key, Add).Produces<KeyMade>(StatusCodes.Status201Created).WithSummary("Make or replace an API key; its secret is shown this once");
        v1.MapDelete(Key, Revoke).Produces(StatusCodes.Status204NoContent).WithSummary("Revoke an API key");
    }

    private static async Task<IResult> Add(HttpContext http, string tenant, string keyId, IClusterClient cluster, ClusterCalls calls, ApiKeys keys)
    {
        if (!Ids.IsValid(tenant) || !Ids.IsValid(keyId)) return Problems.Of(Refusal.InvalidArgument, "tenant or key id");
        var (text, key) = ApiKey.New(tenant, keyId);
        var grain = cluster.GetGrain<ITenantGrain>(tenant);
        var added = await calls.Call(static (state, _) => state.grain.AddKey(state.key.KeyId, state.key.Hash), (grain, key), http.RequestAborted);
        if (!added) return Problems.Of(Refusal.LimitReached, $"{Limits.KeysPerTenant} keys at most");
        keys.Forget(tenant, keyId);
        return Results.Json(new KeyMade(text), GatewayJson.Default.KeyMade, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> Revoke(HttpContext http, string tenant, string keyId, IClusterClient cluster, ClusterCalls calls, ApiKeys keys)
    {
        if (!Ids.IsValid(tenant) || !Ids.IsValid(keyId)) return Problems.Of(Refusal.InvalidArgument, "tenant or key id");
        var grain = cluster.GetGrain<ITenantGrain>(tenant);
        var known = await calls.Call(static (state, _) => state.grain.RevokeKey(state.keyId), (grain, keyId), http.RequestAborted);
        keys.Forget(tenant, keyId);
        return known ? Results.NoContent() : Problems.NotFound("no such key");
    }
}
