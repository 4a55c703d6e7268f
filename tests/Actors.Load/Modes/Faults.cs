using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>Brings the faults of a cluster run about, gets everything going again, and keeps what was seen of it.</summary>
internal sealed class Faults(Fleet fleet, MixedLoad load, Random random)
{
    /// <summary>Longer than the cluster's settings need to declare a silo dead, also on a busy machine: three probes of a second each, votes, tables.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(15);

    /// <summary>Nobody is declared dead for this.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan DatabasePause = TimeSpan.FromSeconds(5);

    /// <summary>Longer than a gateway's lease on its connections (20 s): its people are seen to be gone, and come back.</summary>
    private static readonly TimeSpan GatewayPause = TimeSpan.FromSeconds(22);

    /// <summary>As a restart by hand takes.</summary>
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan BetweenTwo = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan CutTime = TimeSpan.FromSeconds(8);

    /// <summary>Zombies that live on for longer are a finding; the limit on those that end is the run's.</summary>
    private static readonly TimeSpan ZombiePatience = TimeSpan.FromSeconds(10);

    /// <summary>From a fault until all meetings answer and all processes are ready.</summary>
    public static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(75);

    private static readonly TimeSpan RecoveryPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>A deployment lets a new process work for a while before it stops the next.</summary>
    private static readonly TimeSpan BetweenStops = TimeSpan.FromSeconds(5);

    /// <summary>What a process that was told to stop is given, the product's own bound included.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(35);

    private readonly TimeProvider _time = TimeProvider.System;

    public List<string> Findings { get; } = [];

    public int Zombies { get; private set; }

    public TimeSpan ZombieExitMax { get; private set; }

    /// <summary>Items that zombies put after they woke.</summary>
    public int ZombieCommits { get; private set; }

    /// <summary>Processes that ended by themselves: silos that found themselves declared dead, rightly or not.</summary>
    public int Ended { get; private set; }

    /// <summary>Until a process that was told to stop had ended.</summary>
    public TimeSpan StopMax { get; private set; }

    /// <summary>What commands waited for from the first stop to the last.</summary>
    public Waited Rolled { get; private set; }

    /// <summary>The same for as many meetings in the seconds before each stop: what this machine's answers take by themselves.</summary>
    public List<TimeSpan> BeforeStops { get; } = [];

    /// <summary>For every stop of a silo, how long the meetings did not answer that were touched by it: its share of all, those that waited longest.</summary>
    public List<TimeSpan> Stops { get; } = [];

