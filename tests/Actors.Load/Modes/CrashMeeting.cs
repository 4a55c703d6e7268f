using System.Globalization;
using Actors.Load.Checking;
using Actors.Load.Client;

namespace Actors.Load.Modes;

/// <summary>One of the meetings of a crash run: its host leads breakout rounds while everybody acts.</summary>
internal sealed class CrashMeeting(string id, ClientSetup setup, Api api, Outages outages, MeetingStyle style, Random random)
{
    private const int LongestCountdown = 2;

    private int _rounds;

    public string Id => id;

    public ClientSetup Setup => setup;

    /// <summary>The backend's side, for reads.</summary>
    public Api Api => api;

    public Outages Outages => outages;

    public MeetingStyle Style => style;

    /// <summary>How long commands waited for their answers.</summary>
    public Waits Waits { get; } = new();

    /// <summary>The host first.</summary>
    public required IReadOnlyList<CrashActor> Actors { get; set; }

    private CrashActor Host => Actors[0];

    public async Task LeadRounds(CancellationToken stop, CancellationToken ct)
    {
        while (!stop.IsCancellationRequested)
        {
            await Pause(ct);
            var round = ++_rounds;
            var names = Enumerable.Range(1, style.Rooms).Select(i => string.Create(CultureInfo.InvariantCulture, $"{id} round {round} room {i}")).ToList();
            await Host.Send(Command.CreateRooms(names), ct);
            await Host.Send(Command.AssignEvenly(random.Next(1, 1_000)), ct);
            await Host.Send(Command.OpenRooms(), ct);
            for (var move = 0; move < style.Moves && !stop.IsCancellationRequested; move++)
            {
                await Pause(ct);
                await MoveSomebody(ct);
            }
            await Host.Send(Command.Broadcast(string.Create(CultureInfo.InvariantCulture, $"{id} broadcast {round}")), ct);
            if (stop.IsCancellationRequested) break;
            await Host.Send(Command.ChangeRole(Somebody().Participant, random.Next(2) == 0 ? "presenter" : "participant"), ct);
            await Host.Send(Command.CloseRooms(random.Next(LongestCountdown + 1)), ct);
            await Task.Delay(TimeSpan.FromSeconds(LongestCountdown), TimeProvider.System, ct);
        }
    }

    private async Task MoveSomebody(CancellationToken ct)
    {
        var places = Actors.Select(a => a.Client.Place).OfType<string>().Where(p => p != Places.Waiting).Append(Places.Main).Distinct().Order(StringComparer.Ordinal).ToList();
        await Host.Send(Command.Move(new RoomMove(Somebody().Participant, places[random.Next(places.Count)])), ct);
    }

    private CrashActor Somebody() => Actors[random.Next(1, Actors.Count)];

    private Task Pause(CancellationToken ct) =>
        Task.Delay(style.HostPause(random), TimeProvider.System, ct);
}
