using System.Reflection;

namespace Actors.Contracts.Tests;

/// <summary>The types that travel between processes.</summary>
internal static class ContractTypes
{
    public static readonly IReadOnlyList<Type> All =
        [.. typeof(Answer).Assembly.GetExportedTypes().Where(type => type.IsDefined(typeof(GenerateSerializerAttribute)))];

    public static readonly IReadOnlyList<Type> Grains =
        [.. typeof(Answer).Assembly.GetExportedTypes().Where(type => type.IsInterface && type.IsAssignableTo(typeof(IGrain)))];

    /// <summary>Those of which there are values: neither enums nor abstract.</summary>
    public static IEnumerable<Type> Concrete => All.Where(type => type is { IsAbstract: false, IsEnum: false });

    /// <summary>The type and its contract bases: whatever a value of it may be declared as.</summary>
    public static IEnumerable<Type> Declarations(Type type)
    {
        for (var declared = type; declared is not null && declared.IsDefined(typeof(GenerateSerializerAttribute)); declared = declared.BaseType)
        {
            yield return declared;
        }
    }

    public static IEnumerable<PropertyInfo> Fields(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite && property.GetIndexParameters().Length == 0);
}
