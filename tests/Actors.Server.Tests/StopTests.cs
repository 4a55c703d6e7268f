using System.Net;
using System.Net.WebSockets;
using Shouldly;
using Xunit;

namespace Actors.Server.Tests;

/// <summary>How a process leaves, and that it does.</summary>
public sealed class StopTests : IDisposable
{
    private const int GoingAway = 4017;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("actors-stop-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task SIGTERM_makes_it_not_ready_at_once_sends_sockets_elsewhere_and_ends_with_0()
    {
        await using var server = Start(drainSeconds: 15);
        await server.Ready();
        var sockets = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Open(server)));

        await server.Signal();
        await server.Answers(HttpStatusCode.ServiceUnavailable);
        sockets.ShouldContain(socket => socket.State == WebSocketState.Open, "it is not ready before the last socket is gone");
        await Task.WhenAll(sockets.Select(Leave));
        (await server.Exit()).ShouldBe(0, server.Output);
    }

    private static async Task Leave(ClientWebSocket socket)
    {
        using (socket)
        {
            (await socket.ReceiveAsync(new byte[1], default).WaitAsync(Patience)).MessageType.ShouldBe(WebSocketMessageType.Close);
            ((int?)socket.CloseStatus).ShouldBe(GoingAway);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
    }

    [Fact]
    public async Task A_second_SIGTERM_ends_a_long_goodbye()
    {
        await using var server = Start(drainSeconds: 20);
        await server.Ready();
        var sockets = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Open(server)));
        await server.Signal();
        await server.Answers(HttpStatusCode.ServiceUnavailable);
        await server.Signal();
        (await server.Exit()).ShouldBe(StopGuard.CutShort, server.Output);
        foreach (var socket in sockets) socket.Dispose();
    }

    private ServerProcess Start(int drainSeconds) => ServerProcess.Start(
        _folder, "Development", [], "--storage", "memory", "--Gateway:Sockets:DrainSeconds", $"{drainSeconds}", "--Gateway:Sockets:HelloSeconds", "60");

    private static async Task<ClientWebSocket> Open(ServerProcess server)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("actors.v1");
        await socket.ConnectAsync(new Uri(server.Url.Replace("http", "ws", StringComparison.Ordinal) + "/v1/ws"), default).WaitAsync(Patience);
        return socket;
    }
}
