using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>The last answers of one session, in the order they were given, and the highest counter that was dropped.</summary>
internal sealed record SessionAnswers
{
    public static readonly SessionAnswers Empty = new();

    private readonly record struct Entry(long Counter, long First, long Last);

    private ImmutableArray<Entry> Entries { get; init; } = [];

    // Every counter up to here that is not in Entries may have been executed and forgotten.
    private long Floor { get; init; } = -1;

    public Remembered Find(long counter, out long first, out long last)
    {
        for (var i = Entries.Length - 1; i >= 0; i--)
        {
            if (Entries[i].Counter != counter) continue;
            (first, last) = (Entries[i].First, Entries[i].Last);
            return Remembered.Yes;
        }
        (first, last) = (0, 0);
        return counter <= Floor ? Remembered.Stale : Remembered.No;
    }

    public SessionAnswers Add(long counter, long number)
    {
        if (Entries.Length > 0 && Entries[^1].Counter == counter)
            return this with { Entries = Entries.SetItem(Entries.Length - 1, Entries[^1] with { Last = number }) };
        var entry = new Entry(counter, number, number);
        if (Entries.Length < Limits.RememberedAnswers) return this with { Entries = Entries.Add(entry) };
        var dropped = Entries[0].Counter;
        return new SessionAnswers { Entries = [.. Entries.AsSpan()[1..], entry], Floor = Math.Max(Floor, dropped) };
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteNumberValue(Floor);
        foreach (var entry in Entries)
        {
            json.WriteNumberValue(entry.Counter);
            json.WriteNumberValue(entry.First);
            json.WriteNumberValue(entry.Last);
        }
    }

    public static SessionAnswers Read(JsonElement json)
    {
        var numbers = json.EnumerateArray().Select(number => number.GetInt64()).ToArray();
        var entries = ImmutableArray.CreateBuilder<Entry>((numbers.Length - 1) / 3);
        for (var i = 1; i < numbers.Length; i += 3) entries.Add(new Entry(numbers[i], numbers[i + 1], numbers[i + 2]));
        return new SessionAnswers { Floor = numbers[0], Entries = entries.DrainToImmutable() };
    }
}
