using System.Net;
using System.Net.Sockets;
using Actors.Load.Processes;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

/// <summary>A port that stands for another, and holds back what a blocked peer says.</summary>
public sealed class ProxyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_is_held_back_arrives_when_the_peer_is_let_through_again()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var target = ((IPEndPoint)server.LocalEndpoint).Port;
        await using var proxy = new Proxy(target, _ => "peer");
        proxy.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        using var accepted = await server.AcceptTcpClientAsync().WaitAsync(Patience);

        await client.GetStream().WriteAsync("a"u8.ToArray());
        (await Next(accepted)).ShouldBe('a');
        proxy.Block(["peer"]);
        await client.GetStream().WriteAsync("b"u8.ToArray());
        var held = Next(accepted);
        held.IsCompleted.ShouldBeFalse();
        proxy.Block(["another"]);
        (await held.WaitAsync(Patience)).ShouldBe('b');

        client.Close();
        (await Next(accepted).WaitAsync(Patience)).ShouldBe(-1, "the end is passed on");
    }

    [Fact]
    public async Task The_kernel_knows_whose_a_connection_is()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)server.LocalEndpoint).Port);
        var port = ((IPEndPoint)client.Client.LocalEndPoint!).Port;
        SocketOwners.Find(port, [Environment.ProcessId]).ShouldBe(Environment.ProcessId);
        SocketOwners.Find(port, []).ShouldBeNull();
    }

    private static async Task<int> Next(TcpClient from)
    {
        var one = new byte[1];
        return await from.GetStream().ReadAsync(one) == 0 ? -1 : one[0];
    }
}
