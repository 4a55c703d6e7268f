using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace Orleans.Transport;

/// <summary>The network of a test cluster: pipes within the process, under the same connections as sockets.</summary>
internal sealed class MemoryNetwork : INetwork
{
    private readonly ConcurrentDictionary<IPEndPoint, Listener> _listeners = new();

    public async Task<Line> Connect(IPEndPoint to, CancellationToken cancellation)
    {
        await Task.Yield();
        cancellation.ThrowIfCancellationRequested();
        if (!_listeners.TryGetValue(to, out var listener))
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        var (there, back) = (new Pipe(), new Pipe());
        listener.Accepted(_ => Task.FromResult<Line>(new PipeLine(there, back)));
        return new PipeLine(back, there);
    }

    public IDisposable Listen(IPEndPoint at, Action<Func<CancellationToken, Task<Line>>> accepted)
    {
        var listener = new Listener(this, at, accepted);
        return _listeners.TryAdd(at, listener) ? listener : throw new SocketException((int)SocketError.AddressAlreadyInUse);
    }

    private sealed record Listener(MemoryNetwork Network, IPEndPoint At, Action<Func<CancellationToken, Task<Line>>> Accepted) : IDisposable
    {
        public void Dispose() => Network._listeners.TryRemove(At, out _);
    }
}

/// <summary>One end of two pipes. Breaking it is seen at the other end as the end of its input.</summary>
internal sealed class PipeLine(Pipe input, Pipe output) : Line
{
    public override PipeReader Input => input.Reader;

    public override PipeWriter Output => output.Writer;

    // The pending operations of this side are released; completing the other halves is what the other side sees.
    public override void Abort()
    {
        input.Reader.CancelPendingRead();
        output.Writer.CancelPendingFlush();
    }
}
