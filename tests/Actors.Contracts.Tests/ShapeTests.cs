using System.Collections.Immutable;
using System.Reflection;
using Shouldly;
using Xunit;

namespace Actors.Contracts.Tests;

/// <summary>Calls inside a process pass references, so nothing that a contract holds may change.</summary>
public class ShapeTests
{
    private static readonly Type[] Values =
        [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(TimeSpan), typeof(DateTimeOffset), typeof(CancellationToken)];

    private static readonly Type[] Collections = [typeof(ImmutableArray<>), typeof(ImmutableDictionary<,>)];

    [Fact]
    public void Contracts_hold_nothing_that_can_change()
    {
        var fields = ContractTypes.Concrete.Where(type => !type.IsAssignableTo(typeof(Exception))).SelectMany(ContractTypes.Fields).ToList();

        fields.Where(field => !IsInitOnly(field) || !IsContract(field.PropertyType)).Select(Named).ShouldBeEmpty();
        ContractTypes.All.Where(type => !type.IsEnum && !type.IsAssignableTo(typeof(Exception)) && !type.IsDefined(typeof(ImmutableAttribute), inherit: false))
            .Select(type => type.Name).ShouldBeEmpty();
    }

    [Fact]
    public void Every_contract_type_has_an_alias_of_its_own()
    {
        ContractTypes.All.Where(type => type.GetCustomAttribute<AliasAttribute>(inherit: false) is null).Select(type => type.Name).ShouldBeEmpty();
        ContractTypes.All.GroupBy(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias, StringComparer.Ordinal)
            .Where(group => group.Count() > 1).Select(group => group.Key).ShouldBeEmpty();
    }

    [Fact]
    public void Grains_take_and_give_contract_types_only()
    {
        var methods = ContractTypes.Grains.SelectMany(grain => grain.GetMethods()).ToList();
        methods.ShouldNotBeEmpty();

        methods.SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(Given(method.ReturnType)))
            .Where(type => type != typeof(void) && !IsContract(type)).ShouldBeEmpty();
    }

    private static Type Given(Type task) => task.IsGenericType ? task.GetGenericArguments()[0] : typeof(void);

    private static bool IsContract(Type type) =>
        Nullable.GetUnderlyingType(type) is { } underlying ? IsContract(underlying)
        : type.IsGenericType ? Collections.Contains(type.GetGenericTypeDefinition()) && type.GetGenericArguments().All(IsContract)
        : Values.Contains(type) || ContractTypes.All.Contains(type);

    private static bool IsInitOnly(PropertyInfo field) =>
        field.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit");

    private static string Named(PropertyInfo field) => $"{field.DeclaringType!.Name}.{field.Name}";
}
