namespace Actors.Gateway;

/// <summary>
/// A socket as hubs know it. Called under a hub's lock: everything here only queues, and never calls a hub back.
/// </summary>
internal interface ISubscriber
{
    string Participant { get; }

    string Session { get; }

    string Connection { get; }

    /// <summary>Number of the event that let this connection in.</summary>
    long Epoch { get; }

    void Send(ReadOnlyMemory<byte> frame);

    /// <summary>Like <see cref="Send"/>, for what may be larger than a queue's bound: at most one per stream waits.</summary>
    void SendSnapshot(ReadOnlyMemory<byte> frame);

    /// <summary>After everything sent before.</summary>
    void Close(CloseCode code);

    /// <summary>The server's decision about role and place. The meeting's hub says it before anything of the new class.</summary>
    void Placed(Placement placement);

    /// <summary>The hub has put the socket out of its class; it has to attach again.</summary>
    void Reattach(Hub hub);

    /// <summary>The meeting has given this connection up although it is alive: join again.</summary>
    void Rejoin();
}
