using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Actors.Engine.Tests;

/// <summary>A cluster of one silo for one test, on a clock that the test moves.</summary>
internal static class TestClusters
{
    public static async Task<InProcessTestCluster> Start(TimeProvider? time = null, Action<ISiloBuilder>? silo = null)
    {
        var builder = new InProcessTestClusterBuilder();
        if (time is not null)
        {
            builder.ConfigureHost(host => host.Services.AddSingleton(time));
        }

        builder.ConfigureSilo((_, s) =>
        {
            s.AddMemoryGrainStorageAsDefault().UseInMemoryReminderService();
            silo?.Invoke(s);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
