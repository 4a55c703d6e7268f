using System.Collections;
using System.Globalization;

namespace Actors.Contracts.Tests;

/// <summary>A value spelled out with its types, so that two can be compared whatever their equality says.</summary>
internal static class Described
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        Exception failure => $"{failure.GetType().Name}({failure.Message})",
        DateTimeOffset moment => moment.ToString("O", CultureInfo.InvariantCulture),
        IDictionary map => $"{{{string.Join(", ", map.Keys.Cast<string>().Order(StringComparer.Ordinal).Select(key => $"{key}: {Of(map[key])}"))}}}",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Of))}]",
        _ when value.GetType().IsDefined(typeof(GenerateSerializerAttribute), inherit: false) && value is not Enum =>
            $"{value.GetType().Name}({string.Join(", ", ContractTypes.Fields(value.GetType()).Select(field => $"{field.Name}: {Of(field.GetValue(value))}"))})",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
