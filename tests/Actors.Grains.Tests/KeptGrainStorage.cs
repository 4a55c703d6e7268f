using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Runtime;
using Orleans.Storage;

namespace Actors.Grains.Tests;

/// <summary>Grain storage that outlives the silos, as a table does. The product's grains replace what they store and never change it, so it is kept as it is.</summary>
internal sealed class KeptGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string Name, GrainId Grain), Kept> _kept = new();
    private long _etags;

    private sealed record Kept(object State, string ETag);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var kept = _kept.GetValueOrDefault((stateName, grainId));
        (grainState.State, grainState.ETag, grainState.RecordExists) = (kept is null ? Activator.CreateInstance<T>() : (T)kept.State, kept?.ETag, kept is not null);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        var next = new Kept(grainState.State!, Interlocked.Increment(ref _etags).ToString(CultureInfo.InvariantCulture));
        var written = grainState.ETag is null
            ? _kept.TryAdd(key, next)
            : _kept.TryGetValue(key, out var present) && present.ETag == grainState.ETag && _kept.TryUpdate(key, next, present);
        if (!written) throw new InconsistentStateException($"{grainId} has been written by another.");
        (grainState.ETag, grainState.RecordExists) = (next.ETag, true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _kept.TryRemove((stateName, grainId), out _);
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
        return Task.CompletedTask;
    }
}
