using System.Buffers.Binary;

namespace Orleans.Runtime;

/// <summary>Ids of activations: the silo's address and a counter, unique without randomness.</summary>
internal sealed class IdSource(SiloAddress silo)
{
    private readonly int _silo = silo.GetHashCode();
    private long _last;

    public Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, _silo);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], silo.Generation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], Interlocked.Increment(ref _last));
        return new Guid(bytes);
    }
}
