using System.Net;
using System.Net.Sockets;

namespace Actors.Load.Processes;

/// <summary>Hears one connection, piece by piece, each side in order.</summary>
internal interface IConversation
{
    void Sent(ReadOnlySpan<byte> bytes);

    /// <summary>Who only counts requests leaves this out.</summary>
    void Answered(ReadOnlySpan<byte> bytes)
    {
    }
}

/// <summary>
/// A port of this driver that stands for a port of a server. While a peer is blocked, nothing that it sends or is sent arrives, and nothing says
/// so: connections stay open, as behind a broken network. Afterwards they go on.
/// </summary>
/// <param name="nameOf">Which process a connection comes from, by its port.</param>
internal sealed class Proxy(int target, Func<int, string?> nameOf) : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _connections = [];
    private HashSet<string> _blocked = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _accepting = Task.CompletedTask;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Asked for each connection, with its peer: hears what both sides say.</summary>
    public Func<string, IConversation>? Tap { get; init; }

    public void Start()
    {
        _listener.Start();
        _accepting = Accept();
    }

    /// <summary>The peers whose connections stand still from here.</summary>
    public void Block(IEnumerable<string> peers)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _blocked = [.. peers];
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] connections;
        lock (_gate)
            connections = [.. _connections];
        await Task.WhenAll(connections);
        _stop.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var connection = Serve(client);
                lock (_gate)
                {
                    _connections.Add(connection);
                    _connections.RemoveWhere(c => c.IsCompleted);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy ends.
        }
    }

    private async Task Serve(Socket client)
    {
        await Task.Yield();
        using (client)
        using (var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            client.NoDelay = server.NoDelay = true;
            var peer = nameOf(((IPEndPoint)client.RemoteEndPoint!).Port) ?? "";
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            try
            {
                await Passage(peer, ended.Token);
                await server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, target), ended.Token);
                var conversation = Tap?.Invoke(peer);
                var there = Copy(client, server, peer, conversation is null ? null : conversation.Sent, ended.Token);
                var back = Copy(server, client, peer, conversation is null ? null : conversation.Answered, ended.Token);
                await Task.WhenAny(there, back);
                await ended.CancelAsync();
                await Task.WhenAll(there, back);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Either side is gone: so is the connection.
            }
        }
    }

    private async Task Copy(Socket from, Socket to, string peer, Action<ReadOnlySpan<byte>>? tap, CancellationToken ct)
    {
        var buffer = new byte[BufferBytes];
        while (true)
        {
            var count = await from.ReceiveAsync(buffer, ct);
            if (count == 0) return;
            await Passage(peer, ct);
            tap?.Invoke(buffer.AsSpan(0, count));
            for (var sent = 0; sent < count;)
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), ct);
        }
    }

    private async Task Passage(string peer, CancellationToken ct)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_blocked.Contains(peer)) return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(ct);
        }
    }
}
