using System.Security.Cryptography;

namespace Actors.Grains;

/// <summary>
/// The key to the ballots of one anonymous poll: the grain's key is the poll's stream and id. Kept apart from the streams, so that neither a
/// log nor a snapshot opens a ballot, and destroyed for good once the ballots are counted.
/// </summary>
public interface IBallotKeyGrain : IGrainWithStringKey
{
    /// <summary>The key in base 64, made and stored at the first call; null once it was destroyed.</summary>
    ValueTask<string?> Get();

    /// <summary>Completes when no copy is left in storage. Repeating it changes nothing.</summary>
    ValueTask Destroy();
}

/// <inheritdoc cref="IBallotKeyGrain"/>
public sealed class BallotKeyGrain([PersistentState("ballots", TenantGrain.Storage)] IPersistentState<BallotKey> stored) : Grain, IBallotKeyGrain
{
    private const int KeyBytes = 32;

    public async ValueTask<string?> Get()
    {
        if (stored.State is { Key: null, Destroyed: false })
            await Store(new BallotKey { Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) });
        return stored.State.Key;
    }

    public async ValueTask Destroy()
    {
        if (!stored.State.Destroyed) await Store(new BallotKey { Destroyed = true });
        // What is in memory is the process's; nothing is to keep it there.
        DeactivateOnIdle();
    }

    private async Task Store(BallotKey state)
    {
        stored.State = state;
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
    }
}

/// <summary>Stored. A destroyed key leaves a mark, so that nobody makes another for the same ballots.</summary>
[GenerateSerializer, Alias("ballot_key")]
public sealed class BallotKey
{
    [Id(0)]
    public string? Key { get; set; }

    [Id(1)]
    public bool Destroyed { get; set; }
}
