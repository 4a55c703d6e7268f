namespace Actors.Gateway;

/// <summary>
/// A socket as hubs know it. Called under a hub's lock: everything here only queues, and never calls a hub back.
/// </summary>
internal interface ISubscriber
{
    string Participant { get; }

    string Session { get; }

    string Connection { get; }

    /// <summary>Number of the event that let this connection in; of a channel the number as of which its reader was a member.</summary>
    long Epoch { get; }

    /// <summary>Number of the last event of the meeting that concerned this participant: what rooms and threads must have heard of.</summary>
    long MeetingSeen { get; }

    void Send(ReadOnlyMemory<byte> frame);

    /// <summary>
    /// Like <see cref="Send"/>, for what may be larger than a queue's bound: at most one per stream waits. False, and nothing is sent, where the
    /// snapshot's number is below <see cref="Acknowledged"/> by now.
    /// </summary>
    bool SendSnapshot(StreamId stream, long number, ReadOnlyMemory<byte> frame);

    /// <summary>The highest number of the stream that this socket was told is durable: whatever it is shown contains it (P9).</summary>
    long Acknowledged(StreamId stream);

    /// <summary>The same by the client's own word, of sockets before this one. It may name a number that never was: storage is asked, and decides.</summary>
    long Claimed(StreamId stream);

    /// <summary>After everything sent before. In a channel <see cref="CloseCode.Removed"/> is the end of this stream alone, and its hub has let the reader go.</summary>
    void Close(CloseCode code);

    /// <summary>The server's decision about role and place. The meeting's hub says it before anything of the new class.</summary>
    /// <param name="sameClass">It is what it was at the number from which the client resumes the meeting.</param>
    void Placed(Placement placement, bool sameClass = false);

    /// <summary>The hub has put the socket out of its class; it has to attach again.</summary>
    void Reattach(Hub hub);

    /// <summary>The meeting has given this connection up although it is alive: join again.</summary>
    void Rejoin();
}
