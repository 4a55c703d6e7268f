using System.Collections.Immutable;
using Orleans;

namespace Actors.Engine.Tests;

[GenerateSerializer]
[Immutable]
public abstract record Animal([property: Id(0)] string Name);

[GenerateSerializer]
[Alias("cat")]
[Immutable]
public sealed record Cat(string Name, int Lives) : Animal(Name);

[GenerateSerializer]
[Alias("dog")]
[Immutable]
public sealed record Dog(string Name) : Animal(Name)
{
    [Id(0)]
    public ImmutableArray<Animal> Friends { get; init; } = [];

    [Id(1)]
    public Dog? Parent { get; init; }
}

public enum Mood : byte
{
    Calm = 1,
    Wild = 200,
}

[GenerateSerializer]
[Immutable]
public readonly record struct Point(int X, long? Y);

[GenerateSerializer]
[Immutable]
public sealed record Everything(
    bool Bool,
    byte Byte,
    short Short,
    int Int,
    uint UInt,
    long Long,
    ulong ULong,
    double Double,
    float Float,
    decimal Decimal,
    char Char,
    string? Text,
    Guid Guid,
    DateTimeOffset Time,
    DateTime Date,
    TimeSpan Span,
    Mood Mood,
    Mood? MaybeMood,
    int? Maybe,
    Point Point,
    ImmutableArray<string> Array,
    ImmutableArray<int> DefaultArray,
    ImmutableList<Point> List,
    ImmutableDictionary<string, Animal> Dictionary,
    ImmutableSortedDictionary<int, string> Sorted,
    ImmutableHashSet<Guid> Set,
    ReadOnlyMemory<byte> Memory,
    byte[] Bytes,
    Animal? Animal,
    IReadOnlyList<string?> Declared,
    (int, string) Pair);

/// <summary>Two versions of one type.</summary>
public static class Versions
{
    [GenerateSerializer]
    public sealed record Old
    {
        [Id(0)]
        public string Name { get; init; } = "none";

        [Id(2)]
        public int Gone { get; init; }
    }

    [GenerateSerializer]
    public sealed record New
    {
        [Id(0)]
        public string Name { get; init; } = "none";

        [Id(5)]
        public ImmutableArray<Animal> Added { get; init; } = [];

        [Id(6)]
        public string Default { get; init; } = "default";
    }
}

[GenerateSerializer]
public sealed class Mutable
{
    [Id(0)]
    public List<string> Words { get; set; } = [];

    [Id(1)]
    private int _secret;

    public int Secret() => _secret;

    public Mutable With(int secret)
    {
        _secret = secret;
        return this;
    }
}

[GenerateSerializer]
public sealed class CustomException(string message, int code) : Exception(message)
{
    [Id(0)]
    public int Code { get; } = code;
}

public sealed record Unmarked(int Value);
