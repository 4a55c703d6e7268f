using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Actors.Gateway.Tests;

/// <summary>A person's client on a real WebSocket. Checks the continuity of every stream (P4) as it receives.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();
    // Written by the receiver, and read by tests meanwhile.
    private readonly ConcurrentDictionary<string, long> _last = [];
    private readonly HashSet<string> _left = [];
    private Task _receiving = Task.CompletedTask;
    private long _id;

    /// <summary>Last number of each stream.</summary>
    public IReadOnlyDictionary<string, long> Last => _last;

    public List<string> Faults { get; } = [];

    private readonly ConcurrentDictionary<string, bool> _seen = new();

    /// <summary>Set before anything is sent: keeps every message as it came, also those that were passed over.</summary>
    public ConcurrentQueue<string>? Everything { get; set; }

    /// <summary>Whether an event of this type has arrived.</summary>
    public bool Seen(string type) => _seen.ContainsKey(type);

    public static async Task<TestClient> Connect(Uri uri, bool reads = true)
    {
        var client = new TestClient();
        client._socket.Options.AddSubProtocol(SocketEndpoint.SubProtocol);
        await client._socket.ConnectAsync(uri, CancellationToken.None);
        if (reads) client.Read();
        return client;
    }

    /// <summary>Starts to receive.</summary>
    public void Read() => _receiving = Receive();

    public Task Hello(string token, string session, JsonObject? resume = null) =>
        Send(new JsonObject { ["type"] = "hello", ["token"] = token, ["session"] = session, ["resume"] = resume ?? [] });

    public Task Send(JsonObject message) => Send(message.ToJsonString());

    public Task Send(string text, WebSocketMessageType type = WebSocketMessageType.Text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), type, endOfMessage: true, CancellationToken.None);

    /// <summary>Sends a command and awaits its answer.</summary>
    public async Task<JsonElement> Do(string type, JsonObject? fields = null, long? id = null)
    {
        var command = fields ?? [];
        command["type"] = type;
        command["id"] = id ??= ++_id;
        await Send(command);
        return await Answer(id.Value);
    }

    /// <summary>The answer to a message.</summary>
    public Task<JsonElement> Answer(long id) => Next(message => message.GetProperty("type").GetString() is "accepted" or "refused" or "history" or "found" or "receipts" or "followed" or "detached" or "inbox"
        && message.TryGetProperty("id", out var of) && of.GetInt64() == id);

    public Task<JsonElement> Next(string type) => Next(message => message.GetProperty("type").GetString() == type);

    /// <summary>The next message that fits; others are passed over.</summary>
    public async Task<JsonElement> Next(Func<JsonElement, bool> fits)
    {
        var passed = new List<string>();
        try
        {
            while (true)
            {
                var message = await _messages.Reader.ReadAsync().AsTask().WaitAsync(Patience);
                if (fits(message)) return message;
                passed.Add(message.GetRawText());
            }
        }
        catch (Exception e) when (e is TimeoutException or ChannelClosedException)
        {
            throw new InvalidOperationException($"Not received ({_socket.CloseStatus} {_socket.CloseStatusDescription}); passed: {string.Join('\n', passed)}", e);
        }
    }

    /// <summary>Returns once the stream is followed. Streams begin in any order.</summary>
    public async Task Follows(string stream)
    {
        while (!_last.ContainsKey(stream)) await Next(_ => true);
    }

    /// <summary>The next event of a type, with its frame's stream.</summary>
    public async Task<JsonElement> Event(string type)
    {
        var frame = await Next(message => message.GetProperty("type").GetString() == "events" && Find(message, type) is not null);
        return Find(frame, type)!.Value;
    }

    /// <summary>How the server closed.</summary>
    public async Task<CloseCode> Closed()
    {
        await _receiving.WaitAsync(Patience);
        return (CloseCode)(int)_socket.CloseStatus!.Value;
    }

    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _receiving;
        _socket.Dispose();
    }

    private static JsonElement? Find(JsonElement frame, string type)
    {
        foreach (var one in frame.GetProperty("events").EnumerateArray())
            if (one.GetProperty("type").GetString() == type) return one;
        return null;
    }

    private async Task Receive()
    {
        var buffer = new byte[1024 * 1024];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                    length += part.Count;
                }
                while (!part.EndOfMessage);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }
                var message = JsonDocument.Parse(buffer.AsMemory(0, length).ToArray()).RootElement;
                Everything?.Enqueue(message.GetRawText());
                Check(message);
                _messages.Writer.TryWrite(message);
            }
        }
        // Aborted between two messages it says that it is not connected.
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            Faults.Add("ended without a close: " + e.Message);
        }
        finally
        {
            _messages.Writer.TryComplete();
        }
    }

    private void Check(JsonElement message)
    {
        var type = message.GetProperty("type").GetString();
        if (type is not ("snapshot" or "events" or "followed" or "detached")) return;
        var stream = message.GetProperty("stream").GetString()!;
        if (type == "detached") _last.TryRemove(stream, out _);
        // What is followed may go on from a number that the client has named.
        if (type == "detached") _left.Add(stream);
        else if (type is "snapshot" or "followed") _left.Remove(stream);
        if (type == "snapshot") _last[stream] = message.GetProperty("at").GetInt64();
        if (type != "events") return;
        var (from, to) = (message.GetProperty("from").GetInt64(), message.GetProperty("to").GetInt64());
        foreach (var one in message.GetProperty("events").EnumerateArray()) _seen.TryAdd(one.GetProperty("type").GetString()!, true);
        if (_left.Contains(stream)) Faults.Add($"{stream}: {from}-{to} after it was left, without a snapshot");
        if (_last.TryGetValue(stream, out var last) && from != last + 1) Faults.Add($"{stream}: {from}-{to} after {last}");
        _last[stream] = to;
    }
}
