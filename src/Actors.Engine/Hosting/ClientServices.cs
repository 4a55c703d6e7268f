using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>What a client's host contains, and its start and stop.</summary>
internal static class ClientServices
{
    public static void Add(IServiceCollection services, IConfiguration configuration, Action<IClientBuilder> configure)
    {
        if (services.Any(s => s.ServiceType == typeof(Silo)))
        {
            throw new OrleansConfigurationException("A silo's host already has a client; do not add UseOrleansClient to it.");
        }

        if (services.All(s => s.ServiceType != typeof(ClusterClient)))
        {
            EngineServices.Add(services, configuration);
            services.AddSingleton<IGateways>(s => new LocalGateways(
                s.GetRequiredService<IOptions<ClusterOptions>>().Value, s.GetRequiredService<IOptions<StaticGatewayListProviderOptions>>().Value));
            services.AddSingleton<ClusterClient>();
            services.AddSingleton<IClusterClient>(s => s.GetRequiredService<ClusterClient>());
            services.AddSingleton<IGrainFactory>(s => s.GetRequiredService<ClusterClient>());
            services.AddHostedService<ClientHost>();
        }

        configure(new EngineClientBuilder(services, configuration));
    }
}

internal sealed class ClientHost(ClusterClient client, IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        client.Connect(services.GetService<IClientConnectionRetryFilter>(), cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken)
    {
        client.Disconnect();
        return Task.CompletedTask;
    }
}
