using Orleans.Serialization;

namespace Orleans.Codec;

/// <summary>A value of the declared type or of a derived one, which is then named on the wire.</summary>
internal sealed class PolymorphicCodec<T> : ValueCodec<T>
{
    private const byte Same = 0;
    private const byte Named = 1;

    private readonly Lazy<ValueCodec<T>> _same = new(() => (ValueCodec<T>)Codecs.Exact(typeof(T)));

    public override void Write(CodecWriter writer, T value)
    {
        var type = value!.GetType();
        if (type == typeof(T))
        {
            writer.WriteByte(Same);
            _same.Value.Write(writer, value);
            return;
        }

        var name = WireNames.Of(type);
        writer.WriteByte(Named);
        writer.WriteVarint((ulong)name.Length);
        writer.WriteRaw(name);
        Codecs.Exact(type).WriteBoxed(writer, value);
    }

    public override T Read(ref CodecReader reader)
    {
        switch (reader.ReadByte())
        {
            case Same:
                return typeof(T).IsAbstract ? throw new SerializerException($"{typeof(T)} is abstract.") : _same.Value.Read(ref reader);
            case Named:
                var name = reader.ReadRaw(reader.ReadCount());
                var type = WireNames.Find(name);
                return typeof(T).IsAssignableFrom(type)
                    ? (T)Codecs.Exact(type).ReadBoxed(ref reader)
                    : throw new SerializerException($"{type} is not a {typeof(T)}.");
            default:
                throw new SerializerException($"The bytes hold no {typeof(T)}.");
        }
    }
}
