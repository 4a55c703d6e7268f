using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

public class CodecTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private readonly Serializer _serializer = Services.GetRequiredService<Serializer>();

    private static Everything Sample => new(
        true, 255, short.MinValue, int.MinValue, uint.MaxValue, long.MinValue, ulong.MaxValue, double.Epsilon, float.MaxValue,
        -79228162514264337593543950335m, 'ß', "grün 🟩", new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.FromHours(-9.5)), new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        TimeSpan.MinValue, Mood.Wild, Mood.Calm, 0, new Point(-1, null), ["", "a"], default, [new Point(1, 2)],
        ImmutableDictionary<string, Animal>.Empty.Add("c", new Cat("Tom", 9)), ImmutableSortedDictionary<int, string>.Empty.Add(-1, "x"),
        [Guid.Empty], new byte[] { 1, 2 }, [3], new Dog("Rex") { Friends = [new Cat("Tom", 7), null!], Parent = new Dog("Old") }, ["x", null], (7, "p"));

    [Fact]
    public void Every_kind_of_member_comes_back()
    {
        var read = RoundTrip(Sample);
        read.Array.ShouldBe(["", "a"]);
        read.DefaultArray.IsDefault.ShouldBeTrue();
        read.List.ShouldBe(Sample.List);
        read.Dictionary.ShouldBe(Sample.Dictionary);
        read.Sorted.ShouldBe(Sample.Sorted);
        read.Set.SetEquals(Sample.Set).ShouldBeTrue();
        read.Memory.ToArray().ShouldBe([1, 2]);
        read.Bytes.ShouldBe([3]);
        read.Declared.ShouldBe(["x", null]);
        var dog = read.Animal.ShouldBeOfType<Dog>();
        dog.Friends.ShouldBe([new Cat("Tom", 7), null!]);
        dog.Parent!.Name.ShouldBe("Old");
        var same = Sample;
        (read with
        {
            Array = same.Array,
            List = same.List,
            Dictionary = same.Dictionary,
            Sorted = same.Sorted,
            Set = same.Set,
            Memory = same.Memory,
            Bytes = same.Bytes,
            Declared = same.Declared,
            Animal = same.Animal,
        }).ShouldBe(same);
    }

    [Fact]
    public void Derived_types_are_named_by_their_alias_and_renaming_a_class_changes_nothing()
    {
        var bytes = _serializer.SerializeToArray<Animal>(new Cat("Tom", 9));
        System.Text.Encoding.UTF8.GetString(bytes).ShouldContain("cat");
        System.Text.Encoding.UTF8.GetString(bytes).ShouldNotContain("Actors");
        _serializer.Deserialize<Animal>(bytes).ShouldBe(new Cat("Tom", 9));
    }

    [Fact]
    public void An_old_reader_skips_what_it_does_not_know_and_a_new_one_keeps_its_defaults()
    {
        var added = new Versions.New { Name = "n", Added = [new Cat("Tom", 1)], Default = "changed" };
        _serializer.Deserialize<Versions.Old>(Body(added)).ShouldBe(new Versions.Old { Name = "n" });
        _serializer.Deserialize<Versions.New>(Body(new Versions.Old { Name = "o", Gone = 7 })).ShouldSatisfyAllConditions(
            read => read.Name.ShouldBe("o"), read => read.Added.ShouldBeEmpty(), read => read.Default.ShouldBe("default"));
    }

    [Fact]
    public void Private_members_and_exceptions_are_carried()
    {
        RoundTrip(new Mutable { Words = ["a"] }.With(5)).Secret().ShouldBe(5);
        var exception = RoundTrip(new CustomException("bad", 42));
        (exception.Message, exception.Code).ShouldBe(("bad", 42));
    }

    [Fact]
    public void Null_and_plain_values_are_carried_at_the_top()
    {
        RoundTrip<Dog?>(null).ShouldBeNull();
        RoundTrip("text").ShouldBe("text");
        RoundTrip(-7).ShouldBe(-7);
        RoundTrip<object>(7L).ShouldBe(7L);
        RoundTrip<object>(new Cat("Tom", 1)).ShouldBe(new Cat("Tom", 1));
        RoundTrip<int[]>([1, 2]).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_type_that_is_not_marked_has_no_codec()
    {
        Should.Throw<CodecNotFoundException>(() => _serializer.SerializeToArray(new Unmarked(1)));
        Should.Throw<CodecNotFoundException>(() => _serializer.SerializeToArray<object>(new Unmarked(1)));
        _serializer.CanSerialize<Unmarked>().ShouldBeFalse();
        _serializer.CanSerialize<Everything>().ShouldBeTrue();
    }

    [Fact]
    public void Nesting_has_a_bound()
    {
        var dog = new Dog("0");
        for (var i = 0; i < 200; i++)
        {
            dog = new Dog("n") { Parent = dog };
        }

        Should.Throw<SerializerException>(() => _serializer.SerializeToArray(dog));
    }

    [Fact]
    public void Copies_share_nothing_that_can_change()
    {
        var copier = Services.GetRequiredService<DeepCopier>();
        var mutable = new Mutable { Words = ["a"] };
        var copy = copier.Copy(mutable);
        mutable.Words.Add("b");
        copy.Words.ShouldBe(["a"]);
        var cat = new Cat("Tom", 1);
        copier.Copy(cat).ShouldBeSameAs(cat);
        var numbers = new[] { 1 };
        copier.Copy(numbers).ShouldNotBeSameAs(numbers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Malformed_bytes_are_refused_with_a_serializer_exception(int seed)
    {
        var random = new Random(seed);
        var good = _serializer.SerializeToArray(Sample);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = good.AsSpan(0, random.Next(4) == 0 ? random.Next(good.Length) : good.Length).ToArray();
            for (var i = random.Next(1, 4); i > 0 && bytes.Length > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                _serializer.Deserialize<Everything>(bytes);
            }
            catch (SerializerException)
            {
                refused++;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}, round {round}, bytes {Convert.ToHexString(bytes)}", exception);
            }
        }

        refused.ShouldBeGreaterThan(5_000, $"seed {seed}");
    }

    private T RoundTrip<T>(T value) => _serializer.Deserialize<T>(_serializer.SerializeToArray(value));

    // Neither version is named on the wire: it is the declared type.
    private byte[] Body<T>(T value) => _serializer.SerializeToArray(value);
}
