using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Gateway;

public static class GatewayEndpoints
{
    /// <summary>Everything the gateway serves: <c>/v1</c>, the WebSocket, health and the OpenAPI description.</summary>
    public static IEndpointRouteBuilder MapActorsGateway(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var backend = endpoints.MapGroup("/v1").AddEndpointFilter(ActivatorUtilities.CreateInstance<BackendAuthentication>(services));
        MeetingRoutes.Map(backend, services);
        MeetingListRoutes.Map(backend, services);
        ThreadRoutes.Map(backend, services);
        ChannelRoutes.Map(backend, services);
        SearchRoutes.Map(backend, services);
        UserRoutes.Map(backend, services);
        KeyRoutes.Map(endpoints.MapGroup("/v1").AddEndpointFilter(ActivatorUtilities.CreateInstance<OperatorAuthentication>(services)));
        SocketEndpoint.Map(endpoints);
        endpoints.MapOpenApi("/openapi/{documentName}.json");
        return endpoints.MapActorsHealth();
    }

    /// <summary>Health alone, for a process that serves nobody but its cluster.</summary>
    public static IEndpointRouteBuilder MapActorsHealth(this IEndpointRouteBuilder endpoints)
    {
        HealthRoutes.Map(endpoints);
        return endpoints;
    }
}
