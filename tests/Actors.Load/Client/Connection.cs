using System.Buffers;
using System.Net.WebSockets;

namespace Actors.Load.Client;

internal delegate void MessageHandler(ReadOnlySpan<byte> utf8);

/// <summary>One WebSocket: ordered sending from any thread, one receive loop on a pooled buffer.</summary>
internal sealed class Connection : IDisposable
{
    public const string SubProtocol = "actors.v1";

    /// <summary>What a broken connection without a close frame counts as (RFC 6455 section 7.1.5).</summary>
    public const int Broken = 1006;

    /// <summary>Thousands of sockets sit idle: each holds this much, and rents more only while a longer message comes in.</summary>
    private const int RestingBuffer = 4 * 1024;

    /// <summary>Above this a message is no view or frame of the protocol but a runaway.</summary>
    private const int LongestMessage = 64 * 1024 * 1024;

    private readonly ClientWebSocket _socket;
    private readonly Queue<ReadOnlyMemory<byte>> _outbox = new();
    private bool _sending;

    private Connection(ClientWebSocket socket) => _socket = socket;

    public long BytesReceived { get; private set; }

    /// <summary>A server that takes the connection and does not answer the upgrade for this long stands still.</summary>
    private static readonly TimeSpan OpenDeadline = TimeSpan.FromSeconds(10);

    /// <exception cref="WebSocketException">The server is not there or refused the upgrade.</exception>
    /// <exception cref="OperationCanceledException">Or it did not answer in time.</exception>
    public static async Task<Connection> Open(Uri uri, HttpMessageInvoker http, TimeProvider time, CancellationToken ct)
    {
        var socket = new ClientWebSocket();
        using var deadline = new CancellationTokenSource(OpenDeadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            socket.Options.AddSubProtocol(SubProtocol);
            // The protocol has heartbeats of its own.
            socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
            await socket.ConnectAsync(uri, http, both.Token);
            return new Connection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends after everything enqueued before. What a broken connection did not take is dropped: pending commands are sent again on the next.</summary>
    public void Enqueue(ReadOnlyMemory<byte> utf8)
    {
        lock (_outbox)
        {
            _outbox.Enqueue(utf8);
            if (_sending) return;
            _sending = true;
        }
        _ = SendAll();
    }

    /// <summary>Hands every message to <paramref name="handler"/> until the connection ends; answers with the close code.</summary>
    public async Task<int> Receive(MessageHandler handler, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(RestingBuffer);
        try
        {
            var filled = 0;
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(filled), ct);
                if (part.MessageType == WebSocketMessageType.Close)
                    return (int?)_socket.CloseStatus ?? Broken;
                filled += part.Count;
                BytesReceived += part.Count;
                if (!part.EndOfMessage)
                {
                    if (filled == buffer.Length) buffer = Grow(buffer);
                    continue;
                }
                handler(buffer.AsSpan(0, filled));
                filled = 0;
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            return Broken;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>As a broken network does: no close frame.</summary>
    public void Abort() => _socket.Abort();

    public void Dispose() => _socket.Dispose();

    private static byte[] Grow(byte[] buffer)
    {
        if (buffer.Length >= LongestMessage)
            throw new InvalidDataException($"The server sent a message of more than {LongestMessage} bytes.");
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private async Task SendAll()
    {
        while (true)
        {
            ReadOnlyMemory<byte> next;
            lock (_outbox)
            {
                if (!_outbox.TryDequeue(out next))
                {
                    _sending = false;
                    return;
                }
            }
            try
            {
                await _socket.SendAsync(next, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }
            catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The receive loop sees the same end and reconnects; here the rest of the queue has lost its purpose.
                _socket.Abort();
                return;
            }
        }
    }
}
