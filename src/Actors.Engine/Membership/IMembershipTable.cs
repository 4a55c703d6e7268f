using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>Somebody's vote that a silo is dead.</summary>
internal sealed record Suspicion(SiloAddress By, DateTimeOffset At);

/// <summary>A silo's row.</summary>
/// <param name="Written">The table's version that this row was last written with; 0 for a row that is not there yet.</param>
internal sealed record MemberRow(ClusterMember Member, DateTimeOffset AliveAt, ImmutableArray<Suspicion> Suspicions, long Written = 0)
{
    public SiloAddress Silo => Member.Silo;

    public SiloStatus Status => Member.Status;

    public MemberRow With(SiloStatus status) => this with { Member = Member with { Status = status } };
}

/// <summary>The whole table, read at once.</summary>
internal sealed record TableReading(long Version, ImmutableArray<MemberRow> Rows)
{
    public static readonly TableReading Empty = new(0, []);

    public MemberRow? Find(SiloAddress silo) => Rows.FirstOrDefault(row => row.Silo.Equals(silo));

    public ClusterView View() => new(Version, [.. Rows.Select(row => row.Member).OrderBy(member => member.Silo)]);
}

/// <summary>
/// The rows of one cluster's silos and the version of them all. Every change of a row raises the version by one, in one transaction that is
/// conditional on both: two silos can never both change what they read. Failures of the storage throw.
/// </summary>
internal interface IMembershipTable
{
    /// <summary>Makes what is missing, where that is allowed.</summary>
    Task Start(CancellationToken cancellation);

    Task<TableReading> Read(CancellationToken cancellation);

    /// <summary>False where the row or the version is not as it was read: read again.</summary>
    Task<bool> Write(MemberRow row, long version, CancellationToken cancellation);

    /// <summary>A sign of life for operators and for probers that cannot reach each other; changes no version. False where there is no such row.</summary>
    Task<bool> Heartbeat(SiloAddress silo, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>Deletes the row if it is dead still. No version: an unknown silo is a dead one.</summary>
    Task Delete(SiloAddress silo, CancellationToken cancellation);
}
