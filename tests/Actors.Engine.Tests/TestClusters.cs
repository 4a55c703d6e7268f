using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Actors.Engine.Tests;

/// <summary>A cluster of one silo for one test, on a clock that the test may move.</summary>
internal static class TestClusters
{
    public static async Task<InProcessTestCluster> Start(TimeProvider? time = null, Probe? probe = null, Action<ISiloBuilder>? silo = null)
    {
        var builder = new InProcessTestClusterBuilder();
        if (time is not null)
        {
            builder.ConfigureHost(host => host.Services.AddSingleton(time));
        }

        builder.ConfigureSilo((_, s) =>
        {
            s.AddMemoryGrainStorageAsDefault().UseInMemoryReminderService();
            s.Services.AddSingleton(probe ?? new Probe());
            silo?.Invoke(s);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Done when the turn that the grain is in is over. No call, which would count as activity.</summary>
    public static Task TurnOver(InProcessTestCluster cluster, GrainId grain)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Silos[0].ServiceProvider.GetRequiredService<Silo>().Activations.Find(grain)!.Enqueue(_ => over.TrySetResult(), null);
        return over.Task;
    }
}
