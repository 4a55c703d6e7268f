using System.Diagnostics;
using Actors.Load.Client;
using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>Everybody says hello at once, with sockets open and tokens made beforehand. A join counts when its welcome has arrived: it is durable then.</summary>
internal static class Storm
{
    /// <summary>A small storm in a meeting of its own goes before, so that a freshly started server's compiler is not what is measured.</summary>
    private const int WarmUp = 200;

    public static async Task<Figures> Run(Testbed testbed, int participants, CancellationToken ct)
    {
        ProcessFigures.RequireFiles(participants + WarmUp);
        Progress.Say($"warming up with {WarmUp}");
        await Break(testbed, WarmUp, ct);
        return await Break(testbed, participants, ct);
    }

    private static async Task<Figures> Break(Testbed testbed, int participants, CancellationToken ct)
    {
        var meeting = await testbed.Api.CreateMeeting("Storm", Crowd.Settings(participants), ct);
        Progress.Say($"making {participants} tokens");
        var clients = Crowd.Clients(testbed, meeting, await Crowd.Tokens(testbed.Api, meeting, 0, participants, "participant", ct));
        var before = await testbed.Use(ct);
        Progress.Say("opening sockets");
        await Crowd.ForEach(clients, (c, token) => c.Open(token), ct);
        Progress.Say("hello");
        var latencies = new Latencies();
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(clients.Select(async client =>
        {
            await client.Join(ct);
            latencies.Add(Stopwatch.GetElapsedTime(started));
        }));
        var elapsed = Stopwatch.GetElapsedTime(started);
        Progress.Say($"{participants} welcomes after {elapsed.TotalSeconds:F2} s");
        await Crowd.CatchUp(testbed, meeting, clients, ct);
        Progress.Say($"everybody has followed every join after {Stopwatch.GetElapsedTime(started).TotalSeconds:F2} s");
        var usage = (await testbed.Use(ct)).Since(before);
        Crowd.RequireContinuity(clients);
        var bytes = clients.Average(c => (double)c.BytesReceived);
        await Crowd.Vanish(clients);
        return new Figures("storm", testbed)
            .Add("participants", participants)
            .Add("joins/s", participants / elapsed.TotalSeconds)
            .Add("bytes/n", bytes / participants, 1)
            .Add("p50", latencies.Percentile(0.5))
            .Add("p99", latencies.Percentile(0.99))
            .Add(testbed, usage, "join", participants, elapsed);
    }
}
