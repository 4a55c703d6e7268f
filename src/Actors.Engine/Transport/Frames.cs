using System.Buffers;
using System.Buffers.Binary;
using Orleans.Codec;
using Orleans.Serialization;

namespace Orleans.Transport;

/// <summary>Cuts a stream of bytes into frames.</summary>
internal static class Frames
{
    public const int LengthBytes = sizeof(uint);

    public static int Begin(CodecWriter writer, FrameKind kind)
    {
        var start = writer.BeginBytes();
        writer.WriteByte((byte)kind);
        return start;
    }

    public static void End(CodecWriter writer, int start) => writer.EndBytes(start);

    /// <summary>Takes the next whole frame, without its length, off the front. False where more bytes are needed.</summary>
    /// <exception cref="SerializerException">The length is impossible: nothing after it can be trusted.</exception>
    public static bool TryTake(ref ReadOnlySequence<byte> bytes, int limit, out ReadOnlySequence<byte> frame)
    {
        frame = default;
        if (bytes.Length < LengthBytes)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[LengthBytes];
        bytes.Slice(0, LengthBytes).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length == 0 || length > (uint)limit)
        {
            throw new SerializerException($"A frame of {length} bytes; the limit is {limit}.");
        }

        if (bytes.Length < LengthBytes + length)
        {
            return false;
        }

        frame = bytes.Slice(LengthBytes, length);
        bytes = bytes.Slice(LengthBytes + length);
        return true;
    }
}
