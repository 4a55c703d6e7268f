using System.Diagnostics;
using Actors.Load.Client;
using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>One saturated thread: some members keep a window of messages on their way, everybody receives all of them.</summary>
internal static class ChatLoad
{
    /// <summary>Characters of one message.</summary>
    private const int TextLength = 100;

    /// <summary>Compilers of three processes get this long before anything is counted.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    public static async Task<Figures> Run(Testbed testbed, int members, int senders, int window, TimeSpan duration, CancellationToken ct)
    {
        ProcessFigures.RequireFiles(members);
        var latencies = new Latencies();
        var measuring = false;
        void Sample(EventsFrame frame)
        {
            if (!Volatile.Read(ref measuring) || frame.Events.Length == 0) return;
            // One of each message's events, by turns: oldest and newest of a batch alike.
            var e = frame.Events[(int)(frame.To % frame.Events.Length)];
            if (e.SentAt > 0) latencies.Add(Stopwatch.GetElapsedTime(e.SentAt));
        }
        var meeting = await testbed.Api.CreateMeeting("Chat", Crowd.Settings(members), ct);
        Progress.Say($"{members} members join");
        var clients = Crowd.Clients(testbed, meeting, await Crowd.Tokens(testbed.Api, meeting, 0, members, "participant", ct), onEvents: Sample);
        await Crowd.ForEach(clients, (c, token) => c.Join(token), ct);
        await Crowd.CatchUp(testbed, meeting, clients, ct);
        Progress.Say($"{senders} of them send, {window} messages each on their way");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var load = new Load(clients.Take(senders), window, (_, _, _) => Command.Post("main", TimedText.Write(Stopwatch.GetTimestamp(), TextLength)), stop.Token);
        await Task.Delay(WarmUp, testbed.Time, ct);
        var (before, accepted, delivered, started) = (await testbed.Use(ct), load.Accepted, Delivered(clients), Stopwatch.GetTimestamp());
        Volatile.Write(ref measuring, true);
        await Task.Delay(duration, testbed.Time, ct);
        Volatile.Write(ref measuring, false);
        var elapsed = Stopwatch.GetElapsedTime(started);
        (accepted, delivered) = (load.Accepted - accepted, Delivered(clients) - delivered);
        var usage = (await testbed.Use(ct)).Since(before);
        await stop.CancelAsync();
        await load.Finish();
        Crowd.RequireContinuity(clients);
        await Crowd.Vanish(clients);
        return new Figures("chat", testbed)
            .Add("members", members).Add("senders", senders).Add("window", window)
            .Add("accepted/s", accepted / elapsed.TotalSeconds)
            .Add("refused", load.Refused)
            .Add("deliveries/s", delivered / elapsed.TotalSeconds)
            .Add("p50", latencies.Percentile(0.5))
            .Add("p99", latencies.Percentile(0.99))
            .Add(testbed, usage, "message", accepted, elapsed);
    }

    private static long Delivered(MeetingClient[] clients) => clients.Sum(c => c.Continuity.Delivered);
}
