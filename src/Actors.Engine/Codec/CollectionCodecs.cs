using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Orleans.Codec;

/// <summary>A collection: the number of items, then the items.</summary>
internal abstract class SequenceCodec<TCollection, TItem> : ValueCodec<TCollection>
{
    // Looked up on use: an item's type may contain this collection.
    private static ValueCodec<TItem> Item => CodecOf<TItem>.Declared;

    public override void Write(CodecWriter writer, TCollection value)
    {
        var items = Items(value);
        writer.WriteVarint((ulong)items.Count);
        foreach (var item in items)
        {
            Elements.Write(writer, Item, item);
        }
    }

    public override TCollection Read(ref CodecReader reader)
    {
        var items = new TItem[reader.ReadCount()];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = Elements.Read(ref reader, Item);
        }

        return Build(items);
    }

    protected abstract IReadOnlyCollection<TItem> Items(TCollection collection);

    protected abstract TCollection Build(TItem[] items);
}

internal sealed class ArrayCodec<T> : SequenceCodec<T[], T>
{
    protected override IReadOnlyCollection<T> Items(T[] collection) => collection;

    protected override T[] Build(T[] items) => items;
}

internal sealed class ListCodec<T> : SequenceCodec<List<T>, T>
{
    protected override IReadOnlyCollection<T> Items(List<T> collection) => collection;

    protected override List<T> Build(T[] items) => [.. items];
}

internal sealed class HashSetCodec<T> : SequenceCodec<HashSet<T>, T>
{
    protected override IReadOnlyCollection<T> Items(HashSet<T> collection) => collection;

    protected override HashSet<T> Build(T[] items) => [.. items];
}

/// <summary>The default array, which is not an empty one, is written as no count at all.</summary>
internal sealed class ImmutableArrayCodec<T> : SequenceCodec<ImmutableArray<T>, T>
{
    public override void Write(CodecWriter writer, ImmutableArray<T> value)
    {
        if (!value.IsDefault)
        {
            base.Write(writer, value);
        }
    }

    public override ImmutableArray<T> Read(ref CodecReader reader) => reader.IsAtEnd ? default : base.Read(ref reader);

    protected override IReadOnlyCollection<T> Items(ImmutableArray<T> collection) => ImmutableCollectionsMarshal.AsArray(collection)!;

    protected override ImmutableArray<T> Build(T[] items) => ImmutableCollectionsMarshal.AsImmutableArray(items);
}

internal sealed class ImmutableListCodec<T> : SequenceCodec<ImmutableList<T>, T>
{
    protected override IReadOnlyCollection<T> Items(ImmutableList<T> collection) => collection;

    protected override ImmutableList<T> Build(T[] items) => [.. items];
}

internal sealed class ImmutableHashSetCodec<T> : SequenceCodec<ImmutableHashSet<T>, T>
{
    protected override IReadOnlyCollection<T> Items(ImmutableHashSet<T> collection) => collection;

    protected override ImmutableHashSet<T> Build(T[] items) => [.. items];
}

internal sealed class ImmutableSortedSetCodec<T> : SequenceCodec<ImmutableSortedSet<T>, T>
{
    protected override IReadOnlyCollection<T> Items(ImmutableSortedSet<T> collection) => collection;

    protected override ImmutableSortedSet<T> Build(T[] items) => [.. items];
}

internal sealed class DictionaryCodec<TKey, TValue> : SequenceCodec<Dictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    protected override IReadOnlyCollection<KeyValuePair<TKey, TValue>> Items(Dictionary<TKey, TValue> collection) => collection;

    protected override Dictionary<TKey, TValue> Build(KeyValuePair<TKey, TValue>[] items) => new(items);
}

internal sealed class ImmutableDictionaryCodec<TKey, TValue> : SequenceCodec<ImmutableDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    protected override IReadOnlyCollection<KeyValuePair<TKey, TValue>> Items(ImmutableDictionary<TKey, TValue> collection) => collection;

    protected override ImmutableDictionary<TKey, TValue> Build(KeyValuePair<TKey, TValue>[] items) => ImmutableDictionary.CreateRange(items);
}

internal sealed class ImmutableSortedDictionaryCodec<TKey, TValue>
    : SequenceCodec<ImmutableSortedDictionary<TKey, TValue>, KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    protected override IReadOnlyCollection<KeyValuePair<TKey, TValue>> Items(ImmutableSortedDictionary<TKey, TValue> collection) => collection;

    protected override ImmutableSortedDictionary<TKey, TValue> Build(KeyValuePair<TKey, TValue>[] items) =>
        ImmutableSortedDictionary.CreateRange(items);
}

/// <summary>A member declared as a list interface; read back as an array.</summary>
internal sealed class AnyListCodec<TDeclared, T> : SequenceCodec<TDeclared, T>
    where TDeclared : IEnumerable<T>
{
    protected override IReadOnlyCollection<T> Items(TDeclared collection) => collection as IReadOnlyCollection<T> ?? [.. collection];

    protected override TDeclared Build(T[] items) => (TDeclared)(object)items;
}

/// <summary>A member declared as a dictionary interface; read back as a <see cref="Dictionary{TKey,TValue}"/>.</summary>
internal sealed class AnyDictionaryCodec<TDeclared, TKey, TValue> : SequenceCodec<TDeclared, KeyValuePair<TKey, TValue>>
    where TDeclared : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    protected override IReadOnlyCollection<KeyValuePair<TKey, TValue>> Items(TDeclared collection) =>
        collection as IReadOnlyCollection<KeyValuePair<TKey, TValue>> ?? [.. collection];

    protected override TDeclared Build(KeyValuePair<TKey, TValue>[] items) => (TDeclared)(object)new Dictionary<TKey, TValue>(items);
}
