using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Writes events in the stored form that <see cref="EventCodec"/> describes. One per open batch, not thread-safe.</summary>
/// <param name="at">The item's time, in whole milliseconds: that of its first event, or earlier.</param>
public sealed class BatchWriter(DateTimeOffset at)
{
    // A typical group commit; it grows with the batch.
    private const int InitialBytes = 4 * 1024;

    private readonly JsonBuffer buffer = new(InitialBytes);
    private readonly Dictionary<(string? By, string? Source), int> authors = new() { [(null, null)] = 0 };
    private Utf8JsonWriter? json;
    private (string? By, string? Source) author;
    private DateTimeOffset last = EventCodec.RequireStoredTime(at);

    public DateTimeOffset At { get; } = at;

    public int Count { get; private set; }

    /// <summary>Length of <see cref="WrittenMemory"/>.</summary>
    public int ByteCount => Count == 0 ? 2 : buffer.Length + 1;

    /// <summary>The batch so far, a JSON array. Valid until the next <see cref="Add"/>.</summary>
    public ReadOnlyMemory<byte> WrittenMemory
    {
        get
        {
            if (Count == 0) return "[]"u8.ToArray();
            var length = buffer.Length;
            buffer.Write((byte)']');
            buffer.Length = length;
            return buffer.Memory(length + 1);
        }
    }

    public byte[] ToArray() => WrittenMemory.ToArray();

    /// <summary>Appends an event. Its time is whole milliseconds and not before its predecessor's.</summary>
    public void Add(Recorded recorded)
    {
        var passed = EventCodec.RequireStoredTime(recorded.At) - last;
        if (passed < TimeSpan.Zero) throw new ArgumentException("Time runs backwards within the batch.", nameof(recorded));
        buffer.Write(Count == 0 ? (byte)'[' : (byte)',');
        WriteEvent(recorded.Event);
        WriteAuthor((recorded.By, recorded.Command?.Source));
        if (recorded.Command is { } command)
        {
            buffer.Write(",\"c\":"u8);
            buffer.Write(command.Counter);
        }
        if (passed > TimeSpan.Zero)
        {
            buffer.Write(",\"d\":"u8);
            buffer.Write(passed.Ticks / TimeSpan.TicksPerMillisecond);
        }
        buffer.Write((byte)'}');
        last = recorded.At;
        Count++;
    }

    // Everything but the closing brace. Posts written by hand measured no faster than through the serializer.
    private void WriteEvent(Event @event)
    {
        json ??= new Utf8JsonWriter(buffer, JsonBuffer.Compact);
        json.Reset(buffer);
        JsonSerializer.Serialize(json, @event, ContractsJson.Default.Event);
        json.Flush();
        buffer.Length--;
    }

    private void WriteAuthor((string? By, string? Source) of)
    {
        if (of == author) return;
        author = of;
        if (authors.TryGetValue(of, out var known))
        {
            buffer.Write(",\"w\":"u8);
            buffer.Write(known);
            return;
        }
        authors.Add(of, authors.Count);
        if (of.By is { } by)
        {
            buffer.Write(",\"by\":"u8);
            buffer.WriteText(by);
        }
        if (of.Source is { } source)
        {
            buffer.Write(",\"s\":"u8);
            buffer.WriteText(source);
        }
    }
}
