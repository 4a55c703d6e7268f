using System.Net;
using Microsoft.Extensions.Logging;
using Orleans.Calls;
using Orleans.Runtime;

namespace Orleans.Transport;

/// <summary>What a silo or a client does with what comes in on its connections.</summary>
internal interface IReceiver
{
    /// <summary>Version of the view that this process goes by.</summary>
    long ViewVersion { get; }

    /// <summary>A call from another process. Answered through its <see cref="Call.Reply"/>.</summary>
    void Serve(Call call, in RequestHead head);

    /// <summary>Somebody goes by this version.</summary>
    void Heard(long version);

    /// <summary>Done when this process goes by this version, or cannot be made to for now. Never throws.</summary>
    Task Reach(long version);

    /// <summary>A silo cannot be reached, or is leaving: the next view may explain it.</summary>
    void Suspect();

    /// <summary>Why a process that introduces itself is turned away; null to welcome it.</summary>
    string? Objection(Hello hello);
}

/// <summary>The connections of one silo or client: at most one per silo it sends to, opened with the first call, and those that others opened.</summary>
internal sealed partial class Connections(
    string clusterId, SiloAddress? self, INetwork network, IReceiver receiver, TimeProvider time, Random random, ILogger log) : IProbe
{
    private readonly Lock _gate = new();

    // Guarded by _gate, to the end of the list.
    private readonly Dictionary<SiloAddress, Connection> _bySilo = [];
    private readonly HashSet<Connection> _all = [];
    private readonly Dictionary<SiloAddress, Backoff> _backoffs = [];
    private readonly Dictionary<SiloAddress, long> _heard = [];
    private readonly List<IDisposable> _listeners = [];
    private bool _stopped;

    public long ViewVersion => receiver.ViewVersion;

    /// <summary>Sends to a silo over the connection there is, else over a new one. The call fails at once while a failed silo is left alone.</summary>
    public void Send(SiloAddress to, IPEndPoint at, Call call)
    {
        while (Find(to, at, force: false) is { } connection)
        {
            // One that was retired at this moment is not found again.
            if (connection.Send(call))
            {
                return;
            }
        }

        call.Fail(new SiloUnavailableException($"{to} cannot be reached; {call.Facts.Name} was not sent."));
    }

    /// <summary>Whether the silo could not be reached a moment ago.</summary>
    public bool IsLeftAlone(SiloAddress silo)
    {
        lock (_gate)
        {
            return !_bySilo.ContainsKey(silo) && IsBackingOff(silo);
        }
    }

    /// <summary>Opens the connection if there is none. Throws what keeps it from opening.</summary>
    public Task Reach(SiloAddress to, IPEndPoint at) => (Find(to, at, force: true)
        ?? throw new SiloUnavailableException("This process is stopping.")).Opened;

    public async Task<bool> Probe(SiloAddress silo, TimeSpan timeout, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            if (Find(silo, silo.Endpoint, force: true) is not { } connection)
            {
                return false;
            }

            await connection.Opened.WaitAsync(either.Token);
            return await connection.Probe(either.Token);
        }
        catch (Exception exception) when (exception is OrleansException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }

    public bool HasHeard(SiloAddress silo, TimeSpan within)
    {
        lock (_gate)
        {
            return _heard.TryGetValue(silo, out var at) && time.GetElapsedTime(at) <= within;
        }
    }

    /// <summary>A silo has probed this one.</summary>
    public void ProbedBy(SiloAddress? silo)
    {
        if (silo is not null)
        {
            lock (_gate)
            {
                // Silos that are gone for good are dropped; should some have come back after that, their entries go all at once.
                if (_heard.Count > TransportLimits.MaxConnections)
                {
                    _heard.Clear();
                }

                _heard[silo] = time.GetTimestamp();
            }
        }
    }

    public void Listen(IPEndPoint at)
    {
        var listener = network.Listen(at, open => _ = Task.Run(() => Accept(open)));
        lock (_gate)
        {
            _listeners.Add(listener);
        }
    }

    /// <summary>Tells everybody connected, so that views agree soon.</summary>
    public void Broadcast(FrameKind kind, long version)
    {
        foreach (var connection in All())
        {
            connection.SendNumber(kind, (ulong)version);
        }
    }

    /// <summary>The silo is dead: what waits for it waits in vain.</summary>
    public void Drop(SiloAddress silo)
    {
        foreach (var connection in All().Where(c => silo.Equals(c.Peer)))
        {
            connection.Close("it was declared dead");
        }

        lock (_gate)
        {
            _backoffs.Remove(silo);
            _heard.Remove(silo);
        }
    }

    /// <summary>Takes nobody new and lets those connected end what they have under way, within bounds; then everything is closed.</summary>
    public async Task Drain(CancellationToken cancellation)
    {
        StopListening();
        using var patience = new CancellationTokenSource(TransportLimits.LingerTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            // What comes on the old ones meanwhile is forwarded on new ones, which end after them.
            while (All() is { Length: > 0 } connections)
            {
                await Task.WhenAll(connections.Select(c => c.Drain())).WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("Connections were closed with calls under way");
        }

        Abort("this process stops");
    }

    /// <summary>Breaks everything at once.</summary>
    public void Abort(string reason)
    {
        StopListening();
        lock (_gate)
        {
            _stopped = true;
        }

        foreach (var connection in All())
        {
            connection.Close(reason);
        }
    }

    public void Serve(Call call, in RequestHead head) => receiver.Serve(call, head);

    public void Heard(long version) => receiver.Heard(version);

    public Task Reach(long version) => receiver.Reach(version);

    public void Left(long version)
    {
        receiver.Heard(version);
        receiver.Suspect();
    }

    /// <summary>Nothing new is sent on the connection; what is under way ends.</summary>
    public void Retire(Connection connection)
    {
        lock (_gate)
        {
            if (connection.Peer is { } peer && _bySilo.TryGetValue(peer, out var current) && ReferenceEquals(current, connection))
            {
                _bySilo.Remove(peer);
            }
        }
    }

    public void Closed(Connection connection, string reason)
    {
        Retire(connection);
        lock (_gate)
        {
            _all.Remove(connection);
            if (_stopped)
            {
                return;
            }
        }

        if (connection.Peer is not null)
        {
            log.LogInformation("The connection to {Peer} ended: {Reason}", connection.Peer, reason);
            receiver.Suspect();
        }
    }

    private Connection[] All()
    {
        lock (_gate)
        {
            return [.. _all];
        }
    }

    private void StopListening()
    {
        lock (_gate)
        {
            _listeners.ForEach(l => l.Dispose());
            _listeners.Clear();
        }
    }

    private Connection? Find(SiloAddress to, IPEndPoint at, bool force)
    {
        Connection connection;
        lock (_gate)
        {
            if (_bySilo.TryGetValue(to, out var existing))
            {
                return existing;
            }

            if (_stopped || (!force && IsBackingOff(to)))
            {
                return null;
            }

            connection = new Connection(this, to);
            _bySilo[to] = connection;
            _all.Add(connection);
        }

        // Neither the caller's scheduler nor its context belongs to the connection.
        using (ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(() => Dial(connection, to, at));
        }

        return connection;
    }

    // A silo that restarts has another address, so entries are few and short-lived: those of silos that were tried and never seen dead.
    private void BackOff(SiloAddress to)
    {
        lock (_gate)
        {
            var last = _backoffs.TryGetValue(to, out var backoff) ? backoff.Length : TransportLimits.FirstBackoff / 2;
            var length = last * 2 < TransportLimits.MaxBackoff ? last * 2 : TransportLimits.MaxBackoff;
            _backoffs[to] = new Backoff(length, time.GetUtcNow() + (length * (1 + random.NextDouble()) / 2));
            if (_backoffs.Count > TransportLimits.MaxConnections)
            {
                _backoffs.Clear();
            }
        }
    }

    private bool IsBackingOff(SiloAddress to) => _backoffs.TryGetValue(to, out var backoff) && time.GetUtcNow() < backoff.Until;

    private readonly record struct Backoff(TimeSpan Length, DateTimeOffset Until);
}
