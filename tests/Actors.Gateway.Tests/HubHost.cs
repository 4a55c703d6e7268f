using Actors.Contracts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Actors.Gateway.Tests;

/// <summary>One hub on a fake stream.</summary>
internal sealed class HubHost : IAsyncDisposable
{
    private readonly GatewayMetrics _metrics = new();
    private readonly Task _running;

    public HubHost(FakeStream stream, StreamKind kind = StreamKind.Meeting, TimeProvider? time = null, string place = Ids.Main)
    {
        Stream = stream;
        Time = time ?? TimeProvider.System;
        var backoff = new Backoff(new Random(1));
        var calls = new ClusterCalls(Time, backoff, NullLogger<ClusterCalls>.Instance);
        var services = new HubServices(calls, new GatewayIdentity("gw"), _metrics, backoff, Time, NullLogger<Hub>.Instance);
        Hub = new Hub(new StreamId(kind, "t", "m", kind == StreamKind.Meeting ? "" : place), stream, services);
        _running = Hub.Run();
    }

    public FakeStream Stream { get; }

    public TimeProvider Time { get; }

    public Hub Hub { get; }

    public async Task<FakeSocket> Join(FakeSocket socket, long? resume = null, Audience audience = Audience.Members)
    {
        var entered = Hub.Enter(socket).ShouldNotBeNull();
        if (resume is { } from) socket.Resuming(from);
        await Hub.Attach(socket, entered, audience, resume, CancellationToken.None).WaitAsync(FakeSocket.Patience);
        return socket;
    }

    /// <summary>As a socket does that its hub asks for it.</summary>
    public Task Attach(FakeSocket socket, Audience audience = Audience.Members) => Hub.Attach(socket, Hub.Enter(socket)!, audience, null, CancellationToken.None);

    /// <summary>Somebody joins the meeting: the event, and the socket in its class.</summary>
    public Task<FakeSocket> Join(string participant, Role role = Role.Participant, string? place = null)
    {
        Stream.Publish(Joined(participant, role, place));
        return Join(new FakeSocket(participant, Stream.Head));
    }

    public static ParticipantJoined Joined(string participant, Role role = Role.Participant, string? place = null) =>
        new(participant, "Name of " + participant, role, Kind.Person, participant + "-session", participant + "-connection", "gw", place);

    public async ValueTask DisposeAsync()
    {
        Hub.Stop();
        await _running.WaitAsync(FakeSocket.Patience);
        _metrics.Dispose();
    }
}
