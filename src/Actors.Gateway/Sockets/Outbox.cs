using System.Net.WebSockets;

namespace Actors.Gateway;

/// <summary>
/// What waits to be written to one socket. Bounded by frames and bytes (P8); the frames are shared with other sockets and never copied here.
/// A writer runs only while there is something to write.
/// </summary>
internal sealed class Outbox(WebSocket socket, CoalescingStream stream, SocketOptions limits, Writers writers)
{
    private readonly Lock _gate = new();
    private Queue<Item>? _items;
    private int _bytes;
    private bool _writing;
    private CloseCode? _close;

    /// <param name="Counted">Bytes that count against the bound.</param>
    private readonly record struct Item(ReadOnlyMemory<byte> Frame, int Counted);

    /// <summary>False where the frame does not fit. After a close nothing is taken any more, silently.</summary>
    /// <param name="exempt">Does not count against the bytes.</param>
    public bool TrySend(ReadOnlyMemory<byte> frame, bool exempt = false)
    {
        lock (_gate)
        {
            if (_close is not null) return true;
            _items ??= new Queue<Item>();
            var counted = exempt ? 0 : frame.Length;
            if (_items.Count >= limits.QueuedFrames || (_bytes > 0 && _bytes + counted > limits.QueuedBytes)) return false;
            _items.Enqueue(new Item(frame, counted));
            _bytes += counted;
            if (_writing) return true;
            _writing = true;
        }
        writers.Add(this);
        return true;
    }

    /// <summary>Closes after what waits, or with <paramref name="drop"/> instead of it. Only the first close counts.</summary>
    /// <returns>True for the first.</returns>
    public bool Close(CloseCode code, bool drop = false)
    {
        lock (_gate)
        {
            if (_close is not null) return false;
            _close = code;
            if (drop) (_items, _bytes) = (null, 0);
            if (_writing) return true;
            _writing = true;
        }
        writers.Add(this);
        return true;
    }

    /// <summary>Writes what waits; called by <see cref="Writers"/>. Returns where the peer is too slow to take it at once, and goes on by itself.</summary>
    public void Run() => _ = Write();

    private async Task Write()
    {
        try
        {
            stream.Batch();
            while (true)
            {
                if (TryNext(out var item))
                {
                    await socket.SendAsync(item.Frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                    continue;
                }
                await stream.Push(CancellationToken.None);
                CloseCode? close;
                lock (_gate)
                {
                    if (_items is { Count: > 0 })
                    {
                        stream.Batch();
                        continue;
                    }
                    // An idle socket keeps no queue.
                    _items = null;
                    close = _close;
                    if (close is null)
                    {
                        _writing = false;
                        return;
                    }
                }
                await socket.CloseOutputAsync((WebSocketCloseStatus)close.Value, CloseCodes.Name(close.Value), CancellationToken.None);
                return;
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer is gone or has closed: the receiving side notices the same and ends the session.
            stream.Abort();
            socket.Abort();
        }
    }

    private bool TryNext(out Item item)
    {
        lock (_gate)
        {
            if (_items is null || !_items.TryDequeue(out item))
            {
                item = default;
                return false;
            }
            _bytes -= item.Counted;
            return true;
        }
    }
}
