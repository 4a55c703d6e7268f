using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>The abilities taken from one person, as a set that compares by value.</summary>
public readonly record struct Locks
{
    private readonly int _bits;

    private Locks(int bits) => _bits = bits;

    public bool IsEmpty => _bits == 0;

    public static Locks Of(ImmutableArray<Ability>? abilities) =>
        new((abilities ?? []).Aggregate(0, (bits, ability) => bits | Bit(ability)));

    public bool Has(Ability ability) => (_bits & Bit(ability)) != 0;

    public Locks With(Locks more, bool locked) => new(locked ? _bits | more._bits : _bits & ~more._bits);

    /// <summary>In the order of <see cref="Ability"/>; null where there is none.</summary>
    public ImmutableArray<Ability>? List => IsEmpty ? null : [.. Enum.GetValues<Ability>().Where(Has)];

    internal void Write(Utf8JsonWriter json, string name)
    {
        if (!IsEmpty) json.WriteNumber(name, _bits);
    }

    internal void WriteValue(Utf8JsonWriter json) => json.WriteNumberValue(_bits);

    internal static Locks Read(JsonElement json) => new(json.GetInt32());

    internal static Locks Read(JsonElement json, string name) => json.TryGetProperty(name, out var bits) ? Read(bits) : default;

    private static int Bit(Ability ability) => 1 << (int)ability;
}
