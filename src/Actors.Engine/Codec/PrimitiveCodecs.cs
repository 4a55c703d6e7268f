using System.Runtime.CompilerServices;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Codec;

internal delegate T ReadValue<T>(ref CodecReader reader);

/// <summary>A codec of two functions.</summary>
internal sealed class SimpleCodec<T>(Wire wire, Action<CodecWriter, T> write, ReadValue<T> read) : ValueCodec<T>
{
    public override Wire Wire => wire;

    public override void Write(CodecWriter writer, T value) => write(writer, value);

    public override T Read(ref CodecReader reader) => read(ref reader);
}

internal static class PrimitiveCodecs
{
    private const int GuidBytes = 16;
    private const long MinutesTicks = TimeSpan.TicksPerMinute;

    public static IEnumerable<KeyValuePair<Type, ValueCodec>> All =>
    [
        Of(Wire.Varint, (w, v) => w.WriteVarint(v ? 1UL : 0), (ref CodecReader r) => r.ReadVarint() != 0),
        Of(Wire.Varint, (w, v) => w.WriteVarint(v), (ref CodecReader r) => checked((byte)r.ReadVarint())),
        Of(Wire.Varint, (w, v) => w.WriteVarint(v), (ref CodecReader r) => checked((ushort)r.ReadVarint())),
        Of(Wire.Varint, (w, v) => w.WriteVarint(v), (ref CodecReader r) => checked((uint)r.ReadVarint())),
        Of(Wire.Varint, (w, v) => w.WriteVarint(v), (ref CodecReader r) => r.ReadVarint()),
        Of(Wire.Varint, (w, v) => w.WriteVarint(v), (ref CodecReader r) => checked((char)r.ReadVarint())),
        Of(Wire.Varint, (w, v) => w.WriteSigned(v), (ref CodecReader r) => checked((sbyte)r.ReadSigned())),
        Of(Wire.Varint, (w, v) => w.WriteSigned(v), (ref CodecReader r) => checked((short)r.ReadSigned())),
        Of(Wire.Varint, (w, v) => w.WriteSigned(v), (ref CodecReader r) => checked((int)r.ReadSigned())),
        Of(Wire.Varint, (w, v) => w.WriteSigned(v), (ref CodecReader r) => r.ReadSigned()),
        Of(Wire.Fixed32, (w, v) => w.WriteFixed32(BitConverter.SingleToUInt32Bits(v)), (ref CodecReader r) => BitConverter.UInt32BitsToSingle(r.ReadFixed32())),
        Of(Wire.Fixed64, (w, v) => w.WriteFixed64(BitConverter.DoubleToUInt64Bits(v)), (ref CodecReader r) => BitConverter.UInt64BitsToDouble(r.ReadFixed64())),
        Of(Wire.Varint, (w, v) => w.WriteSigned(v.Ticks), (ref CodecReader r) => new TimeSpan(r.ReadSigned())),
        Of(Wire.Fixed64, WriteDateTime, ReadDateTime),
        Of(Wire.Varint, (w, v) => w.WriteSigned(v.DayNumber), (ref CodecReader r) => DateOnly.FromDayNumber(checked((int)r.ReadSigned()))),
        Of(Wire.Varint, (w, v) => w.WriteSigned(v.Ticks), (ref CodecReader r) => new TimeOnly(r.ReadSigned())),
        Of(Wire.Bytes, WriteDateTimeOffset, ReadDateTimeOffset),
        Of(Wire.Bytes, WriteGuid, (ref CodecReader r) => new Guid(r.ReadRaw(GuidBytes))),
        Of(Wire.Bytes, WriteDecimal, ReadDecimal),
        Of(Wire.Bytes, (w, v) => w.WriteText(v), (ref CodecReader r) => r.ReadText()),
        Of(Wire.Bytes, (w, v) => w.WriteText(v.OriginalString), (ref CodecReader r) => new Uri(r.ReadText(), UriKind.RelativeOrAbsolute)),
        Of(Wire.Bytes, (w, v) => w.WriteRaw(v), (ref CodecReader r) => r.ReadRest().ToArray()),
        Of(Wire.Bytes, (w, v) => w.WriteRaw(v.Span), (ref CodecReader r) => new ReadOnlyMemory<byte>(r.ReadRest().ToArray())),
        Of(Wire.Bytes, (w, v) => w.WriteText(v.ToString()), (ref CodecReader r) => GrainId.Parse(r.ReadText())),
        Of(Wire.Bytes, (w, v) => w.WriteText(v.ToParsableString()), (ref CodecReader r) => SiloAddress.FromParsableString(r.ReadText())),
    ];

    private static KeyValuePair<Type, ValueCodec> Of<T>(Wire wire, Action<CodecWriter, T> write, ReadValue<T> read) =>
        new(typeof(T), new SimpleCodec<T>(wire, write, read));

    // The kind in the two lowest bits; ToBinary would make local times depend on the machine.
    private static void WriteDateTime(CodecWriter writer, DateTime value) => writer.WriteFixed64(((ulong)value.Ticks << 2) | (ulong)value.Kind);

    private static DateTime ReadDateTime(ref CodecReader reader)
    {
        var value = reader.ReadFixed64();
        return new DateTime((long)(value >> 2), (DateTimeKind)(value & 3));
    }

    private static void WriteDateTimeOffset(CodecWriter writer, DateTimeOffset value)
    {
        writer.WriteFixed64((ulong)value.Ticks);
        writer.WriteSigned(value.Offset.Ticks / MinutesTicks);
    }

    private static DateTimeOffset ReadDateTimeOffset(ref CodecReader reader)
    {
        var ticks = (long)reader.ReadFixed64();
        return new DateTimeOffset(ticks, new TimeSpan(checked(reader.ReadSigned() * MinutesTicks)));
    }

    private static void WriteGuid(CodecWriter writer, Guid value)
    {
        Span<byte> bytes = stackalloc byte[GuidBytes];
        value.TryWriteBytes(bytes);
        writer.WriteRaw(bytes);
    }

    private static void WriteDecimal(CodecWriter writer, decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        foreach (var part in bits)
        {
            writer.WriteFixed32((uint)part);
        }
    }

    private static decimal ReadDecimal(ref CodecReader reader)
    {
        Span<int> bits = [(int)reader.ReadFixed32(), (int)reader.ReadFixed32(), (int)reader.ReadFixed32(), (int)reader.ReadFixed32()];
        return new decimal(bits);
    }
}

/// <summary>Any enum, as a signed number.</summary>
internal sealed class EnumCodec<T> : ValueCodec<T>
    where T : struct, Enum
{
    private static readonly bool Signed = Type.GetTypeCode(typeof(T)) is TypeCode.SByte or TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64;

    public override Wire Wire => Wire.Varint;

    public override void Write(CodecWriter writer, T value) => writer.WriteSigned(ToInt64(value));

    public override T Read(ref CodecReader reader)
    {
        var number = reader.ReadSigned();
        var value = Unsafe.As<long, T>(ref number);
        return ToInt64(value) == number ? value : throw new SerializerException($"{number} is out of range for {typeof(T)}.");
    }

    private static long ToInt64(T value) => Unsafe.SizeOf<T>() switch
    {
        1 => Signed ? Unsafe.As<T, sbyte>(ref value) : Unsafe.As<T, byte>(ref value),
        2 => Signed ? Unsafe.As<T, short>(ref value) : Unsafe.As<T, ushort>(ref value),
        4 => Signed ? Unsafe.As<T, int>(ref value) : Unsafe.As<T, uint>(ref value),
        _ => Unsafe.As<T, long>(ref value),
    };
}
