using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Shouldly;
using Xunit;

namespace Actors.Contracts.Tests;

/// <summary>The JSON form is what clients and the log hold: names, completeness, and that it loses nothing.</summary>
public class JsonFormTests
{
    public static TheoryData<string> Types =>
        [.. ContractTypes.Concrete.Where(type => ContractsJson.Default.GetTypeInfo(type) is not null).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_contract_type_with_a_JSON_form_survives_it(string name)
    {
        var type = typeof(Answer).Assembly.GetType(name, throwOnError: true)!;
        foreach (var sample in new[] { Samples.Bare.Of(type), Samples.Full.Of(type) })
        {
            var info = ContractsJson.Default.GetTypeInfo(Polymorphic(type))!;
            var copy = JsonSerializer.Deserialize(JsonSerializer.Serialize(sample, info), info)!;
            copy.GetType().ShouldBe(type);
            Described.Of(copy).ShouldBe(Described.Of(sample));
        }
    }

    [Theory]
    [InlineData(typeof(Event))]
    [InlineData(typeof(ClientCommand))]
    public void Every_event_and_client_command_is_listed_in_its_base_by_its_alias(Type root)
    {
        var listed = root.GetCustomAttributes<JsonDerivedTypeAttribute>().ToDictionary(derived => derived.DerivedType, derived => (string)derived.TypeDiscriminator!);
        DerivedFrom(root).Except(listed.Keys).ShouldBeEmpty();
        foreach (var (type, name) in listed) type.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias.ShouldBe(name);
        listed.Values.ShouldBeUnique();
    }

    [Theory]
    [InlineData(typeof(View))]
    [InlineData(typeof(Signal))]
    public void Every_view_and_signal_is_listed_in_its_base(Type root) =>
        DerivedFrom(root).ShouldBe(root.GetCustomAttributes<JsonDerivedTypeAttribute>().Select(derived => derived.DerivedType), ignoreOrder: true);

    [Fact]
    public void Fields_of_events_leave_the_names_free_that_their_envelopes_use()
    {
        string[] reserved = ["type", "number", "at", "by", "s", "w", "c", "d", "format"];
        foreach (var type in DerivedFrom(typeof(Event)))
            ContractsJson.Default.GetTypeInfo(type)!.Properties.Select(property => property.Name).Intersect(reserved).ShouldBeEmpty(type.Name);
    }

    [Fact]
    public void Values_of_enums_have_names_in_snake_case()
    {
        var enums = ContractTypes.All.Where(type => type.IsEnum && ContractsJson.Default.GetTypeInfo(type) is not null).ToList();
        enums.ShouldNotBeEmpty();
        foreach (var field in enums.SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)))
            field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>().ShouldNotBeNull($"{field.DeclaringType!.Name}.{field.Name}").Name.ShouldMatch("^[a-z_]+$");
    }

    [Fact]
    public void What_is_neither_abstract_nor_behaviour_is_a_contract_type()
    {
        // So that a new record cannot miss the checks by missing the attribute.
        typeof(Answer).Assembly.GetExportedTypes()
            .Where(type => type.Namespace == typeof(Answer).Namespace
                && !type.IsInterface && !(type is { IsAbstract: true, IsSealed: true }) && !type.IsAssignableTo(typeof(Attribute))
                && !type.IsAssignableTo(typeof(JsonSerializerContext)) && !type.IsAssignableTo(typeof(JsonConverter)))
            .Except(ContractTypes.All).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"type":"post_message"}""")]
    [InlineData("""{"type":"post_message","text":null}""")]
    [InlineData("""{"type":"post_message","text":7}""")]
    [InlineData("""{"type":"admit_participants","participants":null}""")]
    [InlineData("""{"type":"change_role","participant":"u","role":"emperor"}""")]
    [InlineData("""{"type":"tick"}""")]
    [InlineData("""{"text":"x"}""")]
    public void P10_JSON_that_is_no_client_command_is_a_JsonException_or_not_supported(string json)
    {
        var thrown = Should.Throw<Exception>(() => JsonSerializer.Deserialize(json, ContractsJson.Default.ClientCommand));
        (thrown is JsonException or NotSupportedException).ShouldBeTrue(thrown.ToString());
    }

    internal static List<Type> DerivedFrom(Type root) => [.. ContractTypes.Concrete.Where(type => type.IsSubclassOf(root))];

    private static Type Polymorphic(Type type)
    {
        for (var above = type.BaseType; above is not null; above = above.BaseType)
            if (ContractsJson.Default.GetTypeInfo(above)?.PolymorphismOptions is not null) return above;
        return type;
    }
}
