using System.Buffers;
using System.Net.WebSockets;
using Microsoft.Extensions.Logging;

namespace Actors.Gateway;

/// <summary>
/// One WebSocket: receiving, sending, liveness. What its messages mean is its <see cref="SocketSession"/>'s. While nothing happens it holds no
/// buffer, no queue, no timer and no thread.
/// </summary>
internal sealed partial class ClientSocket
{
    /// <summary>A client's largest message; a chat message with everything around it takes a quarter.</summary>
    public const int MaxMessageBytes = 64 * 1024;

    // Most messages fit; larger ones grow.
    private const int FirstBuffer = 2 * 1024;

    /// <summary>A peer that does not answer a close is cut off after this.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly WebSocket _socket;
    private readonly CoalescingStream _stream;
    private readonly Outbox _outbox;
    private readonly SocketServices _services;
    private SocketSession? _session;
    private long _heardAt;
    private long _closingAt;
    private bool _greeted;
    private bool _asked;

    public ClientSocket(WebSocket socket, CoalescingStream stream, SocketServices services)
    {
        _socket = socket;
        _stream = stream;
        _services = services;
        _outbox = new Outbox(socket, stream, services.Limits, services.Writers);
        _heardAt = services.Time.GetTimestamp();
    }

    /// <summary>Until the socket has ended and its session with it.</summary>
    public async Task Run()
    {
        try
        {
            while (await _socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None) is var waiting && waiting.MessageType != WebSocketMessageType.Close)
            {
                if (waiting.MessageType == WebSocketMessageType.Binary) Close(CloseCode.ProtocolError);
                else if (!await Receive(waiting.EndOfMessage)) Close(CloseCode.MessageTooBig);
            }
            _outbox.Close((CloseCode)WebSocketCloseStatus.NormalClosure);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone, or sent what no WebSocket may: nothing to answer.
            Abort();
        }
        finally
        {
            _session?.End();
        }
    }

    public void Send(ReadOnlyMemory<byte> frame, bool exempt = false)
    {
        if (_outbox.TrySend(frame, exempt)) return;
        _services.Metrics.Overflowed();
        Close(CloseCode.Resync, drop: true);
    }

    public void Close(CloseCode code, bool drop = false)
    {
        if (!_outbox.Close(code, drop)) return;
        Interlocked.Exchange(ref _closingAt, _services.Time.GetTimestamp());
        _services.Metrics.Closed(code);
        Closing(_services.Log, code, _session?.Name ?? "nobody yet");
    }

    /// <summary>The client is welcome: heartbeats from here.</summary>
    public void Greet() => _greeted = true;

    /// <summary>Called about once a second.</summary>
    public void CheckTime()
    {
        var time = _services.Time;
        var closing = Interlocked.Read(ref _closingAt);
        if (closing != 0)
        {
            if (time.GetElapsedTime(closing) >= CloseTimeout) Abort();
            return;
        }
        var silent = time.GetElapsedTime(Volatile.Read(ref _heardAt));
        var heartbeat = TimeSpan.FromSeconds(_services.Limits.HeartbeatSeconds);
        if (!_greeted)
        {
            // A session that begins has deadlines of its own.
            if (_session is null && silent >= TimeSpan.FromSeconds(_services.Limits.HelloSeconds)) Close(CloseCode.HelloTimeout);
        }
        else if (silent >= heartbeat * 2)
        {
            Close(CloseCode.HeartbeatTimeout);
        }
        else if (silent >= heartbeat && !_asked)
        {
            _asked = true;
            Send(ServerMessages.Ping);
        }
        if (_greeted) _session?.Tick();
    }

    private void Abort()
    {
        _stream.Abort();
        _socket.Abort();
    }

    // False where the message is too long.
    private async ValueTask<bool> Receive(bool isEmpty)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var length = 0;
            for (var complete = isEmpty; !complete;)
            {
                if (length == buffer.Length)
                {
                    if (length >= MaxMessageBytes) return false;
                    var larger = ArrayPool<byte>.Shared.Rent(Math.Min(length * 4, MaxMessageBytes + 1));
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
                var part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                length += part.Count;
                complete = part.EndOfMessage;
            }
            if (length > MaxMessageBytes) return false;
            Volatile.Write(ref _heardAt, _services.Time.GetTimestamp());
            _asked = false;
            // After a close what still comes in is read and dropped: the peer may have sent it before it knew.
            if (Interlocked.Read(ref _closingAt) == 0) await Handle(buffer.AsMemory(0, length));
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Closing a socket with {Code}: {Who}")]
    private static partial void Closing(ILogger log, CloseCode code, string who);
}
