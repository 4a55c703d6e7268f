namespace Orleans.Codec;

internal delegate TMember GetMember<T, TMember>(ref T owner);

internal delegate void SetMember<T, TMember>(ref T owner, TMember value);

/// <summary>One member of <typeparamref name="T"/>.</summary>
internal abstract class MemberCodec<T>(string name, ulong key)
{
    public const int WireBits = 3;
    public const ulong WireMask = (1 << WireBits) - 1;

    public string Name { get; } = name;

    /// <summary>Number and space of the member; never zero.</summary>
    public ulong Key { get; } = key;

    public abstract Wire Wire { get; }

    public static MemberCodec<T>[] All(IReadOnlyList<Member> members) =>
    [
        .. members.Select(member => (MemberCodec<T>)Activator.CreateInstance(
            typeof(MemberCodec<,>).MakeGenericType(typeof(T), member.Type), member)!),
    ];

    public abstract void Write(CodecWriter writer, ref T owner);

    public abstract void Read(ref CodecReader reader, ref T owner);
}

internal sealed class MemberCodec<T, TMember>(Member member) : MemberCodec<T>(member.Name, member.Key)
{
    private readonly GetMember<T, TMember> _get = member.Getter<T, TMember>();
    private readonly SetMember<T, TMember> _set = member.Setter<T, TMember>();

    // Looked up on use: members may be of the type they are in.
    private ValueCodec<TMember>? _codec;

    public override Wire Wire => Codec.Wire;

    private ValueCodec<TMember> Codec => _codec ??= CodecOf<TMember>.Declared;

    public override void Write(CodecWriter writer, ref T owner)
    {
        var value = _get(ref owner);
        if (value is null || (Wire != Wire.Bytes && EqualityComparer<TMember>.Default.Equals(value, default)))
        {
            // Reading leaves what is missing at its default.
            return;
        }

        writer.WriteVarint((Key << WireBits) | (ulong)Wire);
        Elements.Write(writer, Codec, value);
    }

    public override void Read(ref CodecReader reader, ref T owner) => _set(ref owner, Elements.Read(ref reader, Codec));
}
