using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>Values that travel with a call to the callee and on to whatever it calls. A callee's changes do not travel back.</summary>
public static class RequestContext
{
    private static readonly AsyncLocal<ImmutableDictionary<string, object>?> Values = new();

    public static IEnumerable<string> Keys => Current?.Keys ?? [];

    public static IEnumerable<KeyValuePair<string, object>> Entries => Current ?? ImmutableDictionary<string, object>.Empty;

    /// <summary>Null when nothing is set, which is the common case and costs a call nothing.</summary>
    internal static ImmutableDictionary<string, object>? Current
    {
        get => Values.Value;
        set => Values.Value = value;
    }

    public static object? Get(string key) => Current?.GetValueOrDefault(key);

    public static void Set(string key, object value) => Current = (Current ?? ImmutableDictionary<string, object>.Empty).SetItem(key, value);

    public static bool Remove(string key)
    {
        if (Current is not { } current || !current.ContainsKey(key))
        {
            return false;
        }

        var rest = current.Remove(key);
        Current = rest.IsEmpty ? null : rest;
        return true;
    }

    public static void Clear() => Current = null;
}
