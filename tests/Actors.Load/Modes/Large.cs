using System.Diagnostics;
using Actors.Load.Client;
using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>
/// One large meeting: presenters at work while view-only attendees come in at an even rate. Measured: what one join costs each attendee in bytes, how
/// long commands take meanwhile, what an attendee costs the server in memory.
/// </summary>
internal static class Large
{
    /// <summary>Attendees who are in before the measuring starts: they watch, and a freshly started server's compiler is not what is measured.</summary>
    private const int Watchers = 200;

    /// <summary>What a join may cost each attendee.</summary>
    private const int BytesPerJoin = 64;

    /// <summary>What a socket of a view-only attendee may cost the server.</summary>
    private const int BytesPerAttendee = 24 * 1024;

    private static readonly TimeSpan SlowestCommand = TimeSpan.FromMilliseconds(500);

    /// <summary>Each presenter's time between an answer and the next command.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Joins under way at most; a server that falls further behind slows the rate, which is printed.</summary>
    private const int JoinsAtOnce = 500;

    public static async Task<Figures> Run(Testbed testbed, int attendees, int presenters, int joinsPerSecond, CancellationToken ct)
    {
        ProcessFigures.RequireFiles(attendees + presenters);
        if (attendees <= Watchers) throw new LoadException($"More than {Watchers} attendees are needed.");
        var server = testbed.Server ?? throw new LoadException("large reads the server's memory: it has to start the server itself (no --url).");
        var meeting = await testbed.Api.CreateMeeting("Large", Crowd.Settings(attendees + presenters), ct);
        Progress.Say($"making {attendees + presenters} tokens");
        var speakers = Crowd.Clients(testbed, meeting, await Crowd.Tokens(testbed.Api, meeting, attendees, presenters, "presenter", ct), attendees);
        var all = Crowd.Clients(testbed, meeting, await Crowd.Tokens(testbed.Api, meeting, 0, attendees, "attendee", ct));
        var (watchers, crowd) = (all[..Watchers], all[Watchers..]);
        await Crowd.ForEach(speakers, (c, token) => c.Join(token), ct);
        await Crowd.ForEach(watchers, (c, token) => c.Join(token), ct);
        var small = await Idle.Settled(testbed, server, ct);
        var (usage, heard) = (await testbed.Use(ct), watchers.Sum(c => c.BytesReceived));

        Progress.Say($"{crowd.Length} attendees come in at {joinsPerSecond} a second");
        var (commands, joins) = (new Latencies(), new Latencies());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var speaking = Task.WhenAll(speakers.Select(speaker => Speak(testbed, speaker, commands, stop.Token)));
        var started = Stopwatch.GetTimestamp();
        await ComeIn(testbed, crowd, joinsPerSecond, joins, ct);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var bytes = (watchers.Sum(c => c.BytesReceived) - heard) / (double)Watchers / crowd.Length;
        await stop.CancelAsync();
        var refused = (await speaking).Sum();
        usage = (await testbed.Use(ct)).Since(usage);

        var large = await Idle.Settled(testbed, server, ct);
        Crowd.RequireContinuity([.. all, .. speakers]);
        if (all.Count(c => c.IsConnected) is var connected && connected != attendees)
            throw new LoadException($"Only {connected} of {attendees} attendees are still connected.");
        await Crowd.Vanish([.. all, .. speakers]);
        return new Figures("large", testbed)
            .Add("attendees", attendees).Add("presenters", presenters)
            .Add("joins/s", crowd.Length / elapsed.TotalSeconds)
            .Add("bytes/join", bytes, 1)
            .Add("join_p99", joins.Percentile(0.99))
            .Add("commands", commands.Count).Add("refused", refused)
            .Add("command_p50", commands.Percentile(0.5))
            .Add("command_p99", commands.Percentile(0.99))
            .Add("rss", large)
            .Add("bytes/attendee", (large - small) / (double)crowd.Length)
            .AddProcessors(usage)
            .Expect(bytes <= BytesPerJoin, $"a join costs each attendee at most {BytesPerJoin} bytes")
            .Expect(commands.Percentile(0.99) <= SlowestCommand, $"99 % of the commands take at most {SlowestCommand.TotalMilliseconds:F0} ms")
            .Expect((large - small) / (double)crowd.Length <= BytesPerAttendee, $"an attendee costs at most {BytesPerAttendee} bytes");
    }

    private static async Task ComeIn(Testbed testbed, MeetingClient[] crowd, int perSecond, Latencies joins, CancellationToken ct)
    {
        using var room = new SemaphoreSlim(JoinsAtOnce);
        var started = Stopwatch.GetTimestamp();
        var coming = new List<Task>(crowd.Length);
        for (var i = 0; i < crowd.Length; i++)
        {
            var ahead = TimeSpan.FromSeconds(i / (double)perSecond) - Stopwatch.GetElapsedTime(started);
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, testbed.Time, ct);
            await room.WaitAsync(ct);
            coming.Add(Join(crowd[i]));
        }
        await Task.WhenAll(coming);

        async Task Join(MeetingClient client)
        {
            var asked = Stopwatch.GetTimestamp();
            await client.Join(ct);
            joins.Add(Stopwatch.GetElapsedTime(asked));
            room.Release();
        }
    }

    /// <summary>Hands and microphones in turn; answers with the number of refusals.</summary>
    private static async Task<int> Speak(Testbed testbed, MeetingClient speaker, Latencies latencies, CancellationToken stop)
    {
        var refused = 0;
        try
        {
            for (var sent = 0; !stop.IsCancellationRequested; sent++)
            {
                var command = (sent % 4) switch
                {
                    0 => Command.RaiseHand(),
                    1 => Command.SetMedia(microphone: true, camera: null),
                    2 => Command.LowerHand(),
                    _ => Command.SetMedia(microphone: false, camera: null),
                };
                var asked = Stopwatch.GetTimestamp();
                var answer = await speaker.Send(command, stop);
                latencies.Add(Stopwatch.GetElapsedTime(asked));
                if (!answer.Accepted) refused++;
                await Task.Delay(Pause, testbed.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop while an answer was on its way.
        }
        return refused;
    }
}
