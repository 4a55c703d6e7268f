using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Transport;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>Connections over sockets: who is let in, and what happens to those who misbehave.</summary>
public class TransportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Probe _probe = new();

    [Fact]
    public async Task A_client_reaches_a_silo_over_a_socket()
    {
        using var silo = await Silo();
        using var client = await Client(silo);
        (await Grain(client).Echo(new Parcel("over TCP", [1]))).Text.ShouldBe("over TCP");
    }

    [Fact]
    public async Task A_process_of_another_cluster_is_refused_and_told_why()
    {
        using var silo = await Silo();
        var failure = await Should.ThrowAsync<SiloUnavailableException>(() => Client(silo, cluster: "other"));
        failure.Message.ShouldContain("cluster \"other\"");
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u0005\0\0\0hello")]
    [InlineData("\u0001\0\0\0\u0001")]
    [InlineData("\0\0\0\0")]
    public async Task What_does_not_begin_with_a_greeting_is_closed_and_others_are_served_on(string bytes)
    {
        using var silo = await Silo();
        using var client = await Client(silo);
        using var socket = await Dial(silo);
        await socket.SendAsync(System.Text.Encoding.Latin1.GetBytes(bytes));
        (await End(socket)).ShouldBe(0);
        (await Grain(client).Echo(new Parcel("still here", []))).Text.ShouldBe("still here");
    }

    [Theory]
    [InlineData(new byte[] { 99 })]
    [InlineData(new byte[] { 4, 1, 0 })]
    [InlineData(new byte[] { 4, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 5, 1 })]
    public async Task A_malformed_frame_closes_its_connection_only(byte[] frame)
    {
        using var silo = await Silo();
        using var client = await Client(silo);
        using var socket = await Dial(silo);
        await Greet(socket, "dev");
        await socket.SendAsync(Framed(frame));
        (await End(socket)).ShouldBe(0);
        (await Grain(client).Echo(new Parcel("still here", []))).Text.ShouldBe("still here");
    }

    [Fact]
    public async Task A_frame_that_claims_to_be_too_long_is_not_waited_for()
    {
        using var silo = await Silo();
        using var socket = await Dial(silo);
        await Greet(socket, "dev");
        var header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, TransportLimits.MaxFrameBytes + 1);
        await socket.SendAsync(header);
        (await End(socket)).ShouldBe(0);
    }

    [Fact]
    public async Task With_tls_only_holders_of_the_clusters_certificates_are_let_in()
    {
        using var ours = new TestAuthority();
        using var theirs = new TestAuthority();
        using var silo = await Silo(ours.Issue("silo"));
        using var client = await Client(silo, settings: ours.Issue("client"));
        (await Grain(client).Echo(new Parcel("in secret", []))).Text.ShouldBe("in secret");
        await Should.ThrowAsync<SiloUnavailableException>(() => Client(silo));
        await Should.ThrowAsync<SiloUnavailableException>(() => Client(silo, settings: theirs.Issue("client")));
        (await Grain(client).Echo(new Parcel("on and on", []))).Text.ShouldBe("on and on");
    }

    private static ITraveller Grain(IHost client) => client.Services.GetRequiredService<IClusterClient>().GetGrain<ITraveller>("a");

    private static int GatewayOf(IHost silo) => silo.Services.GetRequiredService<ILocalSiloDetails>().GatewayAddress.Endpoint.Port;

    private static async Task<Socket> Dial(IHost silo)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, GatewayOf(silo));
        return socket;
    }

    private static async Task Greet(Socket socket, string cluster)
    {
        byte[] hello;
        using (var writer = Orleans.Codec.CodecWriter.Rent())
        {
            new Hello(cluster, null, null, 0).Write(writer, FrameKind.Hello);
            hello = writer.Written.ToArray();
        }

        await socket.SendAsync(hello);
        (await socket.ReceiveAsync(new byte[1024]).WaitAsync(Patience)).ShouldBeGreaterThan(0, "welcomed");
    }

    private static byte[] Framed(byte[] frame)
    {
        var bytes = new byte[4 + frame.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, frame.Length);
        frame.CopyTo(bytes, 4);
        return bytes;
    }

    private static async Task<int> End(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1024]).WaitAsync(Patience);
        }
        catch (SocketException)
        {
            // Reset, because not all it had sent was read.
            return 0;
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task<IHost> Silo(Dictionary<string, string?>? settings = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort(), FreePort()).Services.AddSingleton(_probe).AddSingleton(new Ledger()));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<IHost> Client(IHost silo, string cluster = "dev", Dictionary<string, string?>? settings = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.UseOrleansClient(client =>
        {
            client.UseLocalhostClustering(GatewayOf(silo), clusterId: cluster);
            // As if it were in another process.
            client.Services.AddSingleton<IGateways, NoneHere>();
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private sealed class NoneHere : IGateways
    {
        public SiloAddress? Find() => null;
    }
}
