using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Actors.Engine.Tests;

/// <summary>
/// Silos over one table and a network that the test scripts, in rounds of one probe period each. One thread, one clock, everything random from
/// one seed: the same seed is the same run.
/// </summary>
internal sealed class MembershipSimulation(int seed)
{
    private readonly ManualTime _time = new();
    private readonly Random _random = new(seed);
    private readonly OutageTable _table = new();

    /// <summary>How often each silo was declared dead.</summary>
    public IReadOnlyDictionary<SiloAddress, int> Deaths => _table.Deaths;

    public List<SimulatedSilo> Silos { get; } = [];

    public static ClusterMembershipOptions Options => new() { ProbeTimeout = TimeSpan.FromSeconds(1), NumMissedProbesLimit = 3, NumVotesForDeathDeclaration = 2 };

    public bool TableIsDown { set => _table.IsDown = value; }

    public Random Random => _random;

    public async Task Start(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Add();
        }

        await Everyone(s => s.Agent.Look(default));
    }

    public async Task<SimulatedSilo> Add()
    {
        var address = SiloAddress.New(IPAddress.Loopback, 100 + Silos.Count, 1);
        var silo = new SimulatedSilo(address);
        silo.Agent = new MembershipAgent(
            () => new ClusterMember(address, SiloStatus.Joining, address.ToString(), 0, _time.GetUtcNow()), _table, new ScriptedProbe(this, silo), Options, _time, new Random(seed), NullLogger.Instance);
        silo.Agent.Changed += silo.Saw;
        silo.Agent.Evicted += _ => silo.Evictions++;
        Silos.Add(silo);
        await silo.Agent.Enter(default);
        return silo;
    }

    /// <summary>One probe period: the living do their rounds in random order, and all read the table now and then.</summary>
    public async Task Round()
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        var order = Silos.Where(s => s.Runs).ToArray();
        _random.Shuffle(order);
        foreach (var silo in order)
        {
            await Quietly(silo.Agent.ProbeRound(default));
            if (_random.Next(3) == 0)
            {
                await Quietly(silo.Agent.Look(default));
            }
        }
    }

    public async Task Everyone(Func<SimulatedSilo, Task> step)
    {
        foreach (var silo in Silos.Where(s => s.Runs))
        {
            await Quietly(step(silo));
        }
    }

    // As the loops do: a step that fails comes again.
    private static async Task Quietly(Task step)
    {
        try
        {
            await step;
        }
        catch (TableDownException)
        {
        }
    }

    private sealed class ScriptedProbe(MembershipSimulation net, SimulatedSilo from) : IProbe
    {
        public Task<bool> Probe(SiloAddress silo, TimeSpan timeout, CancellationToken cancellation)
        {
            var to = net.Silos.Find(s => s.Address.Equals(silo))!;
            var arrives = to.Runs && !from.IsMute && !from.CutOffFrom.Contains(silo) && !to.CutOffFrom.Contains(from.Address) && net._random.NextDouble() >= from.Loss;
            if (arrives)
            {
                to.Heard[from.Address] = net._time.GetUtcNow();
            }

            return Task.FromResult(arrives);
        }

        public bool HasHeard(SiloAddress silo, TimeSpan within) =>
            from.Heard.TryGetValue(silo, out var at) && net._time.GetUtcNow() - at <= within;
    }

    private sealed class TableDownException : Exception;

    private sealed class OutageTable : IMembershipTable
    {
        private readonly InMemoryMembershipTable _rows = new();

        public bool IsDown { get; set; }

        public Task Start(CancellationToken cancellation) => Up(() => _rows.Start(cancellation));

        public Task<TableReading> Read(CancellationToken cancellation) => Up(() => _rows.Read(cancellation));

        public Dictionary<SiloAddress, int> Deaths { get; } = [];

        public async Task<bool> Write(MemberRow row, long version, CancellationToken cancellation)
        {
            var written = await Up(() => _rows.Write(row, version, cancellation));
            if (written && row.Status == SiloStatus.Dead)
            {
                Deaths[row.Silo] = Deaths.GetValueOrDefault(row.Silo) + 1;
            }

            return written;
        }

        public Task<bool> Heartbeat(SiloAddress silo, DateTimeOffset at, CancellationToken cancellation) => Up(() => _rows.Heartbeat(silo, at, cancellation));

        public Task Delete(SiloAddress silo, CancellationToken cancellation) => Up(() => _rows.Delete(silo, cancellation));

        private T Up<T>(Func<T> access) => IsDown ? throw new TableDownException() : access();
    }
}

internal sealed class SimulatedSilo(SiloAddress address)
{
    public SiloAddress Address { get; } = address;

    public MembershipAgent Agent { get; set; } = null!;

    public bool IsKilled { get; set; }

    public bool IsPaused { get; set; }

    public int Evictions { get; set; }

    public bool Runs => !IsKilled && !IsPaused && Evictions == 0;

    public HashSet<SiloAddress> CutOffFrom { get; } = [];

    /// <summary>Its own probes reach nobody; those of others reach it and are answered.</summary>
    public bool IsMute { get; set; }

    public Dictionary<SiloAddress, DateTimeOffset> Heard { get; } = [];

    /// <summary>Share of this silo's probes that are lost.</summary>
    public double Loss { get; set; }

    public List<long> Versions { get; } = [];

    public void Saw(ClusterView view) => Versions.Add(view.Version);
}
