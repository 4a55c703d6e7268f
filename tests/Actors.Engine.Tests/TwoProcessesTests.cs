using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>A silo in a process of its own, a client in this one.</summary>
public class TwoProcessesTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Calls_context_exceptions_and_cancellation_cross_and_a_killed_process_is_noticed_at_once()
    {
        var (siloPort, gatewayPort) = (FreePort(), FreePort());
        using var process = await StartSilo(siloPort, gatewayPort);
        try
        {
            using var client = await Connect(gatewayPort);
            var grain = client.Services.GetRequiredService<IClusterClient>().GetGrain<ITraveller>("a");
            (await grain.Echo(new Parcel("hello", [1, 2]))).Text.ShouldBe("hello");
            (await grain.Where()).Endpoint.Port.ShouldBe(siloPort);
            RequestContext.Set("who", "ann");
            (await grain.Context("who")).ShouldBe("ann");
            (await Should.ThrowAsync<OutOfStockException>(() => grain.Throw("marked"))).Left.ShouldBe(3);
            using var cancellation = new CancellationTokenSource();
            var cancelled = grain.Wait("gate", cancellation.Token);
            await cancellation.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(cancelled);

            var answers = await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => grain.Count(i).AsTask())).WaitAsync(Patience);
            answers.ShouldBe(Enumerable.Range(0, 2000).Select(i => (long)i));

            var torn = client.Services.GetRequiredService<IClusterClient>().GetGrain<ITraveller>("b").Wait("gate", CancellationToken.None);
            await client.Services.GetRequiredService<IClusterClient>().GetGrain<ITraveller>("c").Where();
            process.Kill();
            (await Should.ThrowAsync<SiloUnavailableException>(torn.WaitAsync(Patience))).Message.ShouldContain("unknown");
        }
        finally
        {
            process.Kill();
        }
    }

    private static async Task<Process> StartSilo(int siloPort, int gatewayPort)
    {
        string[] arguments =
        [
            "exec", typeof(Program).Assembly.Location, siloPort.ToString(CultureInfo.InvariantCulture), gatewayPort.ToString(CultureInfo.InvariantCulture),
        ];
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var process = Process.Start(new ProcessStartInfo(dotnet, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience)).ShouldBe(Program.Ready);
        return process;
    }

    private static async Task<IHost> Connect(int gatewayPort)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
