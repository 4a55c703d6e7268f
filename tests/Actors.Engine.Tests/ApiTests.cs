using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Orleans;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>The engine has no public API that Orleans lacks: what compiles here compiles there.</summary>
public class ApiTests
{
    [Fact]
    public void Every_public_member_of_a_type_in_the_abstractions_exists_there()
    {
        var theirs = PublicApi.Of(Abstractions);
        var ours = PublicApi.Of(typeof(Grain).Assembly.Location);
        var missing = ours
            .Where(type => theirs.ContainsKey(type.Key))
            .SelectMany(type => type.Value.Except(theirs[type.Key]).Select(member => $"{type.Key}: {member}"));
        missing.ShouldBeEmpty();
        ours.Keys.Intersect(theirs.Keys).Count().ShouldBeGreaterThan(30, "otherwise nothing was compared");
    }

    [Fact]
    public void Types_of_other_assemblies_are_on_the_list_and_no_other_type_is_public()
    {
        var theirs = PublicApi.Of(Abstractions);
        var elsewhere = PublicApi.Of(typeof(Grain).Assembly.Location).Keys.Where(type => !theirs.ContainsKey(type));
        elsewhere.Order(StringComparer.Ordinal).ShouldBe(OtherAssemblies.Types.Order(StringComparer.Ordinal));
    }

    /// <summary>With the other assemblies at hand (a folder named by ORLEANS_ASSEMBLIES), their types are compared as well.</summary>
    [Fact]
    public void Every_public_member_of_a_type_in_the_other_assemblies_exists_there_where_they_are_given()
    {
        var folder = Environment.GetEnvironmentVariable("ORLEANS_ASSEMBLIES");
        string[] files = folder is null ? [Abstractions] : [Abstractions, .. Directory.GetFiles(folder, "Orleans.*.dll")];
        var theirs = files.SelectMany(PublicApi.Of).GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.First().Value);
        var missing = PublicApi.Of(typeof(Grain).Assembly.Location)
            .Where(type => folder is not null || theirs.ContainsKey(type.Key))
            .SelectMany(type => theirs.TryGetValue(type.Key, out var members)
                ? type.Value.Except(members).Select(member => $"{type.Key}: {member}")
                : [$"{type.Key}: no such type"]);
        missing.ShouldBeEmpty();
    }

    private static string Abstractions => typeof(ApiTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "OrleansAbstractions").Value!;
}

/// <summary>Public and protected members of an assembly's public types, as text, from its metadata alone.</summary>
internal static class PublicApi
{
    public static Dictionary<string, HashSet<string>> Of(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var reader = image.GetMetadataReader();
        var names = new SignatureNames();
        var types = new Dictionary<string, HashSet<string>>();
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            var visibility = type.Attributes & TypeAttributes.VisibilityMask;
            if (visibility is not (TypeAttributes.Public or TypeAttributes.NestedPublic))
            {
                continue;
            }

            var members = types[SignatureNames.Of(reader, handle)] = [];
            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
            {
                // Overrides of object and of interfaces are no API of their own; a type without a constructor of its own has the default one.
                if (IsVisible(method.Attributes & MethodAttributes.MemberAccessMask) && !IsOverride(method.Attributes))
                {
                    var signature = method.DecodeSignature(names, null);
                    members.Add($"{signature.ReturnType} {reader.GetString(method.Name)}({string.Join(", ", signature.ParameterTypes)})");
                }
            }

            foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
            {
                if ((field.Attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family)
                {
                    members.Add($"{field.DecodeSignature(names, null)} {reader.GetString(field.Name)}");
                }
            }
        }

        return types;
    }

    private static bool IsVisible(MethodAttributes access) =>
        access is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsOverride(MethodAttributes attributes) =>
        (attributes & MethodAttributes.Virtual) != 0 && (attributes & MethodAttributes.NewSlot) == 0;
}

/// <summary>Names of types in signatures.</summary>
internal sealed class SignatureNames : ISignatureTypeProvider<string, object?>
{
    public static string Of(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{Of(reader, outer)}+{name}" : $"{reader.GetString(type.Namespace)}.{name}";
    }

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Of(reader, handle);

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, rawTypeKind)}+{name}"
            : $"{reader.GetString(type.Namespace)}.{name}";
    }

    public string GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, context);

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
        $"{genericType}<{string.Join(",", typeArguments)}>";

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[,]";

    public string GetSZArrayType(string elementType) => $"{elementType}[]";

    public string GetByReferenceType(string elementType) => $"{elementType}&";

    public string GetPointerType(string elementType) => $"{elementType}*";

    public string GetPinnedType(string elementType) => elementType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => "function";

    public string GetGenericMethodParameter(object? context, int index) => $"!!{index}";

    public string GetGenericTypeParameter(object? context, int index) => $"!{index}";

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();
}
