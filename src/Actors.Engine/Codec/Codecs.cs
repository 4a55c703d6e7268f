using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Serialization;

namespace Orleans.Codec;

/// <summary>Chooses the codec of each type, once.</summary>
internal static class Codecs
{
    private static readonly ConcurrentDictionary<Type, ValueCodec> DeclaredCodecs = new();
    private static readonly ConcurrentDictionary<Type, ValueCodec> ExactCodecs = new(PrimitiveCodecs.All);

    // Generic type to the codec that is made with the same type arguments.
    private static readonly Dictionary<Type, Type> Generic = new()
    {
        [typeof(Nullable<>)] = typeof(NullableCodec<>),
        [typeof(KeyValuePair<,>)] = typeof(PairCodec<,>),
        [typeof(ValueTuple<,>)] = typeof(ValueTupleCodec<,>),
        [typeof(ValueTuple<,,>)] = typeof(ValueTupleCodec<,,>),
        [typeof(Tuple<,>)] = typeof(TupleCodec<,>),
        [typeof(List<>)] = typeof(ListCodec<>),
        [typeof(HashSet<>)] = typeof(HashSetCodec<>),
        [typeof(Dictionary<,>)] = typeof(DictionaryCodec<,>),
        [typeof(ImmutableArray<>)] = typeof(ImmutableArrayCodec<>),
        [typeof(ImmutableList<>)] = typeof(ImmutableListCodec<>),
        [typeof(ImmutableHashSet<>)] = typeof(ImmutableHashSetCodec<>),
        [typeof(ImmutableSortedSet<>)] = typeof(ImmutableSortedSetCodec<>),
        [typeof(ImmutableDictionary<,>)] = typeof(ImmutableDictionaryCodec<,>),
        [typeof(ImmutableSortedDictionary<,>)] = typeof(ImmutableSortedDictionaryCodec<,>),
        [typeof(IEnumerable<>)] = typeof(AnyListCodec<,>),
        [typeof(ICollection<>)] = typeof(AnyListCodec<,>),
        [typeof(IReadOnlyCollection<>)] = typeof(AnyListCodec<,>),
        [typeof(IList<>)] = typeof(AnyListCodec<,>),
        [typeof(IReadOnlyList<>)] = typeof(AnyListCodec<,>),
        [typeof(IDictionary<,>)] = typeof(AnyDictionaryCodec<,,>),
        [typeof(IReadOnlyDictionary<,>)] = typeof(AnyDictionaryCodec<,,>),
    };

    /// <summary>For a member or argument declared as this type; the value may be of a derived type.</summary>
    public static ValueCodec Declared(Type type) => DeclaredCodecs.GetOrAdd(type, static t => ChooseDeclared(t));

    /// <summary>For values of exactly this type.</summary>
    public static ValueCodec Exact(Type type) => ExactCodecs.GetOrAdd(type, static t => ChooseExact(t));

    private static ValueCodec ChooseDeclared(Type type)
    {
        var open = type == typeof(object) || ((type.IsAbstract || !type.IsSealed) && IsMarked(type)) || (type.IsInterface && !IsKnownGeneric(type));
        if (open)
        {
            return Make(typeof(PolymorphicCodec<>).MakeGenericType(type));
        }

        return IsMarked(type) && type.IsClass ? Make(typeof(PolymorphicCodec<>).MakeGenericType(type)) : Exact(type);
    }

    private static ValueCodec ChooseExact(Type type)
    {
        if (type.IsEnum)
        {
            return Make(typeof(EnumCodec<>).MakeGenericType(type));
        }

        if (type.IsSZArray)
        {
            return Make(typeof(ArrayCodec<>).MakeGenericType(type.GetElementType()!));
        }

        if (IsKnownGeneric(type))
        {
            var codec = Generic[type.GetGenericTypeDefinition()];
            var arguments = type.GenericTypeArguments;
            return Make(codec.MakeGenericType(codec.GetGenericArguments().Length > arguments.Length ? [type, .. arguments] : arguments));
        }

        if (IsMarked(type) && !type.IsAbstract)
        {
            return Make(typeof(ObjectCodec<>).MakeGenericType(type));
        }

        throw new CodecNotFoundException($"{type} has no codec: mark it with [GenerateSerializer].");
    }

    private static bool IsMarked(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    private static bool IsKnownGeneric(Type type) => type.IsGenericType && Generic.ContainsKey(type.GetGenericTypeDefinition());

    private static ValueCodec Make(Type codec) => (ValueCodec)Activator.CreateInstance(codec)!;
}
