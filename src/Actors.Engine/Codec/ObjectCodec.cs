using System.Runtime.CompilerServices;
using Orleans.Serialization;

namespace Orleans.Codec;

/// <summary>
/// A type marked with <see cref="GenerateSerializerAttribute"/>. For each marked class from the base down: its members, each with
/// a header of number, space (constructor parameter or <see cref="IdAttribute"/>) and wire type, then a zero.
/// </summary>
internal sealed class ObjectCodec<T> : ValueCodec<T>
{
    private const byte EndOfLevel = 0;

    private readonly MemberCodec<T>[][] _levels = [.. Members.LevelsOf(typeof(T)).Select(MemberCodec<T>.All)];
    private readonly Func<T> _create = Members.Activator<T>();

    public override void Write(CodecWriter writer, T value)
    {
        foreach (var members in _levels)
        {
            foreach (var member in members)
            {
                member.Write(writer, ref value);
            }

            writer.WriteByte(EndOfLevel);
        }
    }

    public override T Read(ref CodecReader reader)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var value = _create();
        foreach (var members in _levels)
        {
            while (!reader.IsAtEnd && reader.ReadVarint() is var header && header != EndOfLevel)
            {
                var wire = (Wire)(header & MemberCodec<T>.WireMask);
                if (Find(members, header >> MemberCodec<T>.WireBits) is not { } member)
                {
                    reader.Skip(wire);
                }
                else if (member.Wire == wire)
                {
                    member.Read(ref reader, ref value);
                }
                else
                {
                    throw new SerializerException($"{typeof(T)}.{member.Name} is {member.Wire}, but the bytes hold {wire}.");
                }
            }
        }

        return value;
    }

    private static MemberCodec<T>? Find(MemberCodec<T>[] members, ulong key)
    {
        foreach (var member in members)
        {
            if (member.Key == key)
            {
                return member;
            }
        }

        return null;
    }
}
