using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Blanks texts and takes out attachments in a stored batch without reading what it does not touch.</summary>
internal static class Redaction
{
    public static ReadOnlyMemory<byte> Rewrite(ReadOnlyMemory<byte> batch, long version, IReadOnlyCollection<long> numbers)
    {
        try
        {
            using var stored = JsonDocument.Parse(batch);
            var buffer = new JsonBuffer(batch.Length);
            using var json = new Utf8JsonWriter(buffer, JsonBuffer.Compact);
            json.WriteStartArray();
            var number = version;
            foreach (var @event in stored.RootElement.EnumerateArray())
            {
                if (numbers.Contains(number++) && HasText(@event)) WriteBlanked(json, @event);
                else json.WriteRawValue(JsonElementBytes(@event), skipInputValidation: true);
            }
            json.WriteEndArray();
            json.Flush();
            return buffer.Memory(buffer.Length);
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new UnknownEventException($"The batch at {version} is not in a form this version reads.", broken);
        }
    }

    private static bool HasText(JsonElement @event) =>
        @event.TryGetProperty("type"u8, out var type)
            && (type.ValueEquals("message_posted"u8) || type.ValueEquals("message_edited"u8));

    private static void WriteBlanked(Utf8JsonWriter json, JsonElement @event)
    {
        json.WriteStartObject();
        foreach (var property in @event.EnumerateObject())
        {
            if (property.NameEquals("attachments"u8)) continue;
            if (property.NameEquals("text"u8)) json.WriteString("text"u8, EventCodec.Redacted);
            else
            {
                json.WritePropertyName(property.Name);
                json.WriteRawValue(JsonElementBytes(property.Value), skipInputValidation: true);
            }
        }
        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> JsonElementBytes(JsonElement element) => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element);
}
