using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json;

namespace Actors.Load.Client;

/// <summary>
/// Reads <c>events</c> messages. A server writes the same bytes to everybody of an audience class; clients of one meeting share this cache, so
/// identical bytes are parsed once and compared afterwards. What a client checks (does this continue my stream?) stays its own.
/// </summary>
internal sealed class FrameCache
{
    /// <summary>Audience classes × streams that one meeting sends at a time, with some to spare for slower readers.</summary>
    private const int Slots = 16;

    private static ReadOnlySpan<byte> Prefix => "{\"type\":\"events\""u8;

    private readonly Entry?[] _slots = new Entry?[Slots];
    private int _next;

    private sealed record Entry(byte[] Bytes, EventsFrame Frame);

    public static bool IsEvents(ReadOnlySpan<byte> utf8) => utf8.StartsWith(Prefix);

    public EventsFrame Read(ReadOnlySpan<byte> utf8)
    {
        foreach (var slot in _slots)
            if (slot is not null && utf8.SequenceEqual(slot.Bytes))
                return slot.Frame;
        var frame = Parse(utf8);
        // A race of two loops here costs a second parse, nothing else.
        _slots[(uint)Interlocked.Increment(ref _next) % Slots] = new Entry(utf8.ToArray(), frame);
        return frame;
    }

    public static EventsFrame Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var (stream, from, to) = ("", 0L, 0L);
        var events = ImmutableArray<DeliveredEvent>.Empty;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("stream"u8))
                stream = reader.Read() ? reader.GetString()! : "";
            else if (reader.ValueTextEquals("from"u8))
                from = reader.Read() ? reader.GetInt64() : 0;
            else if (reader.ValueTextEquals("to"u8))
                to = reader.Read() ? reader.GetInt64() : 0;
            else if (reader.ValueTextEquals("events"u8))
                events = ReadEvents(ref reader);
            else
                reader.Skip();
        }
        return new EventsFrame(stream, from, to, events);
    }

    private static ImmutableArray<DeliveredEvent> ReadEvents(ref Utf8JsonReader reader)
    {
        var events = ImmutableArray.CreateBuilder<DeliveredEvent>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            events.Add(ReadEvent(ref reader));
        return events.DrainToImmutable();
    }

    private static DeliveredEvent ReadEvent(ref Utf8JsonReader reader)
    {
        var (number, at, type, sentAt) = (0L, 0L, "", 0L);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("number"u8))
                number = reader.Read() ? reader.GetInt64() : 0;
            else if (reader.ValueTextEquals("at"u8))
                at = reader.Read() ? reader.GetInt64() : 0;
            else if (reader.ValueTextEquals("type"u8))
                type = reader.Read() ? reader.GetString()! : "";
            else if (reader.ValueTextEquals("text"u8))
                sentAt = reader.Read() && TimedText.TryRead(reader.ValueSpan, out var t) ? t : 0;
            else
                reader.Skip();
        }
        return new DeliveredEvent(number, at, type, sentAt);
    }
}

/// <summary>A chat text of fixed length that carries the time at which it was sent.</summary>
internal static class TimedText
{
    private static ReadOnlySpan<byte> Mark => "t="u8;

    public static string Write(long sentAt, int length) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"t={sentAt} ").PadRight(length, 'x');

    public static bool TryRead(ReadOnlySpan<byte> utf8, out long sentAt)
    {
        sentAt = 0;
        return utf8.StartsWith(Mark) && Utf8Parser.TryParse(utf8[Mark.Length..], out sentAt, out _);
    }
}
