using System.Globalization;
using System.Reflection;
using Actors.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Actors.Gateway;

/// <summary>
/// Query and route values that are no numbers although their parameter is one. The framework marks the answer 400 and says no more; here they
/// are refused like any other bad argument, with the parameter's name.
/// </summary>
internal static class QueryFaults
{
    /// <summary>Null where every parameter could be read.</summary>
    public static Refused? Of(HttpContext http) => http.Response.StatusCode == StatusCodes.Status400BadRequest
        ? new Refused(Refusal.InvalidArgument, Parameters(http).FirstOrDefault(parameter => !IsRead(parameter.ParameterType, Given(http, parameter.Name!)))?.Name is { } name
            ? $"{name}: not one whole number in range"
            : "a parameter cannot be read")
        : null;

    private static IEnumerable<ParameterInfo> Parameters(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [];

    private static string? Given(HttpContext http, string name) =>
        http.GetRouteValue(name) as string ?? (http.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null);

    private static bool IsRead(Type type, string? text)
    {
        if (text is null) return true;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(long)) return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
        return type != typeof(int) || int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
    }
}
