using System.Globalization;

namespace Orleans.Runtime;

/// <summary>Integer and Guid keys as key text: hexadecimal digits, a compound key's extension after <c>+</c>.</summary>
public static class GrainIdKeyExtensions
{
    private const char Extension = '+';

    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    public static IdSpan CreateIntegerKey(long key, string keyExtension) =>
        IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture) + Extension + keyExtension);

    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N"));

    public static IdSpan CreateGuidKey(Guid key, string keyExtension) => IdSpan.Create(key.ToString("N") + Extension + keyExtension);

    public static bool TryGetIntegerKey(this GrainId grainId, out long key, out string? keyExt)
    {
        var text = Split(grainId, out keyExt);
        return long.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out key);
    }

    public static long GetIntegerKey(this GrainId grainId, out string? keyExt) =>
        grainId.TryGetIntegerKey(out var key, out keyExt) ? key : throw new InvalidOperationException($"{grainId} has no integer key.");

    public static long GetIntegerKey(this GrainId grainId) => grainId.GetIntegerKey(out _);

    public static bool TryGetGuidKey(this GrainId grainId, out Guid key, out string? keyExt)
    {
        var text = Split(grainId, out keyExt);
        return Guid.TryParseExact(text, "N", out key);
    }

    public static Guid GetGuidKey(this GrainId grainId, out string? keyExt) =>
        grainId.TryGetGuidKey(out var key, out keyExt) ? key : throw new InvalidOperationException($"{grainId} has no Guid key.");

    public static Guid GetGuidKey(this GrainId grainId) => grainId.GetGuidKey(out _);

    private static string Split(GrainId grainId, out string? extension)
    {
        var text = grainId.Key.ToString();
        var at = text.IndexOf(Extension);
        extension = at < 0 ? null : text[(at + 1)..];
        return at < 0 ? text : text[..at];
    }
}
