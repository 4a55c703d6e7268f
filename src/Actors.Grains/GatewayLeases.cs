using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Grains;

/// <summary>
/// Which connections each gateway has confirmed, and when; in memory only. A gateway that is gone stops confirming, and its connections
/// are lost once a whole lease has passed, counted for a fresh activation from its start at the earliest.
/// </summary>
internal sealed class GatewayLeases(TimeProvider time)
{
    private sealed record Confirmed(ImmutableArray<string> Connections, HashSet<string> Set, long At);

    private readonly Dictionary<string, Confirmed> _gateways = new(StringComparer.Ordinal);

    // By connection, for what its gateway's newest confirmation does not name.
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private readonly long _started = time.GetTimestamp();

    /// <summary>A gateway read and named the connections it holds.</summary>
    public void Confirm(GatewayLease lease)
    {
        var now = time.GetTimestamp();
        if (_gateways.TryGetValue(lease.Gateway, out var before))
        {
            // Nearly every read of a quiet meeting names what the one before named.
            if (before.Connections.Equals(lease.Connections) || before.Connections.AsSpan().SequenceEqual(lease.Connections.AsSpan()))
            {
                _gateways[lease.Gateway] = before with { Connections = lease.Connections, At = now };
                return;
            }
            foreach (var connection in before.Set) _seen[connection] = before.At;
        }
        _gateways[lease.Gateway] = new Confirmed(lease.Connections, [.. lease.Connections], now);
    }

    /// <summary>A connection has joined: its gateway's next read will name it.</summary>
    public void Opened(string connection) => _seen[connection] = time.GetTimestamp();

    /// <summary>Those of the state's connections that nobody has confirmed for a whole lease. What is neither theirs nor recent is forgotten.</summary>
    public ImmutableArray<Connection> Lost(IEnumerable<(Connection Connection, string Gateway)> held)
    {
        var lost = ImmutableArray.CreateBuilder<Connection>();
        var current = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (connection, gateway) in held)
        {
            current.Add(connection.Id);
            if (IsOver(LastConfirmed(connection.Id, gateway))) lost.Add(connection);
        }
        foreach (var (connection, at) in _seen)
            if (!current.Contains(connection) && IsOver(at)) _seen.Remove(connection);
        foreach (var (gateway, confirmed) in _gateways)
            if (IsOver(confirmed.At) && !confirmed.Set.Overlaps(current)) _gateways.Remove(gateway);
        return lost.DrainToImmutable();
    }

    private long LastConfirmed(string connection, string gateway)
    {
        var seen = Math.Max(_started, _seen.GetValueOrDefault(connection, _started));
        return _gateways.TryGetValue(gateway, out var confirmed) && confirmed.Set.Contains(connection) ? Math.Max(seen, confirmed.At) : seen;
    }

    private bool IsOver(long at) => time.GetElapsedTime(at) >= Limits.GatewayLease;
}
