using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>A client outside the silo's host. It follows its cluster: after a silo is gone it uses the next one it finds.</summary>
internal sealed class ClusterClient : CallRuntime, IClusterClient
{
    private readonly GrainFactory _factory;
    private readonly IGateways _gateways;
    private readonly ITransport _transport;
    private volatile SiloAddress? _gateway;

    public ClusterClient(
        IServiceProvider services,
        TimeProvider time,
        IOptions<ClientMessagingOptions> messaging,
        DeepCopier copier,
        IGateways gateways,
        ITransport transport,
        ILogger<ClusterClient> log)
        : base(time, messaging.Value, copier, services.GetService<ActivityPropagation>(), log)
    {
        ServiceProvider = services;
        _gateways = gateways;
        _transport = transport;
        _factory = new GrainFactory(this);
    }

    public IServiceProvider ServiceProvider { get; }

    public override void Dispatch(Call call)
    {
        if (call.Target.Route is { } route)
        {
            call.Silo = route.Silo;
            if (route.TryPost(call))
            {
                return;
            }

            call.Target.Route = null;
        }

        if ((_gateway ??= _gateways.Find()) is not { } gateway)
        {
            call.Fail(new SiloUnavailableException("No silo of the cluster is available."));
            return;
        }

        _transport.Send(gateway, call);
    }

    /// <summary>Finds a silo, asking the retry filter after each failure.</summary>
    public async Task Connect(IClientConnectionRetryFilter? filter, CancellationToken cancellationToken)
    {
        LocalSilos.Gone += SiloGone;
        while ((_gateway = _gateways.Find()) is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var failure = new SiloUnavailableException("Could not find any gateway; the client cannot start.");
            if (filter is null || !await filter.ShouldRetryConnectionAttempt(failure, cancellationToken))
            {
                LocalSilos.Gone -= SiloGone;
                throw failure;
            }
        }
    }

    public void Disconnect()
    {
        LocalSilos.Gone -= SiloGone;
        Deadlines.Dispose();
    }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => _factory.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => _factory.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => _factory.GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => _factory.GetGrain(grainInterfaceType, grainPrimaryKey);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => _factory.GetGrain<TGrainInterface>(grainId);

    // The calls the silo had: whether they were executed is not known.
    private void SiloGone(Silo silo)
    {
        if (Equals(_gateway, silo.Address))
        {
            _gateway = null;
        }

        foreach (var call in Deadlines.Waiting(call => ReferenceEquals(call.Silo, silo)))
        {
            call.Fail(new SiloUnavailableException($"{silo.Address} is gone; whether {call.Facts.Name} was executed is unknown."));
        }
    }
}
