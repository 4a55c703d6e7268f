using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using Orleans.Calls;
using Orleans.Codec;
using Orleans.Runtime;

namespace Orleans.Proxies;

/// <summary>
/// The methods that other processes may call, by number: a hash of interface, name and parameter types, equal in every process that has the
/// contract. An <see cref="AliasAttribute"/> on the interface or the method keeps the number when either is renamed.
/// </summary>
internal static class RemoteMethods
{
    private static readonly Lazy<FrozenDictionary<ulong, Type>> Interfaces = new(Find);
    private static readonly ConcurrentDictionary<ulong, Func<Call>> Factories = new();

    /// <summary>An empty call object; null where no grain class of this process has such a method.</summary>
    public static Call? Create(ulong method)
    {
        if (!Factories.TryGetValue(method, out var factory))
        {
            if (!Interfaces.Value.TryGetValue(method, out var grainInterface))
            {
                return null;
            }

            // Emitting the proxy registers the call classes of all methods.
            ProxyTypes.For(grainInterface);
            factory = Factories[method];
        }

        return factory();
    }

    public static void Register(ulong method, Func<Call> factory) => Factories.TryAdd(method, factory);

    public static ulong IdOf(MethodInfo method) => Hash(NameOf(method));

    private static string NameOf(MethodInfo method) =>
        $"{Alias(method.DeclaringType!) ?? method.DeclaringType!.FullName}.{Alias(method) ?? method.Name}"
        + $"({string.Join(',', method.GetParameters().Select(p => TypeName(p.ParameterType)))})";

    // Without assembly versions, which differ between builds.
    private static string TypeName(Type type) => Alias(type)
        ?? (type.IsGenericType ? $"{type.GetGenericTypeDefinition().FullName}<{string.Join(',', type.GenericTypeArguments.Select(TypeName))}>"
        : type.IsArray ? TypeName(type.GetElementType()!) + "[]"
        : type.FullName!);

    private static string? Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias;

    private static FrozenDictionary<ulong, Type> Find()
    {
        var names = new Dictionary<ulong, string>();
        var interfaces = new Dictionary<ulong, Type>();
        foreach (var type in GrainClasses.All.SelectMany(c => c.Type.GetInterfaces()).Where(i => typeof(IAddressable).IsAssignableFrom(i)).Distinct())
        {
            foreach (var method in type.GetMethods().Where(m => m.IsAbstract))
            {
                var name = NameOf(method);
                if (!names.TryAdd(Hash(name), name))
                {
                    throw new OrleansConfigurationException($"{name} and {names[Hash(name)]} have the same number on the wire: rename one.");
                }

                interfaces[Hash(name)] = type;
            }
        }

        return interfaces.ToFrozenDictionary();
    }

    // FNV-1a, 64 bits: the same everywhere, and collisions are found when the index is made.
    private static ulong Hash(string name)
    {
        const ulong Offset = 14_695_981_039_346_656_037;
        const ulong Prime = 1_099_511_628_211;
        var hash = Offset;
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ b) * Prime);
        }

        return hash;
    }
}

/// <summary>Called by the emitted call classes for each argument.</summary>
internal static class ArgumentCodec
{
    public static void Write<T>(CodecWriter writer, T value) => Elements.Write(writer, CodecOf<T>.Declared, value);

    public static T Read<T>(ref CodecReader reader) => Elements.Read(ref reader, CodecOf<T>.Declared);
}
