using System.Globalization;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>One thing wrong with a field: missing, null, of the wrong type, too long, control characters, half a character, out of range.</summary>
internal sealed class FuzzFaults(Random random)
{
    // Longer than every text that one message has room for; its JSON still fits the largest message.
    private const int LongText = 20_000;

    private const int LongList = 4_000;

    /// <summary>Makes the spot wrong and says what must come of it. The message is text from here: some faults have no other form.</summary>
    public (string Message, Expected Expected, string What) Spoil(JsonObject message, Spot spot)
    {
        switch (random.Next(3))
        {
            case 0 when spot.Key is string:
                spot.Remove();
                return (message.ToJsonString(), spot.IsRequired ? Expected.Invalid : Expected.Answer, "missing");
            case 1:
                spot.Set(null);
                return (message.ToJsonString(), spot.IsNullable ? Expected.Answer : spot.InMap ? Expected.Refusal : Expected.Invalid, "null");
            default:
                var (json, expected) = Wrong(spot);
                spot.Set(Mark);
                return (message.ToJsonString().Replace($"\"{Mark}\"", json, StringComparison.Ordinal), expected, Shortened(json));
        }
    }

    private const string Mark = "what-is-wrong-here";

    private (string Json, Expected Expected) Wrong(Spot spot)
    {
        var type = Nullable.GetUnderlyingType(spot.Type) ?? spot.Type;
        if (type == typeof(string)) return OfText(spot);
        if (type == typeof(bool)) return (Pick("\"yes\"", "1", "[]", "{}", "\"true\""), Expected.Invalid);
        if (type == typeof(int) || type == typeof(long)) return OfNumber(type);
        if (type == typeof(double)) return (Pick("\"1\"", "[]", "{}", "true"), Expected.Invalid);
        if (type == typeof(DateTimeOffset)) return (Pick("\"yesterday\"", "7", "true", "[]", "\"2031-13-01T10:00:00Z\"", "\"\""), Expected.Invalid);
        if (type.IsEnum)
            return random.Next(3) == 0
                ? (Pick("77", "-1", "\"77\"", "\"host,co_host\""), Expected.Refusal)
                : (Pick("\"king\"", "true", "[]", "{}", "1.5", "\"\"", "\"HOST\\u0000\""), Expected.Invalid);
        var isList = type.IsAssignableTo(typeof(System.Collections.IEnumerable)) && !type.Name.Contains("Dictionary", StringComparison.Ordinal);
        if (!isList) return (Pick("7", "\"x\"", "true", "[]", "[{}]", Nested()), Expected.Invalid);
        return random.Next(3) switch
        {
            0 => ("[" + string.Join(',', Enumerable.Range(0, LongList).Select(i => $"\"p{i}\"")) + "]",
                type.GenericTypeArguments[0] == typeof(string) ? Expected.Answer : Expected.Invalid),
            1 => ("[]", Expected.Answer),
            // An empty list is right in a list of lists.
            _ => (Pick("7", "\"x\"", "true", "{}", "[null]", type.GenericTypeArguments[0].IsGenericType ? "[{}]" : "[[]]", "[true]", Nested()), Expected.Invalid),
        };
    }

    private (string Json, Expected Expected) OfText(Spot spot) => random.Next(4) switch
    {
        0 => (Pick("7", "true", "[]", "{}", "[\"x\"]", "-1.5e3", Nested()), Expected.Invalid),
        1 => (Pick("\"\\ud800\"", "\"a\\udc00b\"", "\"\\ude00\\ud83d\""), Expected.Invalid),
        2 => (Pick("\"a\\u0000b\"", "\"\\u0007\"", "\"\\u007f\"", "\"x\\u001b[31m\""), Expected.Refusal),
        _ => random.Next(2) == 0
            ? ("\"" + new string('x', LongText) + "\"", spot.InMap ? Expected.Answer : Expected.Refusal)
            : (Pick("\"\"", "\" \"", "\"../..\"", "\"a/b#c\"", "\"\\u202e\"", "\"👩‍👩‍👧‍👦\"", "\"' OR 1=1\""), Expected.Answer),
    };

    private (string Json, Expected Expected) OfNumber(Type type) => random.Next(2) == 0
        ? (Pick("\"1\"", "true", "[]", "{}", "1.5", "1e400", "99999999999999999999", "-99999999999999999999"), Expected.Invalid)
        : (Pick("-1", "0", Extreme(type, "MinValue"), Extreme(type, "MaxValue")), Expected.Answer);

    private static string Extreme(Type type, string which) => Convert.ToString(type.GetField(which)!.GetValue(null), CultureInfo.InvariantCulture)!;

    // Deeper than any message.
    private static string Nested() => string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40));

    private string Pick(params string[] from) => from[random.Next(from.Length)];

    private static string Shortened(string json) => json.Length <= 60 ? json : json[..60] + "…";
}
