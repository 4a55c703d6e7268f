using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace Orleans.State;

/// <summary>Grain storage in memory, with the conflicts of the real one. States are kept encoded, so none is shared with a grain.</summary>
internal sealed class MemoryGrainStorage(Serializer serializer) : IGrainStorage
{
    private readonly ConcurrentDictionary<(string Name, GrainId Grain), Record> _records = new();
    private readonly StateFormat _format = new(serializer);
    private long _lastVersion;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_records.TryGetValue((stateName, grainId), out var record))
        {
            grainState.State = _format.Decode<T>(record.State);
            grainState.ETag = record.ETag;
            grainState.RecordExists = true;
        }
        else
        {
            Forget(grainState);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        var next = new Record(_format.Encode(grainState.State), NextETag());
        var written = grainState.ETag is null
            ? _records.TryAdd(key, next)
            : _records.TryGetValue(key, out var current) && current.ETag == grainState.ETag && _records.TryUpdate(key, next, current);
        if (!written)
        {
            throw Conflict(key, grainState.ETag);
        }

        grainState.ETag = next.ETag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        var cleared = _records.TryGetValue(key, out var current)
            ? current.ETag == grainState.ETag && _records.TryRemove(new KeyValuePair<(string, GrainId), Record>(key, current))
            : grainState.ETag is null;
        if (!cleared)
        {
            throw Conflict(key, grainState.ETag);
        }

        Forget(grainState);
        return Task.CompletedTask;
    }

    private static void Forget<T>(IGrainState<T> grainState)
    {
        grainState.State = PersistentState<T>.Blank();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private InconsistentStateException Conflict((string Name, GrainId Grain) key, string? etag) => new(
        $"State \"{key.Name}\" of {key.Grain} was written by another activation.", _records.GetValueOrDefault(key)?.ETag, etag);

    private string NextETag() => Interlocked.Increment(ref _lastVersion).ToString(CultureInfo.InvariantCulture);

    private sealed record Record(byte[] State, string ETag);
}
