using System.Collections.Immutable;
using Actors.Contracts;
using Microsoft.Extensions.Logging;

namespace Actors.Gateway;

/// <summary>
/// What a socket is in its meeting: joined with a token, placed by the server, reading the meeting, its thread, and the room and thread of its place.
/// <see cref="Participation"/>.Settling moves it between streams, Commands sends what it wants.
/// </summary>
internal sealed partial class Participation(ClientSocket socket, SocketServices services, Grant grant, Hello hello)
    : SocketSession(socket, services, hello), ISubscriber
{
    // Guards the place, the streams and the wish to settle; held for moments, taken under hubs' locks, never around a hub's.
    private readonly Lock _gate = new();
    private StreamId _meetingId = new(StreamKind.Meeting, grant.Tenant, grant.Meeting);
    private readonly string? _passcode = hello.Passcode;
    private ImmutableDictionary<string, long>? _resume = hello.Resume;
    private long _joins;
    private bool _ended;

    public override string Participant => grant.Participant;

    public string Connection { get; } = services.Identity.NextConnection();

    public long Epoch { get; private set; }

    public override string Name => $"{grant.Tenant}/{grant.Meeting} {grant.Participant}";

    public override async Task Begin()
    {
        if (!await Services.Admission.Enter(CancellationToken.None))
        {
            Socket.Close(CloseCode.Unavailable);
            return;
        }
        try
        {
            await Join();
        }
        finally
        {
            Services.Admission.Leave();
        }
    }

    // Also used to join again: a further command of the same connection.
    private async Task Join()
    {
        var answer = await Ask();
        // The token names a series: who comes after its first occurrence joins the current one.
        if (Epoch == 0 && answer is Refused { Reason: Refusal.MeetingEnded } && await IsSucceeded()) answer = await Ask();
        Services.Metrics.Answered(answer);
        if (answer is Refused refused)
        {
            Refusing(Services.Log, Name, refused.Reason);
            Socket.Close(CloseCodes.Of(refused.Reason));
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
        if (ended) Services.Disconnects.Report(_meetingId, new Connection(Participant, Session, Connection));
    }

    private async Task<Answer> Ask()
    {
        var command = new Join(
            grant.Participant, grant.Name, grant.Role, grant.Kind, grant.Guest, Session, Connection, Services.Identity.Incarnation, grant.IssuedAt, grant.Attributes,
            Foreign: grant.Home is { } home && home != grant.Tenant, Passcode: _passcode, Locked: grant.Locked);
        var request = new Request(new CommandId(Connection, Interlocked.Increment(ref _joins)), Caller.System, command);
        return await Services.Calls.Execute(_meetingId.Grain(Services.Cluster), request, CancellationToken.None);
    }

    private async Task<bool> IsSucceeded()
    {
        var (tenant, series) = (grant.Tenant, grant.Meeting);
        try
        {
            var current = await Services.Calls.Call(
                static (state, token) => state.Grain.Current(state.series, token), (Grain: Services.Cluster.GetGrain<IMeetingsGrain>(tenant), series), CancellationToken.None);
            if (current is null || current == series) return false;
            _meetingId = _meetingId with { Meeting = current };
            // The numbers that the client has may be of an occurrence before.
            _resume = null;
            ForgetClaims();
            return true;
        }
        catch (ClusterUnavailableException)
        {
            return false;
        }
    }

    public override void End()
    {
        Hub?[] hubs;
        lock (_gate)
        {
            _ended = true;
            hubs = [_meeting?.Hub, _room?.Hub, .. _threads.Select(slot => slot.Hub)];
            (_meeting, _room) = (null, null);
            _threads = [];
        }
        foreach (var hub in hubs) hub?.Leave(this);
        if (Epoch > 0) Services.Disconnects.Report(_meetingId, new Connection(Participant, Session, Connection));
    }

    [LoggerMessage(1, LogLevel.Debug, "{Who} was not let in: {Reason}")]
    private static partial void Refusing(ILogger log, string who, Refusal reason);
}
