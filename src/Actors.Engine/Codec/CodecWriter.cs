using System.Buffers.Binary;
using System.Text;
using Orleans.Serialization;

namespace Orleans.Codec;

/// <summary>How many bytes a member's value takes, told on the wire so that unknown members can be skipped.</summary>
internal enum Wire : byte
{
    Varint = 0,
    Fixed64 = 1,

    /// <summary>Four bytes of length, then the value; the length <see cref="CodecLimits.NullLength"/> is null.</summary>
    Bytes = 2,
    Fixed32 = 3,
}

internal static class CodecLimits
{
    /// <summary>Larger than any message: storage takes at most 400 KB and the gateway 64 KB, a snapshot page some megabytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Nesting deeper than any contract; deeper input would exhaust the stack.</summary>
    public const int MaxDepth = 128;

    public const uint NullLength = uint.MaxValue;
}

/// <summary>A growing buffer, one per thread and reused.</summary>
internal sealed class CodecWriter : IDisposable
{
    // Larger buffers are not kept.
    private const int MaxKept = 256 * 1024;
    private const int FirstSize = 1024;

    [ThreadStatic]
    private static CodecWriter? _kept;

    private byte[] _buffer = new byte[FirstSize];
    private int _length;
    private int _depth;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    public static CodecWriter Rent()
    {
        var writer = _kept ?? new CodecWriter();
        _kept = null;
        return writer;
    }

    /// <summary>Forgets what was written, e.g. half of a value that turned out not to have a codec.</summary>
    public void Clear()
    {
        _length = 0;
        _depth = 0;
    }

    public void Dispose()
    {
        Clear();
        if (_buffer.Length <= MaxKept)
        {
            _kept = this;
        }
    }

    public void WriteByte(byte value) => Reserve(1)[0] = value;

    public void WriteVarint(ulong value)
    {
        const int MaxVarintBytes = 10;
        var span = Ensure(MaxVarintBytes);
        var count = 0;
        while (value >= 0x80)
        {
            span[count++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[count++] = (byte)value;
        _length += count;
    }

    public void WriteSigned(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    public void WriteFixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Reserve(sizeof(ulong)), value);

    public void WriteFixed32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Reserve(sizeof(uint)), value);

    public void WriteRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public void WriteText(ReadOnlySpan<char> text) => _length += Encoding.UTF8.GetBytes(text, Ensure(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>Begins a value whose length is filled in by <see cref="EndBytes"/>.</summary>
    public int BeginBytes()
    {
        if (++_depth > CodecLimits.MaxDepth)
        {
            throw new SerializerException($"Values are nested more than {CodecLimits.MaxDepth} deep.");
        }

        Reserve(sizeof(uint));
        return _length;
    }

    public void EndBytes(int start)
    {
        _depth--;
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(start - sizeof(uint)), (uint)(_length - start));
    }

    private Span<byte> Reserve(int count)
    {
        var span = Ensure(count)[..count];
        _length += count;
        return span;
    }

    private Span<byte> Ensure(int count)
    {
        if (_buffer.Length - _length < count)
        {
            if (_length + (long)count > CodecLimits.MaxBytes)
            {
                throw new SerializerException($"The value takes more than {CodecLimits.MaxBytes} bytes.");
            }

            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }

        return _buffer.AsSpan(_length);
    }
}
