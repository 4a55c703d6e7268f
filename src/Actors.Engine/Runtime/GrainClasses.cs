using System.Collections.Concurrent;
using System.Collections.Frozen;

namespace Orleans.Runtime;

/// <summary>The grain classes of this process, by name and by interface. Found once, in every assembly that refers to this one.</summary>
internal static class GrainClasses
{
    private static readonly Lazy<FrozenDictionary<GrainType, GrainClass>> ByType = new(Find);
    private static readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainType> ByInterface = new();

    public static IEnumerable<GrainClass> All => ByType.Value.Values;

    public static GrainClass? Get(GrainType type) => ByType.Value.GetValueOrDefault(type);

    /// <summary>The class behind an interface: the only one, or the one whose name fits the prefix or the interface's own name.</summary>
    public static GrainType For(Type grainInterface, string? prefix) =>
        ByInterface.TryGetValue((grainInterface, prefix), out var type)
            ? type
            : ByInterface.GetOrAdd((grainInterface, prefix), static key => Resolve(key.Interface, key.Prefix));

    private static GrainType Resolve(Type grainInterface, string? prefix)
    {
        var candidates = ByType.Value.Values.Where(c => grainInterface.IsAssignableFrom(c.Type)).ToArray();
        if (prefix is not null)
        {
            candidates = [.. candidates.Where(c => c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal))];
        }

        return candidates.Length switch
        {
            1 => candidates[0].GrainType,
            0 => throw new ArgumentException($"No grain class implements {grainInterface}."),
            _ => candidates.Where(c => "I" + c.Type.Name == grainInterface.Name).Select(c => (GrainType?)c.GrainType).FirstOrDefault()
                ?? throw new ArgumentException(
                    $"{string.Join(", ", candidates.Select(c => c.Type.Name))} implement {grainInterface}; name one by its prefix."),
        };
    }

    private static FrozenDictionary<GrainType, GrainClass> Find()
    {
        var classes = new Dictionary<GrainType, GrainClass>();
        foreach (var type in ApplicationTypes.All)
        {
            if (!type.IsClass || type.IsAbstract || type.ContainsGenericParameters || typeof(GrainReference).IsAssignableFrom(type)
                || !typeof(IGrain).IsAssignableFrom(type))
            {
                continue;
            }

            var grainClass = new GrainClass(type);
            if (!classes.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new OrleansConfigurationException(
                    $"{type} and {classes[grainClass.GrainType].Type} are both the grain type \"{grainClass.GrainType}\".");
            }
        }

        return classes.ToFrozenDictionary();
    }
}