    public async Task Strike(Fault fault, CancellationToken ct)
    {
        switch (fault)
        {
            case Fault.Silo:
                await Kill(fault, [Any(fleet.Silos)], restart: false, ct);
                break;
            case Fault.SiloRestart:
                await Kill(fault, [Any(fleet.Silos)], restart: true, ct);
                break;
            case Fault.Gateway:
                await Kill(fault, [Any(fleet.Gateways)], restart: true, ct);
                break;
            case Fault.Two:
                await Kill(fault, [Any(fleet.Silos), .. random.Next(2) == 0 && fleet.Silos.Count > 2 ? [Any(fleet.Silos)] : new[] { Any(fleet.Gateways) }], restart: false, ct);
                break;
            case Fault.Database:
                await KillDatabase(ct);
                break;
            case Fault.Zombie:
                await MakeZombie(Any(fleet.Silos), ct);
                break;
            case Fault.SiloPause:
                await Pause(fault, Any(fleet.Silos).Id, ShortPause, ct);
                break;
            case Fault.GatewayPause:
                await Pause(fault, Any(fleet.Gateways).Id, GatewayPause, ct);
                break;
            case Fault.DatabasePause:
                await Pause(fault, fleet.Database.ProcessId, DatabasePause, ct);
                break;
            case Fault.Pair:
                await Cut(fault, Pairs(Any(fleet.Silos).Name, fleet.Silos.Select(s => s.Name)).Take(1), CutTime, ct);
                break;
            case Fault.Link:
                await Cut(fault, [(Any(fleet.Silos).Name, Any(fleet.Gateways).Name)], CutTime, ct);
                break;
            case Fault.Isolation:
                await Cut(fault, Pairs(Any(fleet.Silos).Name, fleet.Servers.Select(s => s.Name)), LongPause, ct);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault), fault, "unknown fault");
        }
        await Recover(ct);
    }

    /// <summary>SIGTERM and a new start, one process after the other.</summary>
    public async Task Roll(CancellationToken ct)
    {
        foreach (var server in fleet.Servers.ToList())
        {
            TakeWaits();
            await Task.Delay(BetweenStops, _time, ct);
            BeforeStops.AddRange(Slowest(TakeWaits()));
            var started = _time.GetTimestamp();
            var isSilo = fleet.Silos.Contains(server);
            Began(isSilo ? "stop_silo" : "stop_gateway");
            await server.Signal("TERM");
            var code = await server.Ended(StopLimit, ct);
            var took = _time.GetElapsedTime(started);
            StopMax = took > StopMax ? took : StopMax;
            Progress.Say($"{server.Name} stopped with code {code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} after {took.TotalSeconds:F1} s");
            if (code is null) await server.Kill();
            if (code is not 0) Findings.Add($"{server.Name} was told to stop and ended with {code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "kill -9"}");
            server.Launch();
            await Recover(ct);
            var waited = TakeWaits();
            foreach (var one in waited) Rolled = Rolled.And(one);
            if (isSilo) Stops.AddRange(Slowest(waited));
        }
    }

    /// <summary>One silo's share.</summary>
    private IEnumerable<TimeSpan> Slowest(List<Waited> waited) => waited.Select(w => w.Meeting).OrderDescending().Take(waited.Count / fleet.Silos.Count);

    private List<Waited> TakeWaits() => load.Meetings.Select(m => m.Waits.Take()).ToList();

    private async Task Kill(Fault fault, IReadOnlyList<ServerProcess> servers, bool restart, CancellationToken ct)
    {
        foreach (var server in servers)
        {
            await server.Kill();
            Began(fault.ToString());
            if (servers.Count > 1) await Task.Delay(BetweenTwo * random.NextDouble(), _time, ct);
        }
        // The longest outage is to be seen, not cut short by a new silo at the same address that says that the old one is gone.
        if (!restart && servers.Count < fleet.Silos.Count)
            await load.Until(() => load.Outages.Open == 0, RecoveryLimit, $"{fault}: all meetings answer again", ct);
        else
            await Task.Delay(LongestAbsence * random.NextDouble(), _time, ct);
        foreach (var server in servers.Where(s => !s.IsRunning)) server.Launch();
    }

    private async Task KillDatabase(CancellationToken ct)
    {
        await fleet.KillDatabase();
        Began(nameof(Fault.Database));
        await Task.Delay(LongestAbsence * random.NextDouble(), _time, ct);
        await fleet.StartDatabase(ct);
    }

    private async Task MakeZombie(ServerProcess silo, CancellationToken ct)
    {
        await silo.Signal("STOP");
        Began(nameof(Fault.Zombie));
        await Task.Delay(LongPause, _time, ct);
        if (fleet.Commits.Since(silo.Name, 0).Count == 0) Findings.Add($"{silo.Name} was never seen to commit: nothing can be said of it as a zombie");
        var woken = _time.GetTimestamp();
        await silo.Signal("CONT");
        var code = await silo.Ended(ZombiePatience, ct);
        var lived = _time.GetElapsedTime(woken);
        if (code is null)
        {
            Findings.Add($"{silo.Name} stood still for {LongPause.TotalSeconds:F0} s and lived on: it was not declared dead, or did not notice");
            return;
        }
        var late = fleet.Commits.Since(silo.Name, woken);
        Zombies++;
        ZombieCommits += late.Count;
        ZombieExitMax = lived > ZombieExitMax ? lived : ZombieExitMax;
        Progress.Say($"zombie {silo.Name} ended with code {code} {lived.TotalSeconds:F2} s after it woke; commits after eviction: {late.Count}");
        foreach (var commit in late.Take(5)) Findings.Add($"{silo.Name} committed after it was evicted: {commit.Stream}");
        if (code == 0) Findings.Add($"{silo.Name} was evicted and ended with code 0");
        silo.Launch();
    }

    private async Task Pause(Fault fault, int process, TimeSpan time, CancellationToken ct)
    {
        await Signal("STOP");
        Began(fault.ToString());
        await Task.Delay(time, _time, ct);
        await Signal("CONT");

        async Task Signal(string signal)
        {
            using var kill = System.Diagnostics.Process.Start("kill", ["-" + signal, process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(CancellationToken.None);
        }
    }

    private async Task Cut(Fault fault, IEnumerable<(string, string)> pairs, TimeSpan time, CancellationToken ct)
    {
        var all = pairs.ToList();
        Progress.Say("parted: " + string.Join(", ", all.Select(p => $"{p.Item1} and {p.Item2}")));
        fleet.Network.Cut(all);
        Began(fault.ToString());
        await Task.Delay(time, _time, ct);
        fleet.Network.Heal();
    }

    private static IEnumerable<(string, string)> Pairs(string one, IEnumerable<string> others) => others.Where(o => o != one).Select(o => (one, o));

    private void Began(string kind) => load.Outages.Began(kind, load.Meetings.Select(m => m.Id));

    private ServerProcess Any(IReadOnlyList<ServerProcess> servers)
    {
        var running = servers.Where(s => s.IsRunning).ToList();
        return running[random.Next(running.Count)];
    }

    /// <summary>Until every process is ready and every meeting answers. What ended by itself is started again, as an orchestrator does.</summary>
    private async Task Recover(CancellationToken ct)
    {
        for (var started = _time.GetTimestamp(); ;)
        {
            await Mend(ct);
            var ready = await Task.WhenAll(fleet.Servers.Select(s => s.IsReady(ct)));
            if (ready.All(r => r) && load.Outages.Open == 0) return;
            if (_time.GetElapsedTime(started) > RecoveryLimit)
            {
                var unready = fleet.Servers.Where((_, i) => !ready[i]).Select(s => s.Name);
                throw new LoadException($"{RecoveryLimit.TotalSeconds:F0} s after a fault {load.Outages.Open} meetings do not answer; not ready: {string.Join(", ", unready)}.");
            }
            await Task.Delay(RecoveryPoll, _time, ct);
        }
    }

    private async Task Mend(CancellationToken ct)
    {
        foreach (var server in fleet.Servers.Where(s => !s.IsRunning))
        {
            if (await server.Ended(TimeSpan.Zero, ct) is { } code)
            {
                Ended++;
                Progress.Say($"{server.Name} had ended by itself with code {code}");
                if (code is 0 or 1 || fleet.Gateways.Contains(server)) Findings.Add($"{server.Name} ended by itself with code {code}:{Environment.NewLine}{server.Tail()}");
            }
            server.Launch();
        }
    }
}
