using System.Text.Json;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>The fields of a client's message that the gateway itself reads, found in one pass that also checks the JSON as a whole.</summary>
/// <param name="Id">0 where the message has none.</param>
/// <param name="Place">On commands to a space: the place they are meant for; null is where the sender is.</param>
/// <param name="Channel">Outside meetings: the channel that it is about.</param>
internal readonly record struct Envelope(string? Type, long Id, string? Thread, string? Place, string? Channel)
{
    /// <summary>The deepest message known has four levels.</summary>
    public const int MaxDepth = 16;

    // Longer names belong to no field or type; they are not turned into strings.
    private const int LongestValue = 4 * Limits.IdLength;

    /// <summary>Null where the message is as it should be so far; else why not.</summary>
    public static Refused? Read(ReadOnlySpan<byte> utf8, out Envelope envelope)
    {
        envelope = default;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Bad("not a JSON object");
            string? type = null, thread = null, place = null, channel = null;
            long id = 0;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("type"u8)) type = Text(ref reader);
                else if (reader.ValueTextEquals("thread"u8)) thread = Text(ref reader);
                else if (reader.ValueTextEquals("place"u8)) place = Text(ref reader);
                else if (reader.ValueTextEquals("channel"u8)) channel = Text(ref reader);
                else if (!reader.ValueTextEquals("id"u8)) SkipValue(ref reader);
                else if (!reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out id) || id < 1)
                    return Bad("id: not a positive whole number");
            }
            // Reads to the end of the text: anything after the object is a fault.
            reader.Read();
            envelope = new Envelope(type, id, thread, place, channel);
            return type is null ? Bad("missing: 'type'") : null;
        }
        catch (JsonException e)
        {
            return Bad(e.Message.StartsWith("The maximum", StringComparison.Ordinal) ? $"nested deeper than {MaxDepth}" : e.Path ?? "not valid JSON");
        }
        catch (InvalidOperationException)
        {
            return Bad("text that is not valid Unicode, or a field of the wrong type");
        }
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > LongestValue) throw new JsonException("type, thread, place or channel", "type, thread, place or channel: not a short text", null, null);
        return reader.GetString();
    }

    // A null within a list has no meaning anywhere in the protocol, and no contract type has room for it.
    private static void SkipValue(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        var depth = reader.CurrentDepth;
        Span<bool> inArray = stackalloc bool[MaxDepth + 1];
        inArray[reader.CurrentDepth] = reader.TokenType == JsonTokenType.StartArray;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                inArray[reader.CurrentDepth] = reader.TokenType == JsonTokenType.StartArray;
            else if (reader.TokenType == JsonTokenType.Null && inArray[reader.CurrentDepth - 1])
                throw new JsonException("a null in a list", "a null in a list", null, null);
        }
    }

    private static Refused Bad(string detail) => new(Refusal.InvalidArgument, detail);
}
