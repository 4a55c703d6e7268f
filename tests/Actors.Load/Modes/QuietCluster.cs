using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>What a cluster writes when nobody does anything.</summary>
internal static class QuietCluster
{
    /// <summary>Joins, first heartbeats and the ready checks are over by then.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);

    private const double UnitsPerSilo = 1;

    public static async Task<Figures> Run(int silos, int gateways, TimeSpan measured, CancellationToken ct)
    {
        await using var fleet = await Fleet.Start(silos, gateways, parted: false, counted: true, ct);
        Progress.Say($"{silos} silos and {gateways} gateways are ready");
        await Task.Delay(Settle, TimeProvider.System, ct);
        var (units, requests) = (fleet.Writes.Units, fleet.Writes.Requests);
        await Task.Delay(measured, TimeProvider.System, ct);
        foreach (var (operation, count) in fleet.Writes.Requests)
            Progress.Say($"{operation}: {count - requests.GetValueOrDefault(operation)} in {measured.TotalSeconds:F0} s");
        var written = fleet.Writes.Units - units;
        var perSilo = written / (double)silos / (measured.TotalSeconds / 5);
        return new Figures("cluster-idle")
            .Add("silos", silos)
            .Add("gateways", gateways)
            .Add("seconds", measured.TotalSeconds)
            .Add("write_units", written)
            .Add("write_units/silo/5s", perSilo, 2)
            .Expect(perSilo <= UnitsPerSilo, "a silo of a quiet cluster writes at most one unit in 5 s");
    }
}
