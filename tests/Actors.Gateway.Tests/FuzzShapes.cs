using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>What a fault must lead to.</summary>
internal enum Expected
{
    /// <summary>The message may still be right: any documented answer.</summary>
    Answer,

    /// <summary>Any refusal: the state may give a reason that comes before the field's.</summary>
    Refusal,

    /// <summary><c>invalid_argument</c>: no reading of the message is possible, whatever the state.</summary>
    Invalid,
}

/// <summary>A place in a message where something can be wrong, with what belongs there.</summary>
/// <param name="Path">Names of the fields down to it.</param>
internal sealed record Spot(JsonNode Container, object Key, string Path, Type Type, bool IsRequired, bool IsNullable, bool InMap)
{
    public void Set(JsonNode? value)
    {
        if (Key is string name) Container.AsObject()[name] = value;
        else Container.AsArray()[(int)Key] = value;
    }

    public void Remove() => Container.AsObject().Remove((string)Key);
}

/// <summary>
/// Makes right messages from the JSON metadata of the contracts, and notes every spot in them: a command that is added is covered by itself. A
/// field of a type that is not known here fails the test, so that its author teaches it.
/// </summary>
internal sealed class FuzzShapes(Random random, JsonSerializerOptions options)
{
    private static readonly ImmutableArray<string> Texts = ["ann", "bob", "nobody", "fuzzer", Ids.Main, "r1-1", "r1-2", "Europe/Berlin", "some words"];

    // A map in which null removes an entry.
    private const string Removable = "attributes";

    public List<Spot> Spots { get; } = [];

    public JsonObject Message(Type type, string path = "")
    {
        var info = options.GetTypeInfo(type);
        var message = new JsonObject();
        foreach (var property in info.Properties)
        {
            if (property.Set is null && property.AssociatedParameter is null) continue;
            var parameter = property.AssociatedParameter;
            var isRequired = property.IsRequired || parameter is { HasDefaultValue: false };
            var isNullable = Nullable.GetUnderlyingType(property.PropertyType) is not null || (!property.PropertyType.IsValueType && (parameter?.IsNullable ?? property.IsSetNullable));
            var field = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            if (isRequired || random.Next(3) > 0) message[property.Name] = Value(property.PropertyType, field);
            Spots.Add(new Spot(message, property.Name, field, property.PropertyType, isRequired, isNullable, InMap: false));
        }
        return message;
    }

    private JsonNode Value(Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return Texts[random.Next(Texts.Length)];
        if (type == typeof(bool)) return random.Next(2) == 0;
        if (type == typeof(int) || type == typeof(long)) return random.Next(1, 20);
        if (type == typeof(double)) return random.NextDouble();
        if (type == typeof(DateTimeOffset)) return $"2031-0{random.Next(1, 10)}-01T10:00:00Z";
        if (type.IsEnum)
        {
            var values = Enum.GetValues(type);
            return JsonSerializer.SerializeToNode(values.GetValue(random.Next(values.Length)), options.GetTypeInfo(type))!;
        }
        var info = options.GetTypeInfo(type);
        switch (info.Kind)
        {
            case JsonTypeInfoKind.Object when info.Properties.Count > 0:
                return Message(type, path);
            case JsonTypeInfoKind.Enumerable:
                var list = new JsonArray();
                for (var i = random.Next(1, 4); i > 0; i--)
                {
                    list.Add(Value(info.ElementType!, path));
                    Spots.Add(new Spot(list, list.Count - 1, path, info.ElementType!, IsRequired: true, IsNullable: false, InMap: false));
                }
                return list;
            case JsonTypeInfoKind.Dictionary when info.ElementType == typeof(string):
                var map = new JsonObject { ["key"] = "value" };
                Spots.Add(new Spot(map, "key", path, typeof(string), IsRequired: false, IsNullable: path == Removable, InMap: true));
                return map;
            case JsonTypeInfoKind.Dictionary:
                var numbers = new JsonObject { ["meeting"] = 1 };
                Spots.Add(new Spot(numbers, "meeting", path, info.ElementType!, IsRequired: false, IsNullable: false, InMap: true));
                return numbers;
            default:
                throw new NotSupportedException($"The fuzzer does not know how a {type} at {path} looks: teach it in {nameof(FuzzShapes)}.");
        }
    }
}
