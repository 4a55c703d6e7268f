using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>The messages that a hub sends, as bytes. Each is encoded once and shared by all its receivers.</summary>
internal sealed class Frames(StreamId stream)
{
    private readonly string _name = stream.Name;

    /// <summary>An event as it stands in a frame; <paramref name="newcomers"/> become its <c>people</c>.</summary>
    public static ReadOnlyMemory<byte> Event(Recorded recorded, ImmutableArray<ParticipantView> newcomers)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer)) PublishedJson.Write(json, recorded);
        if (newcomers.Length == 0) return buffer.WrittenSpan.ToArray();
        var people = new ArrayBufferWriter<byte>();
        // The event's object goes on in place of its closing brace.
        people.Write(buffer.WrittenSpan[..^1]);
        people.Write(",\"people\":"u8);
        using (var json = new Utf8JsonWriter(people))
        {
            json.WriteStartArray();
            foreach (var person in newcomers) JsonSerializer.Serialize(json, person, ContractsJson.Default.ParticipantView);
            json.WriteEndArray();
        }
        people.Write("}"u8);
        return people.WrittenSpan.ToArray();
    }

    /// <summary><c>{"type":"events","stream":…,"from":…,"to":…,"events":[…]}</c></summary>
    public ReadOnlyMemory<byte> Events(long from, long to, IReadOnlyList<RingEntry> shown)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{{\"type\":\"events\",\"stream\":\"{_name}\",\"from\":{from},\"to\":{to},\"events\":["));
        var length = head.Length + 2 + Math.Max(0, shown.Count - 1);
        for (var i = 0; i < shown.Count; i++) length += shown[i].Json.Length;
        var frame = new byte[length];
        head.CopyTo(frame, 0);
        var at = head.Length;
        for (var i = 0; i < shown.Count; i++)
        {
            if (i > 0) frame[at++] = (byte)',';
            shown[i].Json.Span.CopyTo(frame.AsSpan(at));
            at += shown[i].Json.Length;
        }
        frame[at++] = (byte)']';
        frame[at] = (byte)'}';
        return frame;
    }

    /// <summary><c>{"type":"snapshot","stream":…,"at":…,"view":{…}}</c></summary>
    public ReadOnlyMemory<byte> Snapshot(View view) => Write(json =>
    {
        json.WriteString("type", "snapshot");
        json.WriteString("stream", _name);
        json.WriteNumber("at", view.Number);
        json.WritePropertyName("view");
        JsonSerializer.Serialize(json, view, ContractsJson.Default.View);
    });

    /// <summary><c>{"type":"own","stream":…,"at":…,"participant":{…},"hand":true}</c></summary>
    public ReadOnlyMemory<byte> Own(long at, ParticipantView participant, bool hand) => Write(json =>
    {
        json.WriteString("type", "own");
        json.WriteString("stream", _name);
        json.WriteNumber("at", at);
        json.WritePropertyName("participant");
        JsonSerializer.Serialize(json, participant, ContractsJson.Default.ParticipantView);
        if (hand) json.WriteBoolean("hand", true);
    });

    /// <summary><c>{"type":"signals","stream":…,"signals":[…]}</c></summary>
    public ReadOnlyMemory<byte> Signals(ImmutableArray<Signal> signals) => Write(json =>
    {
        json.WriteString("type", "signals");
        json.WriteString("stream", _name);
        json.WriteStartArray("signals");
        foreach (var signal in signals) JsonSerializer.Serialize(json, signal, ContractsJson.Default.Signal);
        json.WriteEndArray();
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
