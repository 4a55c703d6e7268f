using System.Collections.Concurrent;
using Orleans;

namespace Actors.Gateway;

/// <summary>The hubs of this process, one per stream with sockets on it.</summary>
internal sealed class HubRegistry(IClusterClient cluster, HubServices services) : IDisposable
{
    private readonly ConcurrentDictionary<StreamId, Hub> _hubs = new();

    /// <summary>Enters the stream's hub.</summary>
    public (Hub Hub, Hub.Position Position) Enter(StreamId stream, ISubscriber subscriber)
    {
        while (true)
        {
            if (_hubs.TryGetValue(stream, out var hub))
            {
                if (hub.Enter(subscriber) is { } position) return (hub, position);
                // It has stopped and is about to take itself out.
                _hubs.TryRemove(new KeyValuePair<StreamId, Hub>(stream, hub));
                continue;
            }
            var made = new Hub(stream, stream.Grain(cluster), services);
            if (_hubs.TryAdd(stream, made)) _ = Run(made);
        }
    }

    private async Task Run(Hub hub)
    {
        await hub.Run();
        _hubs.TryRemove(new KeyValuePair<StreamId, Hub>(hub.Stream, hub));
    }

    public void Dispose()
    {
        foreach (var hub in _hubs.Values) hub.Stop();
    }
}
