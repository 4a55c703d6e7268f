using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Actors.Benchmarks;

[GenerateSerializer]
[Immutable]
public sealed record Question([property: Id(0)] string Text, [property: Id(1)] long Number);

public interface IEcho : IGrainWithStringKey
{
    ValueTask<Question> Say(Question question, CancellationToken cancellation);
}

internal sealed class EchoGrain : Grain, IEcho
{
    public ValueTask<Question> Say(Question question, CancellationToken cancellation) => new(question);
}

/// <summary>Calls per second from a client in this process to a silo in a child process, over sockets of this machine.</summary>
internal static class RemoteCalls
{
    public const string SiloMode = "silo";

    // As many as callers usually: no grain is the bottleneck.
    private const int Grains = 100;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    public static async Task<int> Measure(int callers, int seconds)
    {
        var (siloPort, gatewayPort) = (FreePort(), FreePort());
        using var silo = StartSilo(siloPort, gatewayPort);
        try
        {
            using var client = await Connect(gatewayPort);
            var grains = client.Services.GetRequiredService<IClusterClient>();
            await Calls(grains, callers, WarmUp);
            var (calls, elapsed) = await Calls(grains, callers, TimeSpan.FromSeconds(seconds));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"remote-calls callers={callers} seconds={elapsed.TotalSeconds:F1} calls={calls} calls_per_second={calls / elapsed.TotalSeconds:F0}"));
            await client.StopAsync();
            return 0;
        }
        finally
        {
            silo.Kill();
        }
    }

    public static async Task<int> RunSilo(int siloPort, int gatewayPort)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo => silo.UseLocalhostClustering(siloPort, gatewayPort));
        using var host = builder.Build();
        await host.RunAsync();
        return 0;
    }

    private static Process StartSilo(int siloPort, int gatewayPort)
    {
        string[] arguments = [SiloMode, siloPort.ToString(CultureInfo.InvariantCulture), gatewayPort.ToString(CultureInfo.InvariantCulture)];
        return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments))
            ?? throw new InvalidOperationException("The silo's process did not start.");
    }

    private static async Task<IHost> Connect(int gatewayPort)
    {
        var limit = Stopwatch.StartNew();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort).UseConnectionRetryFilter(async (_, cancellation) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
            return limit.Elapsed < StartLimit;
        }));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<(long Calls, TimeSpan Elapsed)> Calls(IGrainFactory grains, int callers, TimeSpan duration)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var grain = grains.GetGrain<IEcho>((caller % Grains).ToString(CultureInfo.InvariantCulture));
            long count = 0;
            while (clock.Elapsed < duration)
            {
                var question = new Question("how many calls a second?", count);
                if ((await grain.Say(question, CancellationToken.None)).Number != count++)
                {
                    throw new InvalidOperationException("An answer belongs to another call.");
                }
            }

            return count;
        })));
        return (counts.Sum(), clock.Elapsed);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
