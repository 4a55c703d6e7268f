using System.Net;
using Microsoft.Extensions.Logging;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Transport;

namespace Orleans.Runtime;

/// <summary>The silos that a client reaches by connections to their gateway ports.</summary>
internal sealed class RemoteSilos : IReceiver
{
    private readonly Views? _views;
    private readonly Connections _connections;
    private readonly IPEndPoint[] _addresses;

    public RemoteSilos(
        ClusterOptions cluster, IClusterMembership? membership, StaticGatewayListProviderOptions addresses, INetwork network, TimeProvider time, ILogger log)
    {
        _views = membership is null ? null : new Views(membership, time, log);
        _addresses = [.. addresses.Gateways.Select(g => new IPEndPoint(IPAddress.Parse(g.Host), g.Port))];
        // The seed only spreads the retries of many clients.
        _connections = new Connections(cluster.ClusterId, null, network, this, time, new Random(Environment.ProcessId), log);
        if (_views is not null)
        {
            _views.Changed += Follow;
        }
    }

    /// <summary>Whether calls must be routed; otherwise a silo of this process takes them all.</summary>
    public bool AreSeveral => _views?.Active > 1;

    long IReceiver.ViewVersion => _views?.Version ?? 0;

    public void Send(Call call)
    {
        if (_views is not null)
        {
            if (_views.HomeOf(call.Target.GrainId) is { } home && GatewayOf(home) is { } gateway)
            {
                _connections.Send(home, gateway, call);
                return;
            }

            _views.Suspect();
        }
        else if (_addresses.Length > 0)
        {
            // Any takes it and passes it on; the same one for a grain while it lives, so that connections are shared evenly.
            var first = call.Target.GrainId.GetUniformHashCode();
            var address = Enumerable.Range(0, _addresses.Length)
                .Select(i => _addresses[(first + i) % _addresses.Length])
                .FirstOrDefault(a => !_connections.IsLeftAlone(Unnamed(a)), _addresses[0]);
            _connections.Send(Unnamed(address), address, call);
            return;
        }

        call.Fail(new SiloUnavailableException("No silo of the cluster is available."));
    }

    /// <summary>Done when a silo has welcomed this client.</summary>
    /// <exception cref="SiloUnavailableException">None did.</exception>
    public async Task Reach(CancellationToken cancellation)
    {
        if (_views is not null)
        {
            await _views.Reach(_views.Version + 1).WaitAsync(cancellation);
        }

        (SiloAddress Silo, IPEndPoint At)[] known = _views is null
            ? [.. _addresses.Select(a => (Unnamed(a), a))]
            : [.. _views.View.Members.Where(IsGateway).Select(m => (m.Silo, GatewayOf(m)))];
        var failure = new SiloUnavailableException("No silo is known.");
        foreach (var (silo, at) in known)
        {
            try
            {
                await _connections.Reach(silo, at).WaitAsync(cancellation);
                return;
            }
            catch (SiloUnavailableException exception)
            {
                failure = exception;
            }
        }

        throw failure;
    }

    public void Stop()
    {
        _views?.Stop();
        _connections.Abort("this client stops");
    }

    // Nobody knows a client's address; its silos only answer.
    void IReceiver.Serve(Call call, in RequestHead head) => call.Reply?.Failed(new OrleansException("A client has no grains."));

    void IReceiver.Heard(long version)
    {
        if (_views is not null && version > _views.Version)
        {
            _ = _views.Reach(version);
        }
    }

    Task IReceiver.Reach(long version) => _views?.Reach(version) ?? Task.CompletedTask;

    void IReceiver.Suspect() => _views?.Suspect();

    string? IReceiver.Objection(Hello hello) => null;

    private static SiloAddress Unnamed(IPEndPoint address) => SiloAddress.New(address, 0);

    private static bool IsGateway(ClusterMember member) => member is { Status: SiloStatus.Active, GatewayPort: > 0 };

    private static IPEndPoint GatewayOf(ClusterMember member) => new(member.Silo.Endpoint.Address, member.GatewayPort);

    private IPEndPoint? GatewayOf(SiloAddress home)
    {
        foreach (var member in _views!.View.Members)
        {
            if (member.GatewayPort > 0 && member.Silo.Equals(home))
            {
                return GatewayOf(member);
            }
        }

        return null;
    }

    private void Follow(ClusterView view)
    {
        foreach (var member in view.Members.Where(m => m.Status == SiloStatus.Dead))
        {
            _connections.Drop(member.Silo);
        }
    }
}
