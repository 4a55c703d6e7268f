using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Actors.Gateway;

/// <summary>
/// The open sockets of this process, and the one timer that looks after all of them: hello time-outs, heartbeats, closings that are never
/// answered. A socket costs it one comparison a second, and no timer of its own.
/// </summary>
internal sealed class SocketRegistry : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ClientSocket, bool> _sockets = new();
    private readonly ITimer _timer;
    private readonly int _max;
    private int _count;

    public SocketRegistry(TimeProvider time, IOptions<GatewayOptions> options)
    {
        _max = options.Value.Sockets.MaxSockets;
        _timer = time.CreateTimer(_ => Check(), null, Tick, Tick);
    }

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<ClientSocket> All => _sockets.Keys;

    /// <summary>False where the process holds as many as it may.</summary>
    public bool TryAdd(ClientSocket socket)
    {
        if (Interlocked.Increment(ref _count) > _max)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }
        return _sockets.TryAdd(socket, true);
    }

    public void Remove(ClientSocket socket)
    {
        if (_sockets.TryRemove(socket, out _)) Interlocked.Decrement(ref _count);
    }

    private void Check()
    {
        foreach (var (socket, _) in _sockets) socket.CheckTime();
    }

    public void Dispose() => _timer.Dispose();
}
