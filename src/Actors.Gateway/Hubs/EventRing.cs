using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>An event as the hub keeps it: who sees it, and its bytes in a frame.</summary>
/// <param name="Json">Empty where nobody sees it.</param>
/// <param name="Message">The earlier message of a thread that it is about; 0 where there is none.</param>
internal sealed record RingEntry(Recorded Recorded, Audiences Shown, string? Personal, ReadOnlyMemory<byte> Json, long Message = 0)
{
    /// <param name="readsAfter">What becomes of messages up to this one is hidden from them, as the messages are.</param>
    public bool IsShownTo(Audience audience, string? participant, long readsAfter) =>
        (Shown.Includes(audience) || (Personal is not null && Personal == participant)) && !IsBefore(readsAfter);

    public bool IsBefore(long readsAfter) => Message > 0 && Message <= readsAfter;
}

/// <summary>The recent events of a stream without a gap, for readers who join or resume. Bounded by count and bytes; the oldest go first.</summary>
internal sealed class EventRing(int capacity, int maxBytes)
{
    private readonly Queue<RingEntry> _entries = new();
    private int _bytes;

    /// <summary>Number of the last event; a reader with it is up to date.</summary>
    public long Head { get; private set; }

    /// <summary>A reader with this number or a higher one can be continued from here.</summary>
    public long Floor => Head - _entries.Count;

    public bool Covers(long number) => number >= Floor && number <= Head;

    /// <summary>Empty at <paramref name="head"/>.</summary>
    public void Reset(long head)
    {
        _entries.Clear();
        _bytes = 0;
        Head = head;
    }

    public void Add(RingEntry entry)
    {
        if (entry.Recorded.Number != Head + 1) throw new InvalidOperationException($"Event {entry.Recorded.Number} follows {Head}.");
        Head++;
        _entries.Enqueue(entry);
        _bytes += entry.Json.Length;
        while (_entries.Count > capacity || _bytes > maxBytes) _bytes -= _entries.Dequeue().Json.Length;
    }

    /// <summary>Puts older events before those here. False where they do not end at the floor, or do not fit.</summary>
    public bool TryPrepend(IReadOnlyList<RingEntry> older)
    {
        if (older.Count == 0 || older[^1].Recorded.Number != Floor) return false;
        var bytes = older.Sum(entry => entry.Json.Length);
        if (_entries.Count + older.Count > capacity || _bytes + bytes > maxBytes) return false;
        var newer = _entries.ToArray();
        _entries.Clear();
        foreach (var entry in older) _entries.Enqueue(entry);
        foreach (var entry in newer) _entries.Enqueue(entry);
        _bytes += bytes;
        return true;
    }

    /// <summary>The events after <paramref name="number"/>, which must be covered.</summary>
    public IEnumerable<RingEntry> After(long number) => _entries.Skip((int)(number - Floor));
}
