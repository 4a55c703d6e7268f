using System.Text.Json;

namespace Actors.Load.Checking;

/// <summary>An event as the log tells it over HTTP.</summary>
internal sealed record LogEvent(long Number, long At, string? By, string Type, JsonElement Fields)
{
    public static LogEvent Parse(JsonElement e) => new(
        e.GetProperty("number").GetInt64(),
        e.GetProperty("at").GetInt64(),
        e.TryGetProperty("by", out var by) ? by.GetString() : null,
        e.GetProperty("type").GetString()!,
        e);

    /// <summary>Who did it; left out by the server where it is the event's own participant.</summary>
    public string? Actor => By ?? Text("participant");

    public string? Text(string name) => Fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public long? Long(string name) => Fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    /// <summary>True, false, or null where it is not said.</summary>
    public bool? Flag(string name) => Fields.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
        : null;

    public IEnumerable<JsonElement> Items(string name) =>
        Fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    public override string ToString() => $"{Number} {Type} by {Actor ?? "nobody"}";
}
