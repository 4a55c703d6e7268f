using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Orleans.Runtime;

namespace Orleans.Codec;

/// <summary>Which types calls pass by reference within a process: what cannot change, and what is marked so.</summary>
internal static class Immutability
{
    private static readonly HashSet<Type> Known =
    [
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly),
        typeof(TimeSpan), typeof(Uri), typeof(Version), typeof(IPAddress), typeof(IPEndPoint), typeof(Type), typeof(CancellationToken),
        typeof(Int128), typeof(UInt128), typeof(Half), typeof(System.Text.Rune), typeof(GrainId), typeof(GrainType), typeof(IdSpan),
    ];

    private static readonly HashSet<Type> Collections =
    [
        typeof(Nullable<>), typeof(ImmutableArray<>), typeof(ImmutableList<>), typeof(ImmutableHashSet<>), typeof(ImmutableSortedSet<>),
        typeof(ImmutableDictionary<,>), typeof(ImmutableSortedDictionary<,>), typeof(ImmutableQueue<>), typeof(ImmutableStack<>),
        typeof(KeyValuePair<,>), typeof(Tuple<>), typeof(Tuple<,>), typeof(Tuple<,,>), typeof(ValueTuple<>), typeof(ValueTuple<,>),
        typeof(ValueTuple<,,>), typeof(ValueTuple<,,,>),
    ];

    private static readonly ConcurrentDictionary<Type, bool> Verdicts = new();

    public static bool IsImmutable(Type type) => Verdicts.GetOrAdd(type, static t => Judge(t));

    private static bool Judge(Type type) =>
        type.IsPrimitive
        || type.IsEnum
        || Known.Contains(type)
        || type.IsDefined(typeof(ImmutableAttribute), inherit: true)
        || typeof(IAddressable).IsAssignableFrom(type)
        || (type.IsGenericType && Collections.Contains(type.GetGenericTypeDefinition()) && type.GenericTypeArguments.All(IsImmutable));
}
