using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;

namespace Actors.Grains;

/// <summary>API keys of a tenant, as hashes. Small and bounded, hence plain grain storage instead of a stream.</summary>
public sealed class TenantGrain([PersistentState("tenant", TenantGrain.Storage)] IPersistentState<TenantKeys> stored) : Grain, ITenantGrain
{
    /// <summary>Name of the grain storage that the host provides.</summary>
    public const string Storage = "actors";

    // What is durable: a verification that interleaves with a write never sees a key that may not survive.
    private ImmutableDictionary<string, string> _keys = ImmutableDictionary<string, string>.Empty;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _keys = stored.State.Hashes.ToImmutableDictionary();
        return base.OnActivateAsync(cancellationToken);
    }

    public async ValueTask<bool> AddKey(string keyId, string hash)
    {
        if (_keys.Count >= Limits.KeysPerTenant && !_keys.ContainsKey(keyId)) return false;
        await Store(_keys.SetItem(keyId, hash));
        return true;
    }

    public async ValueTask<bool> RevokeKey(string keyId)
    {
        if (!_keys.ContainsKey(keyId)) return false;
        await Store(_keys.Remove(keyId));
        return true;
    }

    public ValueTask<bool> Verify(string keyId, string hash) => new(
        _keys.TryGetValue(keyId, out var known)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(hash)));

    private async Task Store(ImmutableDictionary<string, string> keys)
    {
        stored.State = new TenantKeys { Hashes = new Dictionary<string, string>(keys) };
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            // Whether it was written is unknown: the next activation reads it.
            DeactivateOnIdle();
            throw;
        }
        _keys = keys;
    }
}

/// <summary>Stored: of collections that every serializer of grain storage can read.</summary>
[GenerateSerializer, Alias("tenant_keys")]
public sealed class TenantKeys
{
    /// <summary>Hash by key id.</summary>
    [Id(0)]
    public Dictionary<string, string> Hashes { get; set; } = [];
}
