using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Gateway;

/// <summary>
/// <c>GET /v1/ws</c>: the opening handshake of RFC 6455 (version 13, HTTP/1.1), here and not in the middleware because writes to the
/// connection are gathered (<see cref="CoalescingStream"/>).
/// </summary>
internal static class SocketEndpoint
{
    public const string SubProtocol = "actors.v1";

    // RFC 6455, section 1.3.
    private const string AcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    // 16 bytes in base64.
    private const int KeyLength = 24;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/v1/ws", context => Accept(context, context.RequestServices.GetRequiredService<SocketServices>(), context.RequestServices.GetRequiredService<GatewayDrain>()))
            .WithSummary("The WebSocket for people; sub-protocol actors.v1");

    private static async Task Accept(HttpContext context, SocketServices services, GatewayDrain drain)
    {
        if (drain.Draining || services.Registry.Count >= services.Limits.MaxSockets)
        {
            await Problems.Of(Refusal.Unavailable, "this gateway takes no more sockets").ExecuteAsync(context);
            return;
        }
        if (Fault(context) is { } fault)
        {
            await Problems.Of(Refusal.InvalidArgument, fault).ExecuteAsync(context);
            return;
        }
        var headers = context.Response.Headers;
        headers.Upgrade = "websocket";
        headers.Connection = "Upgrade";
        headers.SecWebSocketProtocol = SubProtocol;
        headers.SecWebSocketAccept = AcceptOf(context.Request.Headers.SecWebSocketKey.ToString());
        var connection = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        await using var stream = new CoalescingStream(connection, context.Abort);
        using var socket = WebSocket.CreateFromStream(
            stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = SubProtocol, KeepAliveInterval = Timeout.InfiniteTimeSpan });
        await Serve(new ClientSocket(socket, stream, services), services);
    }

    private static async Task Serve(ClientSocket socket, SocketServices services)
    {
        if (!services.Registry.TryAdd(socket)) return;
        services.Metrics.SocketOpened();
        try
        {
            await socket.Run();
        }
        finally
        {
            services.Registry.Remove(socket);
            services.Metrics.SocketClosed();
        }
    }

    private static string? Fault(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) return "not a WebSocket request over HTTP/1.1";
        if (!string.Equals(headers.Upgrade.ToString(), "websocket", StringComparison.OrdinalIgnoreCase)) return "Upgrade: websocket";
        if (headers.SecWebSocketVersion.ToString() != "13") return "Sec-WebSocket-Version: 13";
        if (headers.SecWebSocketKey.ToString() is not { Length: KeyLength } key || !Convert.TryFromBase64String(key, new byte[KeyLength], out var bytes) || bytes != 16)
            return "Sec-WebSocket-Key";
        return headers.GetCommaSeparatedValues("Sec-WebSocket-Protocol").Contains(SubProtocol) ? null : $"Sec-WebSocket-Protocol: {SubProtocol}";
    }

    // The handshake's own use of SHA-1: proves that the server read the request, protects nothing.
#pragma warning disable CA5350
    private static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSuffix)));
#pragma warning restore CA5350
}
