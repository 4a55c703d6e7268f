namespace Actors.Load.Modes;

/// <summary>What a cluster run does to its processes.</summary>
internal enum Fault
{
    /// <summary><c>kill -9</c> of one silo, which comes back once everybody has got over it.</summary>
    Silo,

    /// <summary>The same, and it comes back at once.</summary>
    SiloRestart,

    /// <summary>A silo stands still until it has been declared dead, and wakes.</summary>
    Zombie,

    Gateway,

    Database,

    /// <summary>Shorter than it takes to be declared dead.</summary>
    SiloPause,

    GatewayPause,

    DatabasePause,

    /// <summary>Two silos, or one and a gateway, within a moment.</summary>
    Two,

    /// <summary>Two silos do not reach one another; the others reach both.</summary>
    Pair,

    /// <summary>A silo reaches nobody but the database.</summary>
    Isolation,

    /// <summary>A gateway does not reach one of the silos.</summary>
    Link,
}

/// <summary>Which faults come, in which order: short runs see the important ones, long runs all of them, shuffled anew each time round.</summary>
internal static class FaultOrder
{
    private static readonly Fault[] Kills =
    [
        Fault.Silo, Fault.Zombie, Fault.Gateway, Fault.Silo, Fault.Database, Fault.Two, Fault.SiloPause, Fault.SiloRestart, Fault.GatewayPause,
        Fault.Zombie, Fault.DatabasePause, Fault.Silo,
    ];

    private static readonly Fault[] Partitions = [Fault.Pair, Fault.Isolation, Fault.Link];

    /// <summary>Partitions of a run: one for so many kills, and each kind once.</summary>
    private const int KillsPerPartition = 2;

    public static IEnumerable<Fault> Of(int kills, bool partition, Random random)
    {
        var cuts = partition ? Math.Max(Partitions.Length, kills / KillsPerPartition) : 0;
        var order = Rounds(Kills, kills, random).ToList();
        var cut = Rounds(Partitions, cuts, random).ToList();
        // Spread evenly; what is left over comes at the end.
        for (var i = cut.Count; i > 0; i--)
            order.Insert(Math.Min(order.Count, i * KillsPerPartition), cut[i - 1]);
        return order;
    }

    private static IEnumerable<Fault> Rounds(Fault[] faults, int count, Random random)
    {
        for (var i = 0; i < count;)
        {
            var round = faults.ToArray();
            if (i > 0) random.Shuffle(round);
            foreach (var fault in round.Take(count - i)) yield return fault;
            i += round.Length;
        }
    }
}
