using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Actors.Engine.Tests;

/// <summary>A silo in a process of its own, which ends when its standard input does: with the process that started it, at the latest.</summary>
internal static class Program
{
    public const string Ready = "ready";

    public static async Task Main(string[] args)
    {
        var ports = args.Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.UseOrleans(silo => silo.UseLocalhostClustering(ports[0], ports[1]).Services.AddSingleton<Probe>().AddSingleton<Ledger>());
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(Ready);
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }
}
