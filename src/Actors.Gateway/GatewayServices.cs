using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Actors.Gateway;

public static class GatewayServices
{
    /// <summary>The gateway's services; it needs an <c>IClusterClient</c> from the host.</summary>
    /// <param name="configuration">The section described by <see cref="GatewayOptions"/>.</param>
    public static IServiceCollection AddActorsGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<GatewayOptions>(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(GatewayIdentity.New());
        services.AddSingleton(new Backoff(new Random(RandomNumberGenerator.GetInt32(int.MaxValue))));
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<ClusterCalls>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<TenantRates>();
        services.AddSingleton<MeetingRoutes>();
        services.AddSingleton<MeetingListRoutes>();
        services.AddSingleton<ThreadAnswers>();
        services.AddSingleton<ThreadRoutes>();
        services.AddSingleton<ChannelRoutes>();
        services.AddSingleton<SearchCursor>();
        services.AddSingleton<SearchRoutes>();
        services.AddSingleton<UserRoutes>();
        services.AddSingleton<HubServices>();
        services.AddSingleton<HubRegistry>();
        services.AddSingleton<Admission>();
        services.AddSingleton<DisconnectReports>();
        services.AddSingleton<SocketRegistry>();
        services.AddSingleton<UserSessions>();
        services.AddSingleton<InboxWatches>();
        services.AddSingleton(new Writers(Environment.ProcessorCount));
        services.AddSingleton<SocketServices>();
        services.AddSingleton<GatewayDrain>();
        services.AddHostedService(provider => provider.GetRequiredService<GatewayDrain>());
        services.AddOpenApi("v1");
        services.ConfigureHttpJsonOptions(json => ContractsOptions.Apply(json.SerializerOptions));
        return services;
    }
}
