namespace Orleans.Runtime;

/// <summary>A silo's own part in the membership of its cluster. Called by its host, in this order, each once.</summary>
internal interface ISiloMembership : IClusterMembership
{
    /// <summary>The silo listens and answers probes: it becomes active, in the table and in <see cref="IClusterMembership.Current"/>. Waits for a table that does not answer, until its patience ends.</summary>
    Task Join(CancellationToken cancellation);

    /// <summary>The silo takes no new activations: others become the homes of its grains. It hands over next. Never throws; bounded by the token.</summary>
    Task Leave(CancellationToken cancellation);

    /// <summary>Everything is handed over: the silo is gone for good. Never throws; bounded by the token.</summary>
    Task Left(CancellationToken cancellation);

    /// <summary>Ends at once, without a word to the table: the silo was killed.</summary>
    void Abandon();
}
