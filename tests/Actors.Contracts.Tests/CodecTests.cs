using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Shouldly;
using Xunit;

namespace Actors.Contracts.Tests;

public class CodecTests
{
    private static readonly Serializer Serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    public static TheoryData<string> Types => [.. ContractTypes.Concrete.Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_contract_type_comes_back_equal_under_its_own_name_and_under_its_bases(string name)
    {
        var type = typeof(Answer).Assembly.GetType(name, throwOnError: true)!;
        foreach (var sample in new[] { Samples.Bare.Of(type), Samples.Full.Of(type) })
        {
            foreach (var declared in ContractTypes.Declarations(type))
            {
                Described.Of(ThereAndBack(declared, sample)).ShouldBe(Described.Of(sample), $"declared as {declared.Name}");
            }
        }
    }

    [Fact]
    public void A_full_sample_differs_from_a_bare_one_in_every_field()
    {
        foreach (var type in ContractTypes.Concrete)
        {
            var (bare, full) = (Samples.Bare.Of(type), Samples.Full.Of(type));
            foreach (var field in ContractTypes.Fields(type).Where(field => field.DeclaringType != typeof(Exception)))
            {
                Described.Of(field.GetValue(full)).ShouldNotBe(Described.Of(field.GetValue(bare)), $"{type.Name}.{field.Name}");
            }
        }
    }

    private static object? ThereAndBack(Type declared, object value) =>
        typeof(CodecTests).GetMethod(nameof(Cross), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(declared).Invoke(null, [value]);

    private static object? Cross<T>(T value) => Serializer.Deserialize<T>(Serializer.SerializeToArray(value));
}
