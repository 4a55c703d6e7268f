using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>An event as the hub keeps it: who sees it, and its bytes in a frame.</summary>
/// <param name="Json">Empty where nobody sees it.</param>
/// <param name="Message">The earlier message of a thread that it is about; 0 where there is none.</param>
internal sealed record RingEntry(Recorded Recorded, Audiences Shown, ImmutableArray<string> About, ReadOnlyMemory<byte> Json, long Message = 0)
{
    /// <summary>What view-only attendees get instead, where the event says more than they are told.</summary>
    public ReadOnlyMemory<byte>? Brief { get; init; }

    /// <summary>What somebody gets whom it is about, and whose class does not see it; null: the same.</summary>
    public Func<string, Event>? Alone { get; init; }

    public int Bytes => Json.Length + (Brief?.Length ?? 0);

    /// <param name="readsAfter">What becomes of messages up to this one is hidden from them, as the messages are.</param>
    public bool IsShownTo(Audience audience, string? participant, long readsAfter) =>
        (Shown.Includes(audience) || (participant is not null && About.Contains(participant))) && !IsBefore(readsAfter);

    public bool IsBefore(long readsAfter) => Message > 0 && Message <= readsAfter;

    /// <summary>As somebody gets it to whom it is shown; without a participant, as all of the class do.</summary>
    public RingEntry For(Audience audience, string? participant = null) =>
        Shown.Includes(audience) ? (audience == Audience.Attendees && Brief is { } brief ? this with { Json = brief } : this)
        : Alone is { } alone && participant is not null ? this with { Json = Frames.Event(Recorded with { Event = alone(participant) }, []) }
        : this;

    /// <param name="roster">Of a meeting's stream, as it was before the event.</param>
    public static RingEntry Of(StreamId stream, MeetingRoster? roster, Recorded recorded)
    {
        var effect = stream.Kind switch
        {
            StreamKind.Meeting => roster!.Classify(recorded.Event),
            StreamKind.Room => Visibility.InRoom(recorded.Event),
            _ when stream.IsWaitingRoom => Visibility.InWaitingRoom(recorded.Event),
            _ => Visibility.InThread(recorded.Event),
        };
        if (effect.Shown == Audiences.None && effect.About.IsEmpty) return new RingEntry(recorded, Audiences.None, [], default);
        var published = recorded with { Event = Visibility.Published(stream.Kind, recorded.Event) };
        ImmutableArray<ParticipantView> people = [];
        if (!effect.Newcomers.IsEmpty)
            people = [.. effect.Newcomers.Select(id => roster!.Describe(id)).OfType<ParticipantView>().Select(person => Introduced(person, recorded.Event))];
        return new RingEntry(recorded, effect.Shown, effect.About, Frames.Event(published, people), Visibility.MessageOf(recorded.Event))
        {
            Brief = effect.Brief is { } brief ? Frames.Event(recorded with { Event = brief }, []) : default(ReadOnlyMemory<byte>?),
            Alone = effect.Alone,
        };
    }

    // The roster still says what was before the event; a newcomer is introduced as what the event makes of them.
    private static ParticipantView Introduced(ParticipantView person, Event @event) => @event switch
    {
        RoleChanged changed => person with { Role = changed.Role == Role.Participant ? null : changed.Role },
        ParticipantPutBack => person with { Place = Ids.Waiting },
        _ => person with { Place = null },
    };
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
        _bytes += entry.Bytes;
        while (_entries.Count > capacity || _bytes > maxBytes) _bytes -= _entries.Dequeue().Bytes;
    }

    /// <summary>Puts older events before those here. False where they do not end at the floor, or do not fit.</summary>
    public bool TryPrepend(IReadOnlyList<RingEntry> older)
    {
        if (older.Count == 0 || older[^1].Recorded.Number != Floor) return false;
        var bytes = older.Sum(entry => entry.Bytes);
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
