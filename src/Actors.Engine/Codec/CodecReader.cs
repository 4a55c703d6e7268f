using System.Buffers.Binary;
using System.Text;
using Orleans.Serialization;

namespace Orleans.Codec;

/// <summary>Reads what <see cref="CodecWriter"/> wrote. Every step is checked against the end of the innermost value.</summary>
internal ref struct CodecReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;
    private int _end;
    private int _depth;

    public CodecReader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > CodecLimits.MaxBytes)
        {
            throw new SerializerException($"{bytes.Length} bytes are more than the {CodecLimits.MaxBytes} allowed.");
        }

        _bytes = bytes;
        _end = bytes.Length;
    }

    /// <summary>Whether the innermost value has been read to its end.</summary>
    public readonly bool IsAtEnd => _position == _end;

    public readonly int Remaining => _end - _position;

    public byte ReadByte() => Take(1)[0];

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new SerializerException("A number is longer than 64 bits.");
    }

    public long ReadSigned()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ulong ReadFixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public uint ReadFixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ReadOnlySpan<byte> ReadRaw(int count) => Take(count);

    public ReadOnlySpan<byte> ReadRest() => Take(Remaining);

    public string ReadText() => Encoding.UTF8.GetString(ReadRest());

    /// <summary>A number of items, at least one byte each: a lie about it cannot make the reader allocate.</summary>
    public int ReadCount()
    {
        var count = ReadVarint();
        return count <= (ulong)Remaining ? (int)count : throw new SerializerException($"{count} items cannot be in {Remaining} bytes.");
    }

    /// <summary>Enters a value of the length told; returns the end to hand to <see cref="LeaveBytes"/>, or -1 for null.</summary>
    public int EnterBytes()
    {
        var length = ReadFixed32();
        if (length == CodecLimits.NullLength)
        {
            return -1;
        }

        if (length > (uint)Remaining)
        {
            throw new SerializerException($"A value of {length} bytes cannot be in {Remaining} bytes.");
        }

        if (++_depth > CodecLimits.MaxDepth)
        {
            throw new SerializerException($"Values are nested more than {CodecLimits.MaxDepth} deep.");
        }

        var outer = _end;
        _end = _position + (int)length;
        return outer;
    }

    /// <summary>Skips what a newer writer added to the value's end.</summary>
    public void LeaveBytes(int outer)
    {
        _depth--;
        _position = _end;
        _end = outer;
    }

    public void Skip(Wire wire)
    {
        switch (wire)
        {
            case Wire.Varint:
                ReadVarint();
                break;
            case Wire.Fixed64:
                Take(sizeof(ulong));
                break;
            case Wire.Fixed32:
                Take(sizeof(uint));
                break;
            case Wire.Bytes:
                var length = ReadFixed32();
                Take(length == CodecLimits.NullLength ? 0 : (int)Math.Min(length, int.MaxValue));
                break;
            default:
                throw new SerializerException($"There is no wire type {(byte)wire}.");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _end - _position)
        {
            throw new SerializerException("The bytes end within a value.");
        }

        var span = _bytes.Slice(_position, count);
        _position += count;
        return span;
    }
}
