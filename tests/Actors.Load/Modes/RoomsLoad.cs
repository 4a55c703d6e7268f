using System.Diagnostics;
using System.Globalization;
using Actors.Load.Client;
using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>Many small meetings at once, everybody in them busy: hands, microphones, cameras, chat.</summary>
internal static class RoomsLoad
{
    private const int MeetingsAtOnce = 8;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    public static async Task<Figures> Run(Testbed testbed, int meetings, int members, int window, TimeSpan duration, CancellationToken ct)
    {
        ProcessFigures.RequireFiles(meetings * members);
        Progress.Say($"{meetings} meetings of {members} gather");
        var rooms = new MeetingClient[meetings][];
        await Parallel.ForAsync(0, meetings, new ParallelOptions { MaxDegreeOfParallelism = MeetingsAtOnce, CancellationToken = ct }, async (i, token) =>
        {
            var meeting = await testbed.Api.CreateMeeting($"Room {i}", null, token);
            var tokens = await Crowd.Tokens(testbed.Api, meeting, i * members, members, "participant", token);
            rooms[i] = Crowd.Clients(testbed, meeting, tokens, i * members);
            await Crowd.ForEach(rooms[i], (c, t) => c.Join(t), token);
        });
        var clients = rooms.SelectMany(r => r).ToArray();
        Progress.Say($"{clients.Length} members, {window} commands each on their way");

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var load = new Load(clients, window, Next, stop.Token);
        await Task.Delay(WarmUp, testbed.Time, ct);
        var (before, accepted, started) = (await testbed.Use(ct), load.Accepted, Stopwatch.GetTimestamp());
        await Task.Delay(duration, testbed.Time, ct);
        var elapsed = Stopwatch.GetElapsedTime(started);
        accepted = load.Accepted - accepted;
        var usage = (await testbed.Use(ct)).Since(before);
        await stop.CancelAsync();
        await load.Finish();
        Crowd.RequireContinuity(clients);
        await Crowd.Vanish(clients);
        return new Figures("rooms", testbed)
            .Add("meetings", meetings).Add("members", members).Add("window", window)
            .Add("commands/s", accepted / elapsed.TotalSeconds)
            .Add("refused", load.Refused)
            .Add("x_puts", accepted / elapsed.TotalSeconds / testbed.PutsPerSecond, 2)
            .Add(testbed, usage, "command", accepted, elapsed);
    }

    /// <summary>Each place of the window keeps to one kind, so that every command changes something.</summary>
    private static Command Next(MeetingClient client, int slot, int sent) => slot switch
    {
        0 => sent % 2 == 0 ? Command.RaiseHand() : Command.LowerHand(),
        1 => Command.SetMedia(microphone: sent % 2 == 0, camera: null),
        2 => Command.SetMedia(microphone: null, camera: sent % 2 == 0),
        _ => Command.Post("main", string.Create(CultureInfo.InvariantCulture, $"{client.Participant} says {slot}.{sent}")),
    };
}
