using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Transport;

namespace Orleans.Runtime;

/// <summary>
/// A client outside the silo's host. A silo of the same process that is alone gets calls by reference; in a cluster each call goes over a
/// connection to the home of its grain, or, where only fixed addresses are known, to one of those, which passes it on.
/// </summary>
internal sealed class ClusterClient : CallRuntime, IClusterClient
{
    private readonly GrainFactory _factory;
    private readonly IGateways _gateways;
    private readonly RemoteSilos _remote;
    private volatile SiloAddress? _gateway;

    public ClusterClient(
        IServiceProvider services,
        TimeProvider time,
        IOptions<ClusterOptions> cluster,
        IOptions<ClientMessagingOptions> messaging,
        IOptions<StaticGatewayListProviderOptions> addresses,
        DeepCopier copier,
        IGateways gateways,
        INetwork network,
        ILogger<ClusterClient> log)
        : base(time, messaging.Value, copier, services.GetService<ActivityPropagation>(), log)
    {
        ServiceProvider = services;
        _gateways = gateways;
        _remote = new RemoteSilos(cluster.Value, services.GetService<IClusterMembership>(), addresses.Value, network, time, log);
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

        if (!_remote.AreSeveral && (_gateway ??= _gateways.Find()) is { } gateway && LocalSilos.Get(gateway) is { } silo)
        {
            silo.Dispatch(call);
        }
        else
        {
            call.Silo = null;
            _remote.Send(call);
        }
    }

    /// <summary>Finds a silo, asking the retry filter after each failure.</summary>
    public async Task Connect(IClientConnectionRetryFilter? filter, CancellationToken cancellationToken)
    {
        LocalSilos.Gone += SiloGone;
        while (await Attempt(cancellationToken) is { } cause)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var failure = new SiloUnavailableException($"Could not connect to any gateway; the client cannot start. {cause.Message}", cause);
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
        _remote.Stop();
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

    private async Task<Exception?> Attempt(CancellationToken cancellationToken)
    {
        if ((_gateway = _gateways.Find()) is not null)
        {
            return null;
        }

        try
        {
            await _remote.Reach(cancellationToken);
            return null;
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            return exception;
        }
    }

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
