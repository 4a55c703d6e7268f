using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>Puts a host into a cluster whose members are in a table. A host without is alone.</summary>
internal static class MembershipServices
{
    public static void AddSiloMembership(this IServiceCollection services, Func<IServiceProvider, IMembershipTable> table)
    {
        services.TryAddSingleton(table);
        services.TryAddSingleton<MembershipAgent>(Agent);
        services.TryAddSingleton<ISiloMembership>(s => s.GetRequiredService<MembershipAgent>());
        services.TryAddSingleton<IClusterMembership>(s => s.GetRequiredService<MembershipAgent>());
    }

    public static void AddClientMembership(this IServiceCollection services, Func<IServiceProvider, IMembershipTable> table)
    {
        services.TryAddSingleton(table);
        services.TryAddSingleton<IClusterMembership>(s =>
        {
            var membership = new ClientMembership(
                s.GetRequiredService<IMembershipTable>(),
                s.GetRequiredService<IOptions<GatewayOptions>>().Value.GatewayListRefreshPeriod,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<ClientMembership>>());
            membership.Start();
            return membership;
        });
    }

    // The silo is asked for late: it looks for its membership itself.
    private static MembershipAgent Agent(IServiceProvider services)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var agent = new MembershipAgent(
            () =>
            {
                var silo = services.GetRequiredService<Silo>();
                return new ClusterMember(silo.Address, SiloStatus.Joining, silo.Name, silo.GatewayAddress.Endpoint.Port, time.GetUtcNow());
            },
            services.GetRequiredService<IMembershipTable>(),
            services.GetRequiredService<IProbe>(),
            services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value,
            time,
            // The seed only spreads the attempts of many silos.
            new Random(Environment.ProcessId),
            services.GetRequiredService<ILogger<MembershipAgent>>());
        agent.Evicted += why =>
        {
            services.GetRequiredService<ILogger<MembershipAgent>>().LogCritical("{Why} It stops at once.", why);
            services.GetRequiredService<Silo>().Kill();
            services.GetService<IFatalExit>()?.Exit(why);
        };
        return agent;
    }
}
