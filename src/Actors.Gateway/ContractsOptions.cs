using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Makes the framework's own JSON (OpenAPI schemas) agree with ours.</summary>
internal static class ContractsOptions
{
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.TypeInfoResolverChain.Insert(0, ContractsJson.Default);
        options.TypeInfoResolverChain.Insert(1, GatewayJson.Default);
    }
}
