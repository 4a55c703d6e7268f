using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Codec;

/// <summary>
/// Names of types on the wire: the alias, else the full name. Only types marked for the codec and the basic ones have names,
/// so input can never name any other type.
/// </summary>
internal static class WireNames
{
    private static readonly ConcurrentDictionary<Type, byte[]> Names = new();
    private static readonly Lazy<FrozenDictionary<string, Type>> Types = new(Find);

    public static byte[] Of(Type type) => Names.GetOrAdd(type, static t => Encoding.UTF8.GetBytes(Name(t)));

    public static Type Find(ReadOnlySpan<byte> name)
    {
        var text = Encoding.UTF8.GetString(name);
        return Types.Value.GetValueOrDefault(text) ?? throw new SerializerException($"No type is named \"{text}\".");
    }

    private static string Name(Type type)
    {
        if (type.IsGenericType || !(IsBasic(type) || type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)))
        {
            throw new CodecNotFoundException($"{type} has no name on the wire: it can be carried only where it is the declared type.");
        }

        return type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? type.FullName!;
    }

    private static FrozenDictionary<string, Type> Find()
    {
        var marked = ApplicationTypes.All.Where(t =>
            !t.IsAbstract && !t.ContainsGenericParameters && t.IsDefined(typeof(GenerateSerializerAttribute), inherit: false));
        var types = new Dictionary<string, Type>();
        foreach (var type in PrimitiveCodecs.All.Select(p => p.Key).Where(t => !t.IsGenericType).Concat(marked))
        {
            if (!types.TryAdd(Name(type), type))
            {
                throw new OrleansConfigurationException($"{type} and {types[Name(type)]} have the same alias \"{Name(type)}\".");
            }
        }

        return types.ToFrozenDictionary();
    }

    private static bool IsBasic(Type type) => type.IsPrimitive || type == typeof(string) || type.Namespace is "System" or "Orleans.Runtime";
}
