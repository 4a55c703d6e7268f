using System.Text.Json;

namespace Actors.Gateway;

/// <summary>What was wrong with a JSON text, in the sender's terms: a path or a missing field, never a type of ours.</summary>
internal static class JsonFaults
{
    private const string MissingMarker = "missing required properties including: ";

    public static string Describe(JsonException e)
    {
        var at = e.Message.IndexOf(MissingMarker, StringComparison.Ordinal);
        if (at >= 0) return "missing: " + e.Message[(at + MissingMarker.Length)..].TrimEnd('.');
        return e.Path is { Length: > 0 } path && path != "$" ? $"{path}: malformed or of the wrong type" : "not valid JSON of the expected form";
    }
}
