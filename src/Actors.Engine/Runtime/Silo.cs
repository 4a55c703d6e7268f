using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>A silo: its activations, the calls its grains make, and what it is called.</summary>
internal sealed class Silo : CallRuntime, ILocalSiloDetails
{
    private readonly ILocator _locator;
    private readonly ITransport _transport;
    private readonly Collector _collector;
    private volatile SiloStatus _status = SiloStatus.Created;
    private volatile bool _killed;

    public Silo(
        IServiceProvider services,
        TimeProvider time,
        IOptions<ClusterOptions> cluster,
        IOptions<SiloOptions> silo,
        IOptions<EndpointOptions> endpoints,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        DeepCopier copier,
        ILogger<Silo> log)
        : base(time, messaging.Value, copier, services.GetService<ActivityPropagation>(), log)
    {
        Services = services;
        Log = log;
        Cluster = cluster.Value;
        Collection = collection.Value;
        MailboxCapacity = messaging.Value.MaxEnqueuedRequestsHardLimit is > 0 and var limit ? limit : Activation.MailboxCapacity;
        MaxForwards = messaging.Value.MaxForwardCount;
        Address = LocalSilos.NewAddress(endpoints.Value, time);
        GatewayAddress = SiloAddress.New(Address.Endpoint.Address, endpoints.Value.GatewayPort, Address.Generation);
        Name = silo.Value.SiloName ?? $"Silo_{Address.Endpoint.Port}";
        SharesMembership = services.GetService<DynamoDB.MembershipTable>() is not null;
        Ids = new IdSource(Address);
        Activations = new Activations(this);
        Factory = new GrainFactory(this);
        _locator = new SingleSiloLocator(Address);
        _transport = services.GetRequiredService<ITransport>();
        _collector = new Collector(this);
    }

    public IServiceProvider Services { get; }

    public ILogger Log { get; }

    public ClusterOptions Cluster { get; }

    public GrainCollectionOptions Collection { get; }

    public int MailboxCapacity { get; }

    public int MaxForwards { get; }

    public SiloAddress Address { get; }

    public Activations Activations { get; }

    public GrainFactory Factory { get; }

    public IdSource Ids { get; }

    /// <summary>Whether silos of the same cluster id find each other, instead of each being a development cluster of its own.</summary>
    public bool SharesMembership { get; }

    public SiloStatus Status => _status;

    public bool RefusesActivations => _status != SiloStatus.Active;

    /// <summary>Killed silos run no more turns and answer nobody.</summary>
    public bool IsKilled => _killed;

    public string Name { get; }

    public string ClusterId => Cluster.ClusterId;

    public string DnsHostName => Environment.MachineName;

    public SiloAddress SiloAddress => Address;

    public SiloAddress GatewayAddress { get; }

    public override void Dispatch(Call call)
    {
        call.Silo = this;
        if (call.Target.Route is { } route && ReferenceEquals(route.Silo, this) && route.TryPost(call))
        {
            return;
        }

        call.Target.Route = null;
        var home = _locator.Locate(call.Target.GrainId);
        if (home.Equals(Address))
        {
            Activations.Post(call);
        }
        else
        {
            _transport.Send(home, call);
        }
    }

    public void Start()
    {
        LocalSilos.Add(this);
        _status = SiloStatus.Active;
        _collector.Start();
        Log.LogInformation("Silo {Name} at {Address} of cluster {Cluster} is active (embedded engine)", Name, Address, ClusterId);
    }

    public void Collect(TimeSpan age) => _collector.Collect(age);

    /// <summary>Deactivates everything; activations that take longer than the token allows are left behind.</summary>
    public async Task Stop(CancellationToken cancellationToken)
    {
        if (_status is SiloStatus.ShuttingDown or SiloStatus.Dead)
        {
            return;
        }

        _status = SiloStatus.ShuttingDown;
        _collector.Dispose();
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is shutting down.");
        try
        {
            // Grains that were being created when the status changed are seen in a further round.
            while (Activations.Count > 0)
            {
                var all = Activations.All.ToArray();
                foreach (var activation in all)
                {
                    activation.Deactivate(reason, cancellationToken);
                }

                await Task.WhenAll(all.Select(a => a.Deactivated)).WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            Log.LogWarning("{Count} activations did not end in time", Activations.Count);
        }

        Kill();
    }

    /// <summary>Ends at once, like a process that dies. Its callers elsewhere learn that the silo is gone.</summary>
    public void Kill()
    {
        _killed = true;
        _status = SiloStatus.Dead;
        _collector.Dispose();
        Deadlines.Dispose();
        LocalSilos.Remove(this);
    }
}
