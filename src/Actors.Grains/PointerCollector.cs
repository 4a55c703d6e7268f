using Actors.Contracts;

namespace Actors.Grains;

/// <summary>Receipt pointers between two flushes: the furthest of each member. Bounded by the members there are.</summary>
internal sealed class PointerCollector(MeetingClock clock)
{
    private readonly Dictionary<string, Pointer> _pointers = new(StringComparer.Ordinal);

    /// <summary>When the oldest has waited long enough; null where there is none.</summary>
    public DateTimeOffset? Due { get; private set; }

    public void Collect(Pointer pointer)
    {
        if (_pointers.TryGetValue(pointer.Participant, out var known))
            pointer = new Pointer(pointer.Participant, Math.Max(pointer.Delivered, known.Delivered), Math.Max(pointer.Read, known.Read));
        _pointers[pointer.Participant] = pointer;
        Due ??= clock.Now + Limits.PointerFlush;
    }

    /// <summary>Everything collected, in commands of bounded size.</summary>
    public List<RecordPointers> Drain()
    {
        var commands = _pointers.Values.Chunk(Limits.PointersPerCommand).Select(chunk => new RecordPointers([.. chunk])).ToList();
        _pointers.Clear();
        Due = null;
        return commands;
    }
}
