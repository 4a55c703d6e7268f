using Actors.Load.Client;
using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>What one more idle view-only socket costs the server in resident memory.</summary>
internal static class Idle
{
    private static readonly TimeSpan SettlePoll = TimeSpan.FromSeconds(2);

    /// <summary>Two collections of the highest generation have usually passed by then.</summary>
    private const int SettleReadings = 5;

    private const int MaxReadings = 20;

    /// <summary>Readings that differ by less are the same.</summary>
    private const double Stable = 0.005;

    public static async Task<Figures> Run(Testbed testbed, int from, int to, CancellationToken ct)
    {
        ProcessFigures.RequireFiles(to);
        var server = testbed.Server ?? throw new LoadException("idle reads the server's memory: it has to start the server itself (no --url).");
        var before = await testbed.Use(ct);
        var meeting = await testbed.Api.CreateMeeting("Idle", Crowd.Settings(to), ct);
        var few = await Join(testbed, meeting, 0, from, ct);
        var small = await Settled(testbed, server, ct);
        var more = await Join(testbed, meeting, from, to - from, ct);
        var large = await Settled(testbed, server, ct);
        MeetingClient[] all = [.. few, .. more];
        Crowd.RequireContinuity(all);
        if (all.Count(c => c.IsConnected) is var connected && connected != to)
            throw new LoadException($"Only {connected} of {to} sockets are still connected.");
        var usage = (await testbed.Use(ct)).Since(before);
        await Crowd.Vanish(all);
        return new Figures("idle", testbed)
            .Add("from", from).Add("to", to)
            .Add("rss_from", small)
            .Add("rss_to", large)
            .Add("bytes/socket", (large - small) / (double)(to - from))
            .AddProcessors(usage);
    }

    private static async Task<MeetingClient[]> Join(Testbed testbed, string meeting, int first, int count, CancellationToken ct)
    {
        var clients = Crowd.Clients(testbed, meeting, await Crowd.Tokens(testbed.Api, meeting, first, count, "attendee", ct), first);
        await Crowd.ForEach(clients, (c, token) => c.Join(token), ct);
        Progress.Say($"{first + count} sockets");
        return clients;
    }

    /// <summary>Resident bytes once they no longer change.</summary>
    public static async Task<long> Settled(Testbed testbed, ServerProcess server, CancellationToken ct)
    {
        var readings = new List<long>();
        while (readings.Count < MaxReadings)
        {
            await Task.Delay(SettlePoll, testbed.Time, ct);
            readings.Add(ProcessFigures.ResidentBytes(server.Id));
            var last = readings.TakeLast(SettleReadings).ToList();
            if (last.Count == SettleReadings && last.Max() - last.Min() < last.Max() * Stable) break;
        }
        Progress.Say($"the server holds {readings[^1] / 1024 / 1024} MB");
        return readings[^1];
    }
}
