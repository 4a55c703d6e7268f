using System.Collections.Immutable;
using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Gateway;

/// <summary>
/// What a socket is in its meeting: joined with a token, placed by the server, reading the meeting and the room and thread of its place.
/// <see cref="Participation"/>.Settling moves it between streams, Commands sends what it wants.
/// </summary>
internal sealed partial class Participation(ClientSocket socket, SocketServices services) : ISubscriber
{
    // Guards the place, the streams and the wish to settle; held for moments, taken under hubs' locks, never around a hub's.
    private readonly Lock _gate = new();
    private Grant? _grant;
    private StreamId? _meetingId;
    private ImmutableDictionary<string, long>? _resume;
    private string? _passcode;
    private long _joins;
    private bool _ended;

    // How the meeting ended it for this socket; 0 while it has not.
    private int _closing;

    public string Participant => _grant!.Participant;

    public string Session { get; private set; } = "";

    public string Connection { get; private set; } = "";

    public long Epoch { get; private set; }

    /// <summary>True between hello and welcome: the join's own deadline counts.</summary>
    public bool IsJoining { get; private set; }

    /// <summary>For logs.</summary>
    public string Name => _grant is { } grant ? $"{grant.Tenant}/{grant.Meeting} {grant.Participant}" : "nobody yet";

    /// <summary>One message. Faults of the sender are answered; the socket stays open but for the protocol's first rule.</summary>
    public async ValueTask Handle(ReadOnlyMemory<byte> utf8)
    {
        var refused = Envelope.Read(utf8.Span, out var envelope);
        if (_grant is null)
        {
            if (refused is not null || envelope.Type != ClientTypes.Hello) socket.Close(CloseCode.ProtocolError);
            else await Greet(utf8);
        }
        else if (refused is not null)
        {
            socket.Send(ServerMessages.Refused(envelope.Id, refused));
        }
        else if (envelope.Type == ClientTypes.Hello)
        {
            socket.Close(CloseCode.ProtocolError);
        }
        else
        {
            Dispatch(utf8.Span, envelope);
        }
    }

    private async Task Greet(ReadOnlyMemory<byte> utf8)
    {
        var (hello, _) = ClientTypes.Parse(utf8.Span, ClientJson.Default.Hello);
        if (hello is null || hello.Session.Length < MinSessionLength || !Ids.IsValid(hello.Session))
        {
            socket.Close(CloseCode.ProtocolError);
            return;
        }
        var (grant, close) = await services.Tokens.Read(hello.Token);
        if (grant is null)
        {
            socket.Close(close);
            return;
        }
        IsJoining = true;
        Session = hello.Session;
        Connection = services.Identity.NextConnection();
        _resume = hello.Resume;
        _claimed = hello.Seen;
        _passcode = hello.Passcode;
        _grant = grant;
        _meetingId = new StreamId(StreamKind.Meeting, grant.Tenant, grant.Meeting);
        if (!await services.Admission.Enter(CancellationToken.None))
        {
            socket.Close(CloseCode.Unavailable);
            return;
        }
        try
        {
            await Join();
        }
        finally
        {
            services.Admission.Leave();
        }
    }

    /// <summary>Long enough not to be met by chance; a session id is not a secret, the token is.</summary>
    private const int MinSessionLength = 8;

    // Also used to join again: a further command of the same connection.
    private async Task Join()
    {
        var answer = await Ask();
        // The token names a series: who comes after its first occurrence joins the current one.
        if (Epoch == 0 && answer is Refused { Reason: Refusal.MeetingEnded } && await IsSucceeded()) answer = await Ask();
        services.Metrics.Answered(answer);
        if (answer is Refused refused)
        {
            Refusing(services.Log, Name, refused.Reason);
            socket.Close(CloseCodes.Of(refused.Reason));
            return;
        }
        var ended = false;
        lock (_gate)
        {
            Epoch = ((Accepted)answer).First;
            ended = _ended;
            if (!ended) Want(Wish.Streams);
        }
        // The peer went while we joined for it.
        if (ended) services.Disconnects.Report(_meetingId!, new Connection(Participant, Session, Connection));
    }

    private async Task<Answer> Ask()
    {
        var grant = _grant!;
        var command = new Join(
            grant.Participant, grant.Name, grant.Role, grant.Kind, grant.Guest, Session, Connection, services.Identity.Incarnation, grant.IssuedAt, grant.Attributes,
            Foreign: grant.Home is { } home && home != grant.Tenant, Passcode: _passcode);
        var request = new Request(new CommandId(Connection, Interlocked.Increment(ref _joins)), Caller.System, command);
        return await services.Calls.Execute(_meetingId!.Grain(services.Cluster), request, CancellationToken.None);
    }

    private async Task<bool> IsSucceeded()
    {
        var (tenant, series) = (_grant!.Tenant, _grant.Meeting);
        try
        {
            var current = await services.Calls.Call(
                static (state, token) => state.Grain.Current(state.series, token), (Grain: services.Cluster.GetGrain<IMeetingsGrain>(tenant), series), CancellationToken.None);
            if (current is null || current == series) return false;
            _meetingId = _meetingId! with { Meeting = current };
            // The numbers that the client has may be of an occurrence before.
            (_resume, _claimed) = (null, null);
            return true;
        }
        catch (ClusterUnavailableException)
        {
            return false;
        }
    }

    void ISubscriber.Send(ReadOnlyMemory<byte> frame)
    {
        if (_closing == 0) socket.Send(frame);
    }

    /// <summary>Nothing of the meeting is shown from here. Commands under way, such as the one that brought the end, are still answered.</summary>
    void ISubscriber.Close(CloseCode code)
    {
        if (Interlocked.CompareExchange(ref _closing, (int)code, 0) == 0 && Volatile.Read(ref _pending) == 0) socket.Close(code);
    }

    /// <summary>The socket is gone.</summary>
    public void End()
    {
        Hub?[] hubs;
        lock (_gate)
        {
            _ended = true;
            hubs = [_meeting?.Hub, _room?.Hub, _thread?.Hub, .. _others.Values.Select(other => other.Hub)];
            (_meeting, _room, _thread) = (null, null, null);
            _others.Clear();
        }
        foreach (var hub in hubs) hub?.Leave(this);
        if (Epoch > 0) services.Disconnects.Report(_meetingId!, new Connection(Participant, Session, Connection));
    }

    [LoggerMessage(1, LogLevel.Debug, "{Who} was not let in: {Reason}")]
    private static partial void Refusing(ILogger log, string who, Refusal reason);
}
