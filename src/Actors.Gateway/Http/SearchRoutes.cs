using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace Actors.Gateway;

/// <summary>Search over all threads of a tenant, for its backend or, with <c>?as=</c>, over those that one of its users reads.</summary>
internal sealed class SearchRoutes(IClusterClient cluster, ClusterCalls calls, SearchCursor cursors, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder v1, IServiceProvider services)
    {
        var routes = services.GetService(typeof(SearchRoutes)) as SearchRoutes ?? throw new InvalidOperationException("AddActorsGateway was not called.");
        v1.MapGet("/search", routes.Search).Produces<SearchPage>()
            .WithSummary("Messages with every word of q in any thread of the tenant, with as= of those that a user reads; from next on with after=");
    }

    private async Task<IResult> Search(HttpContext http, string? q = null, string? after = null, string? @as = null, int limit = ThreadRoutes.DefaultFound)
    {
        if (SearchRules.Check(q, before: null, limit) is { } refused) return Problems.Of(refused);
        if (@as is not null && !Ids.IsValid(@as)) return Problems.Of(Refusal.InvalidArgument, "as");
        var backend = Backend.Of(http);
        var from = after is null ? null : cursors.Open(after, backend.Tenant, @as);
        if (after is not null && from is null) return Problems.Of(Refusal.InvalidArgument, "after: not a next of this search");
        var question = new TenantQuestion(q!, limit, @as is null ? backend.Caller : Caller.Participant(@as));
        var found = await Over(backend.Tenant, question).Page(from, http.RequestAborted);
        if (found.Refusal is { } refusal) return Problems.Of(refusal, "q");
        var next = found.Next is { } position ? cursors.Seal(position, backend.Tenant, @as) : null;
        return Results.Json(new SearchPage(found.Results, next), GatewayJson.Default.SearchPage);
    }

    // Names of threads become keys with the asking tenant's id: there is no way to another's.
    private TenantSearch Over(string tenant, TenantQuestion question)
    {
        var register = cluster.GetGrain<IMeetingsGrain>(tenant);
        return new TenantSearch(
            question,
            (request, over) => calls.Call(static (state, token) => state.register.Threads(state.request, token), (register, request), over),
            (thread, request, over) => calls.Call(
                static (state, token) => state.grain.Search(state.request, token), (grain: cluster.GetGrain<IThreadGrain>(thread.KeyIn(tenant)), request), over),
            time);
    }
}
