using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

// What the client knows to be durable: nothing it is shown may be older (P9).
internal sealed partial class Participation
{
    /// <summary>A socket is in three streams at once, and in its other threads; of those it left before, the views are newer than what it did there by the time that it returns.</summary>
    private const int AcknowledgedStreams = 8;

    private ImmutableDictionary<string, long>? _claimed;
    private Dictionary<string, long>? _acknowledged;

    long ISubscriber.Claimed(StreamId stream) => _claimed?.GetValueOrDefault(stream.Name) ?? 0;

    long ISubscriber.Acknowledged(StreamId stream)
    {
        lock (_gate) return AcknowledgedOf(stream);
    }

    /// <summary>The highest number of a stream that this client was told is durable, here or, by its own word, on an earlier socket.</summary>
    private long Known(StreamId stream)
    {
        lock (_gate) return Math.Max(AcknowledgedOf(stream), _claimed?.GetValueOrDefault(stream.Name) ?? 0);
    }

    bool ISubscriber.SendSnapshot(StreamId stream, long number, ReadOnlyMemory<byte> frame)
    {
        // In the same lock as answers: the client sees them in the order in which they were weighed.
        lock (_gate)
        {
            if (number < AcknowledgedOf(stream)) return false;
            if (_closing == 0) socket.Send(frame, exempt: true);
            return true;
        }
    }

    private void SendAnswer(StreamId stream, long id, Answer answer)
    {
        var message = ServerMessages.Answer(id, stream.Name, answer);
        lock (_gate)
        {
            if (answer is Accepted accepted) Acknowledge(stream.Name, accepted.Last);
            socket.Send(message);
        }
    }

    // Callers hold the lock.

    private long AcknowledgedOf(StreamId stream) => _acknowledged?.GetValueOrDefault(stream.Name) ?? 0;

    private bool IsOpen(string name) => name == _meeting?.Hub.Stream.Name || name == _room?.Hub.Stream.Name || name == _thread?.Hub.Stream.Name
        || _others.Keys.Any(other => other.Name == name);

    private void Acknowledge(string stream, long number)
    {
        _acknowledged ??= new Dictionary<string, long>(capacity: 1);
        if (!_acknowledged.TryGetValue(stream, out var known) && _acknowledged.Count >= AcknowledgedStreams + _others.Count)
            _acknowledged.Remove(_acknowledged.Keys.First(name => !IsOpen(name)));
        _acknowledged[stream] = Math.Max(known, number);
    }
}
