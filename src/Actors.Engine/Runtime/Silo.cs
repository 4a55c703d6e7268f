using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Transport;

namespace Orleans.Runtime;

/// <summary>A silo: its activations, the calls its grains make, and what it is called.</summary>
internal sealed class Silo : CallRuntime, ILocalSiloDetails
{
    private readonly Collector _collector;
    private readonly EndpointOptions _endpoints;
    private readonly CancellationTokenSource _gone = new();
    private volatile SiloStatus _status = SiloStatus.Created;
    private volatile bool _serves;
    private volatile bool _killed;
    private int _stopping;

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
        Ids = new IdSource(Address);
        Activations = new Activations(this);
        Factory = new GrainFactory(this);
        _collector = new Collector(this);
        _endpoints = endpoints.Value;
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

    /// <summary>The other silos and the ways to them. Null before <see cref="Listen"/>.</summary>
    public SiloCluster? Others { get; private set; }

    /// <summary>This silo's part in the membership of its cluster; null where it is alone.</summary>
    public ISiloMembership? Membership { get; private set; }

    public SiloStatus Status => _status;

    /// <summary>Until it serves, and once others are the homes of its grains. While it is leaving it is still theirs.</summary>
    public bool RefusesActivations => !_serves;

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
        if (Others is { } others)
        {
            others.Route(call);
        }
        else
        {
            Activations.Post(call);
        }
    }

    /// <summary>Takes its ports, so that the others can reach and probe it before it joins them.</summary>
    public void Listen()
    {
        LocalSilos.Add(this);
        Membership = Services.GetService<ISiloMembership>();
        Others = new SiloCluster(this, Membership, Services.GetRequiredService<INetwork>());
        Others.Listen(_endpoints);
        _status = SiloStatus.Joining;
    }

    /// <summary>Serves. In a cluster the membership says so to the others next, and they begin to send calls.</summary>
    public void Start()
    {
        _status = SiloStatus.Active;
        _serves = true;
        _collector.Start();
        Log.LogInformation("Silo {Name} at {Address} of cluster {Cluster} is active (embedded engine)", Name, Address, ClusterId);
    }

    public void Collect(TimeSpan age) => _collector.Collect(age);

    /// <summary>
    /// Leaves the ring, deactivates everything, forwards what still comes to the new homes, and closes the connections once they are quiet. What
    /// takes longer than the token allows is left behind.
    /// </summary>
    public async Task Stop(CancellationToken cancellationToken)
    {
        if (_killed || Interlocked.Exchange(ref _stopping, 1) != 0)
        {
            return;
        }

        _status = SiloStatus.ShuttingDown;
        if (_killed)
        {
            // Just now.
            _status = SiloStatus.Dead;
            return;
        }

        _collector.Dispose();
        var (began, grains) = (Time.GetTimestamp(), Activations.Count);
        if (Membership is not null)
        {
            // Several accesses to the table: until others are the homes, cold grains must find theirs here.
            await Membership.Leave(cancellationToken);
        }

        _serves = false;
        Others?.Goodbye();
        var told = Time.GetTimestamp();
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is shutting down.");
        // Killed meanwhile, it runs no more turns: nothing ends then.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _gone.Token);
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

                await Task.WhenAll(all.Select(a => a.Deactivated)).WaitAsync(patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Log.LogWarning("{Count} activations did not end in time", Activations.Count);
        }

        var handedOver = Time.GetTimestamp();
        if (Others is not null && !_killed)
        {
            await Others.Connections.Drain(patience.Token);
            Log.LogInformation(
                "Silo {Name} leaves: the others knew after {Told:F1} s, {Grains} grains were gone after {HandedOver:F1} s, calls under way after {Drained:F1} s",
                Name, Time.GetElapsedTime(began, told).TotalSeconds, grains, Time.GetElapsedTime(began, handedOver).TotalSeconds, Time.GetElapsedTime(began).TotalSeconds);
            if (Membership is not null)
            {
                await Membership.Left(cancellationToken);
            }
        }

        Kill();
    }

    /// <summary>Ends at once, like a process that dies. Its callers elsewhere learn that the silo is gone.</summary>
    public void Kill()
    {
        _killed = true;
        _serves = false;
        _status = SiloStatus.Dead;
        _collector.Dispose();
        Deadlines.Dispose();
        Membership?.Abandon();
        Others?.Stop();
        Others?.Connections.Abort("this silo is gone");
        LocalSilos.Remove(this);
        _gone.Cancel();
        foreach (var call in Deadlines.Waiting(static _ => true))
        {
            // Whoever waits in this process for a grain that runs no more: no deadline is swept any more either.
            call.Fail(new SiloUnavailableException($"{Address} is gone; whether {call.Facts.Name} was executed is unknown."));
        }
    }
}
