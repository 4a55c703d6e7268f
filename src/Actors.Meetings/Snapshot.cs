using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Actors.Meetings;

/// <summary>Pieces of the canonical encoded form that several states share: sorted keys, nulls left out.</summary>
internal static class Snapshot
{
    public static byte[] Encode(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true })) write(json);
        return buffer.WrittenSpan.ToArray();
    }

    public static void WriteMap(Utf8JsonWriter json, string name, ImmutableDictionary<string, string>? map)
    {
        if (map is null) return;
        json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
    }

    public static ImmutableDictionary<string, string>? ReadMap(JsonElement json, string name) =>
        json.TryGetProperty(name, out var map)
            ? map.EnumerateObject().ToImmutableDictionary(entry => entry.Name, entry => entry.Value.GetString()!)
            : null;

    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } at) json.WriteString(name, at);
    }

    /// <summary>Left out where empty.</summary>
    public static void WriteList(Utf8JsonWriter json, string name, ImmutableArray<string> list)
    {
        if (list.IsEmpty) return;
        json.WriteStartArray(name);
        foreach (var text in list) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    public static ImmutableArray<string> ReadList(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) ? [.. list.EnumerateArray().Select(text => text.GetString()!)] : [];

    public static string? ReadText(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    public static DateTimeOffset? ReadTime(JsonElement json, string name) =>
        json.TryGetProperty(name, out var time) ? time.GetDateTimeOffset() : null;
}
