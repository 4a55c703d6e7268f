using System.Collections.Immutable;
using System.Text;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Checks of what arrives from outside: null where a field is right, else the refusal, whose detail names the field.</summary>
internal static class Arguments
{
    public static Outcome? Id(string? id, string field) =>
        Ids.IsValid(id) ? null : Invalid(field, "an id of 1 to 64 letters, digits, _ or - is needed");

    /// <summary>Ids, each once.</summary>
    public static Outcome? IdList(ImmutableArray<string> ids, string field, int max)
    {
        if (List(ids, field, max) is { } refusal) return refusal;
        var seen = new HashSet<string>(ids.Length, StringComparer.Ordinal);
        for (var i = 0; i < ids.Length; i++)
        {
            if (Id(ids[i], Item(field, i)) is { } bad) return bad;
            if (!seen.Add(ids[i])) return Invalid(Item(field, i), "named twice");
        }
        return null;
    }

    /// <summary>A batch names people, or everybody except some: not both.</summary>
    public static Outcome? Batch(ImmutableArray<string>? participants, ImmutableArray<string>? except)
    {
        if (participants is { } named && IdList(named, "participants", Limits.InteractivePerMeeting) is { } refusal) return refusal;
        if (except is not { } spared) return null;
        return participants is null ? IdList(spared, "except", Limits.InteractivePerMeeting) : Invalid("except", "only without participants");
    }

    public static Outcome? List<T>(ImmutableArray<T> list, string field, int max) =>
        list.IsDefault ? Invalid(field, "missing")
        : list.Length > max ? TooLarge(field, $"{max} at most")
        : null;

    /// <summary>A display name: one line of 1 to <see cref="Limits.NameLength"/> characters.</summary>
    public static Outcome? Name(string? name, string field)
    {
        if (string.IsNullOrWhiteSpace(name)) return Invalid(field, "missing");
        if (name.Length > Limits.NameLength) return TooLarge(field, $"{Limits.NameLength} characters at most");
        return name.AsSpan().ContainsAnyInRange('\0', '\x1f') || name.Contains('\x7f')
            ? Invalid(field, "control characters")
            : WellFormed(name, field);
    }

    /// <summary>Text with lines; other control characters are refused.</summary>
    public static Outcome? Text(string? text, string field, int maxBytes)
    {
        if (string.IsNullOrWhiteSpace(text)) return Invalid(field, "missing");
        // Before anything that is proportional to its bytes: a character has at least one.
        if (text.Length > maxBytes || Encoding.UTF8.GetByteCount(text) > maxBytes) return TooLarge(field, $"{maxBytes} bytes at most");
        return Lines(text, field) ?? WellFormed(text, field);
    }

    /// <summary>Attributes or metadata; null is right.</summary>
    public static Outcome? Map(ImmutableDictionary<string, string>? map, string field, int maxBytes)
    {
        if (map is null) return null;
        var bytes = 0L;
        foreach (var (key, value) in map)
        {
            if (Name(key, $"{field} key") is { } badKey) return badKey;
            if (value is null) return Invalid($"{field}.{key}", "missing");
            if ((Lines(value, $"{field}.{key}") ?? WellFormed(value, $"{field}.{key}")) is { } badValue) return badValue;
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
            if (bytes > maxBytes) return TooLarge(field, $"{maxBytes} bytes at most");
        }
        return null;
    }

    public static Outcome? Known<T>(T value, string field) where T : struct, Enum =>
        Enum.IsDefined(value) ? null : Invalid(field, "unknown value");

    public static Outcome? Range(int? value, string field, int min, int max) =>
        value is null || (value >= min && value <= max) ? null : Invalid(field, $"{min} to {max}");

    public static Outcome Invalid(string field, string why) => Outcome.Refuse(Refusal.InvalidArgument, $"{field}: {why}");

    public static Outcome TooLarge(string field, string why) => Outcome.Refuse(Refusal.TooLarge, $"{field}: {why}");

    public static string Item(string field, int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{field}[{index}]");

    private static Outcome? Lines(string text, string field)
    {
        foreach (var c in text)
            if (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) return Invalid(field, "control characters");
        return null;
    }

    // A lone surrogate has no UTF-8 form: it would be stored as something else than was acknowledged.
    private static Outcome? WellFormed(string text, string field)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return Invalid(field, "half a character (lone surrogate)");
            i++;
        }
        return null;
    }
}
