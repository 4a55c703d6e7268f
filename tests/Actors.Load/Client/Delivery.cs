namespace Actors.Load.Client;

/// <summary>What one client was told that concerns its streams, in order; recorded where a run is judged afterwards.</summary>
internal abstract record Delivery
{
    public abstract void ApplyTo(Continuity continuity);
}

/// <summary>A new connection that asked to continue these streams.</summary>
internal sealed record Connected(IReadOnlyDictionary<string, long> Resumed) : Delivery
{
    public override void ApplyTo(Continuity continuity) => continuity.Connected(Resumed);
}

internal sealed record Snapshot(string Stream, long At) : Delivery
{
    public override void ApplyTo(Continuity continuity) => continuity.Snapshot(Stream, At);
}

internal sealed record Events(EventsFrame Frame) : Delivery
{
    public override void ApplyTo(Continuity continuity) => continuity.Events(Frame);
}

internal sealed record Detached(string Stream) : Delivery
{
    public override void ApplyTo(Continuity continuity) => continuity.Detached(Stream);
}

/// <summary>A command of this client was accepted: from here its stream has reached that number.</summary>
internal sealed record Acknowledged(string Stream, long To) : Delivery
{
    public override void ApplyTo(Continuity continuity)
    {
        // Says nothing about what was delivered.
    }
}

/// <summary>A client's deliveries: added by its receive loop, read by anybody.</summary>
internal sealed class Recording
{
    private readonly List<Delivery> _deliveries = [];

    public void Add(Delivery delivery)
    {
        lock (_deliveries)
            _deliveries.Add(delivery);
    }

    public Delivery[] ToArray()
    {
        lock (_deliveries)
            return [.. _deliveries];
    }
}
