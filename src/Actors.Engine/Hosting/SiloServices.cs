using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Transport;

namespace Orleans.Hosting;

/// <summary>What a silo's host contains, and its start and stop.</summary>
internal static class SiloServices
{
    public static void Add(IServiceCollection services, IConfiguration configuration, Action<ISiloBuilder> configure)
    {
        if (services.All(s => s.ServiceType != typeof(Silo)))
        {
            EngineServices.Add(services, configuration);
            services.AddSingleton<Silo>();
            services.AddSingleton<ILocalSiloDetails>(s => s.GetRequiredService<Silo>());
            services.AddSingleton<IClusterClient, SiloClient>();
            services.AddSingleton<IGrainFactory>(s => s.GetRequiredService<Silo>().Factory);
            services.AddSingleton<IProbe, SiloProbe>();
            services.AddSingleton<ReminderService>();
            services.AddHostedService<SiloHost>();
        }

        configure(new SiloBuilder(services, configuration));
    }
}

internal static class EngineServices
{
    public static void Add(IServiceCollection services, IConfiguration configuration)
    {
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => TlsSettings.Read(configuration));
        services.TryAddSingleton<INetwork, SocketNetwork>();
        services.AddSerializer();
    }
}

/// <summary>
/// Starts the silo, joins the cluster, then reminders, then the startup tasks by stage. Reminders end last: ticks are due while it leaves too.
/// </summary>
internal sealed class SiloHost(Silo silo, ReminderService reminders, IServiceProvider services, IEnumerable<StartupTask> tasks) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        silo.Listen();
        silo.Start();
        reminders.Watch();
        if (silo.Membership is not null)
        {
            await silo.Membership.Join(cancellationToken);
        }

        await reminders.Start(cancellationToken);
        foreach (var task in tasks.OrderBy(t => t.Stage))
        {
            await task.Run(services, cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await silo.Stop(cancellationToken);
        }
        finally
        {
            reminders.Stop();
        }
    }
}

/// <summary>Probes over the silo's connections. The silo is looked up late: its membership, which probes, is part of it.</summary>
internal sealed class SiloProbe(IServiceProvider services) : IProbe
{
    private Silo? _silo;

    private Transport.Connections? Connections => (_silo ??= services.GetRequiredService<Silo>()).Others?.Connections;

    public Task<bool> Probe(SiloAddress silo, TimeSpan timeout, CancellationToken cancellation) =>
        Connections?.Probe(silo, timeout, cancellation) ?? Task.FromResult(false);

    public bool HasHeard(SiloAddress silo, TimeSpan within) => Connections?.HasHeard(silo, within) ?? false;
}

/// <summary>The client within a silo's host: calls start here without a further hop.</summary>
internal sealed class SiloClient(Silo silo) : IClusterClient
{
    public IServiceProvider ServiceProvider => silo.Services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => silo.Factory.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => silo.Factory.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => silo.Factory.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => silo.Factory.GetGrain(grainInterfaceType, grainPrimaryKey);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => silo.Factory.GetGrain<TGrainInterface>(grainId);
}
