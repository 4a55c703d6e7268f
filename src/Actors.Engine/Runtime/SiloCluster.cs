using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Orleans.Calls;
using Orleans.Configuration;
using Orleans.Transport;

namespace Orleans.Runtime;

/// <summary>
/// A silo among others: sends calls to the homes of their grains, takes calls from elsewhere, and hands over the grains whose home moves.
/// Without membership the silo is alone and the home of every grain, and clients of other processes reach it at its gateway port.
/// </summary>
internal sealed class SiloCluster : IReceiver
{
    private readonly Silo _silo;
    private readonly Views? _views;

    public SiloCluster(Silo silo, IClusterMembership? membership, INetwork network)
    {
        _silo = silo;
        _views = membership is null ? null : new Views(membership, silo.Time, silo.Log);
        Connections = new Connections(silo.ClusterId, silo.Address, network, this, silo.Time, new Random(silo.Address.GetHashCode()), silo.Log);
        if (_views is not null)
        {
            _views.Changed += Follow;
        }
    }

    public Connections Connections { get; }

    public Views? Views => _views;

    long IReceiver.ViewVersion => _views?.Version ?? 0;

    public void Listen(EndpointOptions endpoints)
    {
        if (_views is not null)
        {
            Connections.Listen(endpoints.SiloListeningEndpoint ?? _silo.Address.Endpoint);
        }

        var gateway = endpoints.GatewayListeningEndpoint ?? _silo.GatewayAddress.Endpoint;
        try
        {
            if (gateway.Port != 0)
            {
                Connections.Listen(gateway);
            }
        }
        catch (SocketException exception) when (_views is null)
        {
            // A silo of its own, as for development: clients within the process do without.
            _silo.Log.LogWarning("No client of another process can reach this silo: {Gateway} cannot be listened at ({Reason})", gateway, exception.Message);
        }
    }

    /// <summary>To the grain's home: an activation here, or another silo.</summary>
    public void Route(Call call)
    {
        if (_views is null)
        {
            _silo.Activations.Post(call);
            return;
        }

        var home = _views.HomeOf(call.Target.GrainId);
        if (home is null)
        {
            _views.Suspect();
            call.Fail(new SiloUnavailableException($"No silo of the cluster is active; {call.Facts.Name} was not sent."));
        }
        else if (home.Equals(_silo.Address))
        {
            _silo.Activations.Post(call);
        }
        else if (call.FromElsewhere && call.Forwards++ >= _silo.MaxForwards)
        {
            call.Fail(new OrleansMessageRejectionException(
                $"{call.Facts.Name} was forwarded {_silo.MaxForwards} times without finding the home of {call.Target.GrainId}."));
        }
        else
        {
            Connections.Send(home, home.Endpoint, call);
        }
    }

    /// <summary>True where the grain lives on another silo now.</summary>
    public bool IsElsewhere(GrainId grain) => _views?.HomeOf(grain) is { } home && !home.Equals(_silo.Address);

    /// <summary>From now on everybody looks elsewhere; what still comes is forwarded.</summary>
    public void Goodbye() => Connections.Broadcast(FrameKind.Goodbye, _views?.Version ?? 0);

    public void Stop()
    {
        if (_views is not null)
        {
            _views.Changed -= Follow;
            _views.Stop();
        }
    }

    void IReceiver.Serve(Call call, in RequestHead head)
    {
        call.FromElsewhere = true;
        call.Target = new GrainReference(_silo, head.Grain);
        call.Caller = _silo;
        if (call.Facts.HasToken)
        {
            call.LinkCancellation();
        }

        if (head.Remaining > TimeSpan.Zero)
        {
            _silo.Deadlines.Add(call, Deadlines.Coarse(head.Remaining));
        }

        if (_views is not null && head.ViewVersion > _views.Version)
        {
            // The sender knows of silos that this one has not heard of: answering by the old view could make a second activation.
            _ = ServeLater(call, head.ViewVersion);
        }
        else
        {
            _silo.Dispatch(call);
        }
    }

    void IReceiver.Heard(long version)
    {
        if (_views is not null && version > _views.Version)
        {
            _ = _views.Reach(version);
        }
    }

    Task IReceiver.Reach(long version) => _views?.Reach(version) ?? Task.CompletedTask;

    void IReceiver.Suspect() => _views?.Suspect();

    string? IReceiver.Objection(Hello hello) =>
        hello.Silo is { } peer && _views is not null && IsDead(_views.View, peer) ? $"{peer} was declared dead" : null;

    private static bool IsDead(ClusterView view, SiloAddress silo) => view.Members.Any(m => m.Status == SiloStatus.Dead && m.Silo.Equals(silo));

    private async Task ServeLater(Call call, long version)
    {
        await _views!.Reach(version);
        _silo.Dispatch(call);
    }

    private void Follow(ClusterView view)
    {
        foreach (var member in view.Members.Where(m => m.Status == SiloStatus.Dead))
        {
            Connections.Drop(member.Silo);
        }

        Connections.Broadcast(FrameKind.View, view.Version);
        foreach (var activation in _silo.Activations.All)
        {
            HandOverIfMoved(activation);
        }
    }

    /// <summary>Requests under way end, the grain deactivates, what waits in the mailbox is forwarded to the new home.</summary>
    public void HandOverIfMoved(Activation activation)
    {
        if (IsElsewhere(activation.GrainId))
        {
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.Migrating, "Its home is another silo now."));
        }
    }
}
