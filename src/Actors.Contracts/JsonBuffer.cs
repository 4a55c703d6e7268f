using System.Buffers;
using System.Text.Json;

namespace Actors.Contracts;

/// <summary>Growing bytes that can also be stepped back over, to put fields around an object that the serializer wrote. Not thread-safe.</summary>
internal sealed class JsonBuffer(int capacity) : IBufferWriter<byte>
{
    public static readonly JsonWriterOptions Compact = new() { Encoder = PlainJsonEncoder.Instance, SkipValidation = true };

    private byte[] bytes = new byte[capacity];

    public int Length { get; set; }

    public Span<byte> Written => bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> Memory(int length) => bytes.AsMemory(0, length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return bytes.AsSpan(Length);
    }

    public void Write(byte value)
    {
        Reserve(1);
        bytes[Length++] = value;
    }

    public void Write(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(bytes.AsSpan(Length));
        Length += value.Length;
    }

    public void Write(long value)
    {
        Reserve(LongestNumber);
        value.TryFormat(bytes.AsSpan(Length), out var count, default, System.Globalization.CultureInfo.InvariantCulture);
        Length += count;
    }

    public void WriteText(string value)
    {
        Write((byte)'"');
        Write(JsonEncodedText.Encode(value, Compact.Encoder).EncodedUtf8Bytes);
        Write((byte)'"');
    }

    // long.MinValue in decimal.
    private const int LongestNumber = 20;

    private void Reserve(int count)
    {
        if (bytes.Length - Length < count) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + count));
    }
}
