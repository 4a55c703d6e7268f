using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Actors.Gateway;

/// <summary>A rate with a burst. Not thread-safe: its owner has one reader, or locks it.</summary>
internal sealed class TokenBucket(double perSecond, double burst, long now)
{
    private readonly double _burst = burst;
    private double _tokens = burst;
    private long _filledAt = now;

    /// <summary>True where one more is within the rate.</summary>
    public bool Take(TimeProvider time)
    {
        var at = time.GetTimestamp();
        _tokens = Math.Min(_burst, _tokens + (time.GetElapsedTime(_filledAt, at).TotalSeconds * perSecond));
        _filledAt = at;
        if (_tokens < 1) return false;
        _tokens -= 1;
        return true;
    }
}

/// <summary>The HTTP rate of each tenant through this process.</summary>
internal sealed class TenantRates(IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>Tenants remembered; beyond it all start anew, which allows each one burst more.</summary>
    private const int MaxTenants = 10_000;

    private readonly ConcurrentDictionary<string, TokenBucket> _buckets = new();

    public bool Take(string tenant)
    {
        if (_buckets.Count > MaxTenants) _buckets.Clear();
        var perSecond = options.Value.Http.RequestsPerSecond;
        var bucket = _buckets.GetOrAdd(tenant, _ => new TokenBucket(perSecond, perSecond, time.GetTimestamp()));
        lock (bucket) return bucket.Take(time);
    }
}
