using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The state of one stream: immutable, a pure fold of its events. Replaying the log on any machine at any time gives an equal state,
/// and equal states encode to equal bytes.
/// </summary>
public interface IStreamState<TSelf> where TSelf : class, IStreamState<TSelf>
{
    /// <summary>Of a stream without events.</summary>
    static abstract TSelf Empty { get; }

    /// <summary>Version of the encoded form; a snapshot of another version is not read, its stream is replayed.</summary>
    static abstract int Schema { get; }

    /// <summary>Number of the last event, 0 without events.</summary>
    long Version { get; }

    /// <summary>Time of the last event: no later one is earlier.</summary>
    DateTimeOffset LastTime { get; }

    /// <summary>Which commands were executed.</summary>
    CommandMemory Memory { get; }

    /// <summary>When the next <see cref="Tick"/> is due; null where nothing is.</summary>
    DateTimeOffset? Due { get; }

    /// <summary>The state after one more event. Throws on an event that this stream cannot have: its log is broken.</summary>
    TSelf Evolve(Recorded recorded);

    /// <summary>Canonical UTF-8 JSON.</summary>
    byte[] Encode();

    static abstract TSelf Decode(ReadOnlySpan<byte> snapshot);
}
