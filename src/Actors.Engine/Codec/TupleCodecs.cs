namespace Orleans.Codec;

/// <summary>Null has no bytes.</summary>
internal sealed class NullableCodec<T> : ValueCodec<T?>
    where T : struct
{
    public override void Write(CodecWriter writer, T? value) => Elements.Write(writer, CodecOf<T>.Declared, value!.Value);

    public override T? Read(ref CodecReader reader) => Elements.Read(ref reader, CodecOf<T>.Declared);
}

internal sealed class PairCodec<TKey, TValue> : ValueCodec<KeyValuePair<TKey, TValue>>
{
    public override void Write(CodecWriter writer, KeyValuePair<TKey, TValue> value)
    {
        Elements.Write(writer, CodecOf<TKey>.Declared, value.Key);
        Elements.Write(writer, CodecOf<TValue>.Declared, value.Value);
    }

    public override KeyValuePair<TKey, TValue> Read(ref CodecReader reader) =>
        new(Elements.Read(ref reader, CodecOf<TKey>.Declared), Elements.Read(ref reader, CodecOf<TValue>.Declared));
}

internal sealed class ValueTupleCodec<T1, T2> : ValueCodec<(T1, T2)>
{
    public override void Write(CodecWriter writer, (T1, T2) value)
    {
        Elements.Write(writer, CodecOf<T1>.Declared, value.Item1);
        Elements.Write(writer, CodecOf<T2>.Declared, value.Item2);
    }

    public override (T1, T2) Read(ref CodecReader reader) =>
        (Elements.Read(ref reader, CodecOf<T1>.Declared), Elements.Read(ref reader, CodecOf<T2>.Declared));
}

internal sealed class ValueTupleCodec<T1, T2, T3> : ValueCodec<(T1, T2, T3)>
{
    public override void Write(CodecWriter writer, (T1, T2, T3) value)
    {
        Elements.Write(writer, CodecOf<T1>.Declared, value.Item1);
        Elements.Write(writer, CodecOf<T2>.Declared, value.Item2);
        Elements.Write(writer, CodecOf<T3>.Declared, value.Item3);
    }

    public override (T1, T2, T3) Read(ref CodecReader reader) => (
        Elements.Read(ref reader, CodecOf<T1>.Declared),
        Elements.Read(ref reader, CodecOf<T2>.Declared),
        Elements.Read(ref reader, CodecOf<T3>.Declared));
}

internal sealed class TupleCodec<T1, T2> : ValueCodec<Tuple<T1, T2>>
{
    public override void Write(CodecWriter writer, Tuple<T1, T2> value)
    {
        Elements.Write(writer, CodecOf<T1>.Declared, value.Item1);
        Elements.Write(writer, CodecOf<T2>.Declared, value.Item2);
    }

    public override Tuple<T1, T2> Read(ref CodecReader reader) =>
        new(Elements.Read(ref reader, CodecOf<T1>.Declared), Elements.Read(ref reader, CodecOf<T2>.Declared));
}
