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
    /// <summary>Null where every parameter could be read, and <c>seen</c>, which any reading may have, is no negative number.</summary>
    public static Refused? Of(HttpContext http)
    {
        if (http.Response.StatusCode != StatusCodes.Status400BadRequest)
            return Given(http, "seen") is { } seen && seen.AsSpan().TrimStart().StartsWith('-') ? new Refused(Refusal.InvalidArgument, "seen") : null;
        var unread = Parameters(http).FirstOrDefault(parameter => !IsRead(parameter.ParameterType, Given(http, parameter.Name!)));
        return new Refused(Refusal.InvalidArgument, unread is null ? "a parameter cannot be read" : $"{unread.Name}: not one whole number in range");
    }

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
