using System.Text.Json;
using System.Threading.Channels;

namespace Actors.Gateway.Tests;

/// <summary>
/// A socket as hubs see it. Checks continuity of everything it is sent (promise P4) and keeps what it saw; a hub's wish to attach again is
/// a message to the test.
/// </summary>
internal sealed class FakeSocket(string participant, long epoch = 0, string? session = null, string? connection = null) : ISubscriber
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<JsonElement> _messages = Channel.CreateUnbounded<JsonElement>();
    private long? _last;

    public string Participant => participant;

    public string Session { get; } = session ?? participant + "-session";

    public string Connection { get; } = connection ?? participant + "-connection";

    public long Epoch { get; set; } = epoch;

    public long MeetingSeen => Epoch;

    public List<CloseCode> Closes { get; } = [];

    public List<Placement> Placements { get; } = [];

    public int Rejoins { get; private set; }

    /// <summary>Every event seen, by number.</summary>
    public List<long> Numbers { get; } = [];

    public List<string> Faults { get; } = [];

    /// <summary>What it was told of its participant, apart from the messages.</summary>
    public List<JsonElement> Owns { get; } = [];

    public long Last => _last ?? -1;

    public void Send(ReadOnlyMemory<byte> frame)
    {
        var message = JsonDocument.Parse(frame).RootElement;
        if (message.GetProperty("type").GetString() == "events")
        {
            var (from, to) = (message.GetProperty("from").GetInt64(), message.GetProperty("to").GetInt64());
            if (_last is null || from != _last + 1 || to < from) Faults.Add($"{participant}: {from}-{to} after {_last}");
            foreach (var one in message.GetProperty("events").EnumerateArray())
            {
                var number = one.GetProperty("number").GetInt64();
                if (number < from || number > to) Faults.Add($"{participant}: event {number} in {from}-{to}");
                Numbers.Add(number);
            }
            _last = to;
        }
        if (message.GetProperty("type").GetString() == "own")
        {
            Owns.Add(message);
            return;
        }
        _messages.Writer.TryWrite(message);
    }

    /// <summary>What this socket was told is durable.</summary>
    public long Told { get; set; }

    /// <summary>What its client says it was told.</summary>
    public long Says { get; set; }

    public long Acknowledged(StreamId stream) => Told;

    public long Claimed(StreamId stream) => Says;

    public bool SendSnapshot(StreamId stream, long number, ReadOnlyMemory<byte> frame)
    {
        if (number < Told) return false;
        var message = JsonDocument.Parse(frame).RootElement;
        var at = message.GetProperty("at").GetInt64();
        if (at < _last && _last is not null) Faults.Add($"{participant}: snapshot at {at} after {_last}");
        _last = at;
        _messages.Writer.TryWrite(message);
        return true;
    }

    /// <summary>Continues from a number, as a client that resumes does.</summary>
    public FakeSocket Resuming(long from)
    {
        _last = from;
        return this;
    }

    /// <summary>Told to have left: nothing but a snapshot may follow.</summary>
    public void Detached() => _last = null;

    public void Close(CloseCode code)
    {
        lock (Closes) Closes.Add(code);
        _messages.Writer.TryWrite(JsonSerializer.SerializeToElement(new { type = "close", code = (int)code }));
    }

    public void Placed(Placement placement, bool sameClass) => Placements.Add(placement);

    public void Reattach(Hub hub) => _messages.Writer.TryWrite(JsonSerializer.SerializeToElement(new { type = "reattach" }));

    public void Rejoin()
    {
        Rejoins++;
        _messages.Writer.TryWrite(JsonSerializer.SerializeToElement(new { type = "rejoin" }));
    }

    /// <summary>The next message.</summary>
    public Task<JsonElement> Next() => _messages.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public async Task<JsonElement> Next(string type)
    {
        var message = await Next();
        message.GetProperty("type").GetString().ShouldBe(type);
        return message;
    }

    /// <summary>Until the events up to a number have arrived.</summary>
    public async Task Until(long number)
    {
        while (Last < number) await Next();
    }

    /// <summary>Whatever has come so far.</summary>
    public void Drain()
    {
        while (_messages.Reader.TryRead(out _)) continue;
    }

    public bool HasMore => _messages.Reader.TryPeek(out _);
}
