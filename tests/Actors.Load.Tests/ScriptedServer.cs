using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Actors.Load.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Load.Tests;

/// <summary>A WebSocket server that does what a test says, connection by connection.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ServerSide> _connections = Channel.CreateUnbounded<ServerSide>();

    private ScriptedServer(WebApplication app) => _app = app;

    public ClientSetup Setup => new(
        [new UriBuilder(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) { Scheme = "ws" }.Uri],
        new HttpMessageInvoker(new SocketsHttpHandler()),
        TimeProvider.System,
        new FrameCache());

    public static async Task<ScriptedServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ScriptedServer(builder.Build());
        server._app.UseWebSockets();
        server._app.Map("/", async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(Connection.SubProtocol);
            var side = new ServerSide(socket);
            await server._connections.Writer.WriteAsync(side);
            await side.Ended;
        });
        await server._app.StartAsync();
        return server;
    }

    public async Task<ServerSide> NextConnection()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await _connections.Reader.ReadAsync(deadline.Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

/// <summary>One connection, as the server has it.</summary>
internal sealed class ServerSide(WebSocket socket)
{
    private readonly TaskCompletionSource _ended = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    public Task Ended => _ended.Task;

    public async Task<string> Read()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var part = await socket.ReceiveAsync(_buffer, deadline.Token);
        return Encoding.UTF8.GetString(_buffer, 0, part.Count);
    }

    public Task Say(string json) => socket.SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>Reads the hello and answers it.</summary>
    public async Task<string> Welcome()
    {
        var hello = await Read();
        await Say("""{"type":"welcome","participant":"ann","session":"session-1","epoch":3,"place":"main","heartbeat":15}""");
        return hello;
    }

    public void Break()
    {
        socket.Abort();
        _ended.TrySetResult();
    }

    public async Task Close(int code)
    {
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, "", CancellationToken.None);
        _ended.TrySetResult();
    }
}
