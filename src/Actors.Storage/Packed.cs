using System.IO.Compression;
using System.Security.Cryptography;

namespace Actors.Storage;

/// <summary>A payload as it is stored: compressed, checked, and cut into parts that fit an item.</summary>
internal sealed record Packed(byte[] Data, int Bytes, string Checksum)
{
    /// <summary>DynamoDB's 400 KB for an item, less keys and names.</summary>
    public const int PartBytes = 350 * 1024;

    public int Parts => (Data.Length + PartBytes - 1) / PartBytes;

    public static Packed Of(ReadOnlyMemory<byte> payload)
    {
        using var packed = new MemoryStream(payload.Length / 4 + 64);
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(payload.Span);
        var data = packed.ToArray();
        return new Packed(data, payload.Length, ChecksumOf(data));
    }

    /// <summary>Null where the bytes are not those that were packed.</summary>
    public static byte[]? Unpack(byte[] data, int bytes, string checksum)
    {
        if (ChecksumOf(data) != checksum)
            return null;
        var payload = new byte[bytes];
        using var brotli = new BrotliStream(new MemoryStream(data), CompressionMode.Decompress);
        brotli.ReadExactly(payload);
        return payload;
    }

    public MemoryStream Part(int index)
    {
        var start = index * PartBytes;
        return new MemoryStream(Data, start, Math.Min(PartBytes, Data.Length - start), writable: false);
    }

    public static byte[] Join(IEnumerable<MemoryStream> parts)
    {
        using var whole = new MemoryStream();
        foreach (var part in parts)
            part.WriteTo(whole);
        return whole.ToArray();
    }

    private static string ChecksumOf(byte[] data) => Convert.ToHexStringLower(SHA256.HashData(data));
}
