using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Orleans.Transport;

/// <summary>TCP, with mutual TLS where it is configured.</summary>
internal sealed class SocketNetwork(TlsSettings tls, TimeProvider time, ILogger<SocketNetwork> log) : INetwork
{
    // Connections that wait to be accepted; a whole cluster may dial at the same moment.
    private const int Backlog = 512;

    // Without a file handle left the next attempt fails at once: some of the others have to end first.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    public async Task<Line> Connect(IPEndPoint to, CancellationToken cancellation)
    {
        var socket = NewSocket(to);
        try
        {
            await socket.ConnectAsync(to, cancellation);
            return new SocketLine(await tls.AsClient(new NetworkStream(socket, ownsSocket: true), cancellation));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public IDisposable Listen(IPEndPoint at, Action<Func<CancellationToken, Task<Line>>> accepted)
    {
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(at);
            listener.Listen(Backlog);
        }
        catch
        {
            listener.Dispose();
            throw;
        }

        _ = Task.Run(() => Accept(listener, accepted));
        return listener;
    }

    private async Task Accept(Socket listener, Action<Func<CancellationToken, Task<Line>>> accepted)
    {
        while (true)
        {
            try
            {
                var socket = await listener.AcceptAsync();
                socket.NoDelay = true;
                accepted(cancellation => Secure(socket, cancellation));
            }
            catch (Exception exception) when (exception is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException exception)
            {
                // One connection that died before it was accepted, or no file handle left: the next may do better.
                log.LogWarning(exception, "A connection could not be accepted");
                await Task.Delay(AcceptPause, time);
            }
        }
    }

    private async Task<Line> Secure(Socket socket, CancellationToken cancellation)
    {
        try
        {
            return new SocketLine(await tls.AsServer(new NetworkStream(socket, ownsSocket: true), cancellation));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket NewSocket(IPEndPoint to) => new(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    private sealed class SocketLine(Stream stream) : Line
    {
        // Many small frames at a time.
        private const int ReadBytes = 64 * 1024;

        public override PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBytes));

        public override PipeWriter Output { get; } = PipeWriter.Create(stream);

        // Reads and writes under way end with an exception.
        public override void Abort() => stream.Dispose();
    }
}
