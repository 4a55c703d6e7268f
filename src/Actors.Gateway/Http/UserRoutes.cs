using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Orleans;

namespace Actors.Gateway;

/// <summary>A tenant's users outside meetings, for its backend: their inboxes, and the tokens with which they follow channels.</summary>
internal sealed class UserRoutes(IClusterClient cluster, ClusterCalls calls, AccessTokens tokens, TimeProvider time, IOptions<GatewayOptions> options)
{
    public static void Map(IEndpointRouteBuilder v1, IServiceProvider services)
    {
        var routes = services.GetService(typeof(UserRoutes)) as UserRoutes ?? throw new InvalidOperationException("AddActorsGateway was not called.");
        v1.MapGet("/users/{user}/inbox", routes.Inbox).Produces<InboxAnswer>().WithSummary("The threads of one user, newest first: a page from after on");
        v1.MapPost("/users/{user}/tokens", (Delegate)routes.Token).Accepts<NewUserToken>("application/json")
            .Produces<TokenIssued>(StatusCodes.Status201Created).WithSummary("An access token for one user outside meetings, who follows channels with it");
    }

    private async Task<IResult> Inbox(HttpContext http, string user, string? after = null, int limit = Limits.InboxPage)
    {
        if (!Ids.IsValid(user)) return Problems.Of(Refusal.InvalidArgument, "user");
        if (InboxRules.Check(after, limit) is { } refused) return Problems.Of(refused);
        var grain = cluster.GetGrain<IInboxGrain>(Ids.InboxKey(Backend.Of(http).Tenant, user));
        var request = new InboxRequest(after, limit);
        var page = await calls.Call(static (state, token) => state.grain.List(state.request, token), (grain, request), http.RequestAborted);
        return page.Refusal is { } refusal ? Problems.Of(refusal, "after") : Results.Json(new InboxAnswer(page.Threads, page.Next), GatewayJson.Default.InboxAnswer);
    }

    private async Task<IResult> Token(HttpContext http, string user)
    {
        if (!Ids.IsValid(user)) return Problems.Of(Refusal.InvalidArgument, "user");
        var (body, refused) = await Bodies.Read(http.Request, GatewayJson.Default.NewUserToken, options.Value.Http.BodyBytes, http.RequestAborted);
        if (refused is not null) return Problems.Of(refused);
        if ((refused = TokenRules.Check(body!)) is not null) return Problems.Of(refused);
        var now = time.GetUtcNow();
        var expires = now + TimeSpan.FromSeconds(body!.TtlSeconds);
        var token = tokens.Issue(new UserGrant(Backend.Of(http).Tenant, user, body.Name, now, expires));
        return Results.Json(new TokenIssued(token, expires), GatewayJson.Default.TokenIssued, statusCode: StatusCodes.Status201Created);
    }
}
