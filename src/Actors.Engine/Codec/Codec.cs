namespace Orleans.Codec;

/// <summary>Writes and reads values of one type, without their length.</summary>
internal abstract class ValueCodec
{
    public abstract Wire Wire { get; }

    public abstract void WriteBoxed(CodecWriter writer, object value);

    public abstract object ReadBoxed(ref CodecReader reader);
}

internal abstract class ValueCodec<T> : ValueCodec
{
    public override Wire Wire => Wire.Bytes;

    public abstract void Write(CodecWriter writer, T value);

    public abstract T Read(ref CodecReader reader);

    public sealed override void WriteBoxed(CodecWriter writer, object value) => Write(writer, (T)value);

    public sealed override object ReadBoxed(ref CodecReader reader) => Read(ref reader)!;
}

/// <summary>Values with their length and null.</summary>
internal static class Elements
{
    public static void Write<T>(CodecWriter writer, ValueCodec<T> codec, T value)
    {
        if (codec.Wire != Wire.Bytes)
        {
            codec.Write(writer, value);
        }
        else if (value is null)
        {
            writer.WriteFixed32(CodecLimits.NullLength);
        }
        else
        {
            var start = writer.BeginBytes();
            codec.Write(writer, value);
            writer.EndBytes(start);
        }
    }

    public static T Read<T>(ref CodecReader reader, ValueCodec<T> codec)
    {
        if (codec.Wire != Wire.Bytes)
        {
            return codec.Read(ref reader);
        }

        var outer = reader.EnterBytes();
        if (outer < 0)
        {
            return default!;
        }

        var value = codec.Read(ref reader);
        reader.LeaveBytes(outer);
        return value;
    }
}

/// <summary>The codec of a declared type, found once.</summary>
internal static class CodecOf<T>
{
    private static ValueCodec<T>? _declared;

    // Not a static initializer: a missing codec must be a CodecNotFoundException each time, and types may refer to themselves.
    public static ValueCodec<T> Declared => _declared ??= (ValueCodec<T>)Codecs.Declared(typeof(T));
}
