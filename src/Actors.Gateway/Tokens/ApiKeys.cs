using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;
using Microsoft.Extensions.Options;
using Orleans;

namespace Actors.Gateway;

/// <summary>A backend's key: <c>ak.{tenant}.{keyId}.{secret}</c>. Only the secret's SHA-256 is kept.</summary>
internal readonly record struct ApiKey(string Tenant, string KeyId, string Hash)
{
    // 256 bits need no salt and no slow hash: they cannot be guessed.
    private const int SecretBytes = 32;
    private const int MaxLength = 256;

    public static (string Text, ApiKey Key) New(string tenant, string keyId)
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
        return ($"ak.{tenant}.{keyId}.{secret}", new ApiKey(tenant, keyId, HashOf(secret)));
    }

    public static bool TryParse(string text, out ApiKey key)
    {
        key = default;
        if (text.Length > MaxLength) return false;
        var parts = text.Split('.');
        if (parts is not ["ak", var tenant, var keyId, { Length: > 0 } secret] || !Ids.IsValid(tenant) || !Ids.IsValid(keyId)) return false;
        key = new ApiKey(tenant, keyId, HashOf(secret));
        return true;
    }

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}

/// <summary>Asks the tenant's grain whether a key is valid and believes the answer for a few seconds.</summary>
internal sealed class ApiKeys(IClusterClient cluster, ClusterCalls calls, TimeProvider time, IOptions<GatewayOptions> options)
{
    /// <summary>Keys in use at once by one process; when full, everything is asked again.</summary>
    private const int CachedKeys = 4_096;

    private readonly ConcurrentDictionary<ApiKey, Verdict> _verdicts = new();

    private sealed record Verdict(bool Valid, long At);

    /// <exception cref="ClusterUnavailableException">The grain could not be asked.</exception>
    public async ValueTask<bool> IsValid(ApiKey key, CancellationToken cancellation)
    {
        if (TryCached(key, out var cached)) return cached.Valid;
        var at = time.GetTimestamp();
        var grain = cluster.GetGrain<ITenantGrain>(key.Tenant);
        var valid = await calls.Call(static (state, _) => state.grain.Verify(state.key.KeyId, state.key.Hash), (grain, key), cancellation);
        if (_verdicts.Count >= CachedKeys) _verdicts.Clear();
        _verdicts[key] = new Verdict(valid, at);
        return valid;
    }

    /// <summary>This process forgets at once what it knew of a tenant's key; others within the cache's time.</summary>
    public void Forget(string tenant, string keyId)
    {
        foreach (var key in _verdicts.Keys)
            if (key.Tenant == tenant && key.KeyId == keyId) _verdicts.TryRemove(key, out _);
    }

    private bool TryCached(ApiKey key, [NotNullWhen(true)] out Verdict? verdict) =>
        _verdicts.TryGetValue(key, out verdict)
        && time.GetElapsedTime(verdict.At) < TimeSpan.FromSeconds(options.Value.Http.KeyCacheSeconds);
}
