using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Actors.Load.Processes;

namespace Actors.Load.Client;

/// <param name="Frames">Shared by the clients of one meeting.</param>
/// <param name="Sockets">Where the gateways listen; a client takes any of them each time it connects.</param>
internal sealed record ClientSetup(IReadOnlyList<Uri> Sockets, HttpMessageInvoker Http, TimeProvider Time, FrameCache Frames);

/// <summary>
/// One session of one participant over the public WebSocket. A broken connection is reopened with jittered backoff under the same session:
/// streams continue from their numbers, unanswered commands are repeated with their ids. Every stream is checked for continuity.
/// </summary>
internal sealed class MeetingClient(ClientSetup setup, string meeting, string participant, string token, string session, Random random)
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(1);

    /// <summary>A server that took the socket and says neither welcome nor goodbye for this long is given up for another try.</summary>
    private static readonly TimeSpan WelcomeDeadline = TimeSpan.FromSeconds(20);

    /// <summary>RFC 6455's code for a peer that breaks the protocol.</summary>
    private const int ProtocolFault = 1002;

    private readonly CancellationTokenSource _stop = new();
    private readonly PendingCommands _pending = new();
    private readonly TaskCompletionSource _firstWelcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Dictionary<string, long> _resume = [];
    private Connection? _connection;
    private ITimer? _welcomeTimer;
    private Task _loop = Task.CompletedTask;
    private long _bytesOfPast;
    private long _meetingNumber;

    public string Meeting => meeting;
    public string Participant => participant;
    public string Session => session;
    public Continuity Continuity { get; } = new();

    /// <summary>Where the server last said this participant is.</summary>
    public string? Place { get; private set; }

    /// <summary>Welcomed on the present connection.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>The close code after which the client does not come back; null while it lives.</summary>
    public int? ClosedFor { get; private set; }

    public long BytesReceived => _bytesOfPast + (_connection?.BytesReceived ?? 0);

    /// <summary>Time stamp of the present connection's welcome.</summary>
    public long WelcomedAt { get; private set; }

    /// <summary>How far this client has followed the meeting; may be read from any thread.</summary>
    public long MeetingNumber => Volatile.Read(ref _meetingNumber);

    /// <summary>What the server did against the protocol itself, such as a message that is no JSON; the session ends with it.</summary>
    public string? Fault { get; private set; }

    /// <summary>Set to record what the client is told.</summary>
    public Recording? Record { get; init; }

    /// <summary>Set to record what the client sends.</summary>
    public IList<SentCommand>? Journal { get; init; }

    /// <summary>Called for every sound events message, on the receive loop.</summary>
    public Action<EventsFrame>? OnEvents { get; init; }

    /// <summary>Opens the socket without saying hello yet.</summary>
    public async Task Open(CancellationToken ct) => _connection = await Connection.Open(AnySocket(), setup.Http, setup.Time, ct);

    /// <summary>Says hello and keeps the session alive from here. Completes with the first welcome, or fails where the server refused for good.</summary>
    public Task Join(CancellationToken ct)
    {
        _loop = Task.Run(Live, CancellationToken.None);
        return _firstWelcome.Task.WaitAsync(ct);
    }

    /// <summary>Sends a command; its answer may take several connections. Ends with reason <c>closed</c> when the session ended first.</summary>
    public Task<Answer> Send(Command command, CancellationToken ct)
    {
        if (command.IsForSpace) command = command with { Place = Place };
        var sent = _pending.Add(id => new SentCommand(meeting, participant, session, command with { Id = id }), Journal);
        return sent.Answer.WaitAsync(ct);
    }

    /// <summary>Sends an answered command once more, with its id.</summary>
    public Task<Answer> Repeat(SentCommand command, CancellationToken ct) => _pending.Repeat(command).Answer.WaitAsync(ct);

    /// <summary>Breaks the connection as a network does; the session comes back by itself.</summary>
    public void Break() => _connection?.Abort();

    /// <summary>As <see cref="Break"/>, where an answer has been due for too long.</summary>
    public bool BreakIfSilent(TimeSpan patience)
    {
        if (!_pending.IsOverdue(setup.Time, patience)) return false;
        Break();
        return true;
    }

    /// <summary>Gone for good, without a word.</summary>
    public async Task Vanish()
    {
        await _stop.CancelAsync();
        _connection?.Abort();
        await _loop;
        _connection?.Dispose();
    }

    private async Task Live()
    {
        var backoff = FirstBackoff;
        while (!_stop.IsCancellationRequested)
        {
            var code = await LiveOnce();
            backoff = IsConnected ? FirstBackoff : backoff;
            IsConnected = false;
            if (code == ProtocolFault || !CloseCodes.MayReconnect(code))
            {
                ClosedFor = code;
                break;
            }
            await Pause(backoff);
            backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, LongestBackoff.Ticks));
        }
        _firstWelcome.TrySetException(new LoadException($"{participant} was not let in: close code {ClosedFor ?? 0}. {Fault}"));
        _pending.Close();
    }

    private async Task<int> LiveOnce()
    {
        try
        {
            var connection = _connection ??= await Connection.Open(AnySocket(), setup.Http, setup.Time, _stop.Token);
            try
            {
                connection.Enqueue(Hello());
                _welcomeTimer = setup.Time.CreateTimer(_ => connection.Abort(), null, WelcomeDeadline, Timeout.InfiniteTimeSpan);
                return await connection.Receive(Handle, _stop.Token);
            }
            finally
            {
                _pending.Disconnected();
                _welcomeTimer?.Dispose();
                _bytesOfPast += connection.BytesReceived;
                _connection = null;
                connection.Dispose();
            }
        }
        catch (Exception e) when (e is WebSocketException or HttpRequestException or OperationCanceledException)
        {
            return Connection.Broken;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or InvalidOperationException)
        {
            Fault = e.Message;
            return ProtocolFault;
        }
    }

    private Uri AnySocket() => setup.Sockets[random.Next(setup.Sockets.Count)];

    private async Task Pause(TimeSpan backoff)
    {
        try
        {
            await Task.Delay(backoff * (0.5 + random.NextDouble() / 2), setup.Time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Vanishing: the loop's condition ends it.
        }
    }

    private byte[] Hello()
    {
        _resume = Continuity.Resume();
        return Encoding.UTF8.GetBytes($"{{\"type\":\"hello\",\"token\":\"{token}\",\"session\":\"{session}\"{Numbers("resume", _resume)}{Numbers("seen", Continuity.Seen())}}}");
    }

    private static string Numbers(string field, Dictionary<string, long> streams) => streams.Count == 0
        ? ""
        : $",\"{field}\":{{" + string.Join(',', streams.Select(s => string.Create(null, $"\"{s.Key}\":{s.Value}"))) + "}";

    private void Handle(ReadOnlySpan<byte> utf8)
    {
        if (FrameCache.IsEvents(utf8))
        {
            Deliver(setup.Frames.Read(utf8));
            return;
        }
        var message = ServerMessage.Read(utf8);
        switch (message.Type)
        {
            case "welcome":
                Welcome(message.Place);
                break;
            case "events":
                Deliver(FrameCache.Parse(utf8));
                break;
            case "snapshot":
                Record?.Add(new Snapshot(message.Stream!, message.At));
                Continuity.Snapshot(message.Stream!, message.At);
                Reach(message.Stream!);
                break;
            case "detached":
                Record?.Add(new Detached(message.Stream!));
                Continuity.Detached(message.Stream!);
                break;
            case "moved":
                Place = message.Place;
                break;
            case "accepted":
                Record?.Add(new Acknowledged(message.Stream ?? "", message.To));
                Continuity.Acknowledged(message.Stream ?? "", message.To);
                _pending.Answered(message.Id, new Answer(true, message.Stream ?? "", message.From, message.To, message.Repeat));
                break;
            case "refused":
                _pending.Answered(message.Id, Answer.Refused(message.Reason ?? "", message.Detail ?? ""));
                break;
            case "ping":
                _connection?.Enqueue("{\"type\":\"pong\"}"u8.ToArray());
                break;
            case "signals" or "pong" or "history" or "own":
                break;
            default:
                throw new JsonException($"The server sent a message of unknown type: {Encoding.UTF8.GetString(utf8)}");
        }
    }

    private void Deliver(EventsFrame frame)
    {
        Record?.Add(new Events(frame));
        if (Continuity.Events(frame))
            OnEvents?.Invoke(frame);
        Reach(frame.Stream);
    }

    private void Reach(string stream)
    {
        if (stream == "meeting") Volatile.Write(ref _meetingNumber, Continuity.Last(stream));
    }

    private void Welcome(string? place)
    {
        _welcomeTimer?.Dispose();
        Place = place;
        Record?.Add(new Connected(_resume));
        Continuity.Connected(_resume);
        WelcomedAt = setup.Time.GetTimestamp();
        IsConnected = true;
        _pending.Connected(_connection!, setup.Time);
        _firstWelcome.TrySetResult();
    }
}
