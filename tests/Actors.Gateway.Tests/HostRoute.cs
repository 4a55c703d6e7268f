using System.Reflection;
using Actors.Contracts;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Gateway.Tests;

/// <summary>A route as the host itself serves it: what tests of "every route" go through, so that none can be forgotten.</summary>
internal sealed record HostRoute(string Method, string Pattern, RouteEndpoint Endpoint)
{
    // Load balancers', clients' and readers' of the description: these ask for no key.
    private static readonly string[] Public = ["/health", "/ready", "/v1/ws", "/openapi/{documentName}.json"];

    public static IReadOnlyList<HostRoute> Of(GatewayHost host)
    {
        var routes = host.Gateway.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method => new HostRoute(method, endpoint.RoutePattern.RawText!, endpoint)))
            .ToList();
        routes.Count.ShouldBeGreaterThan(Public.Length);
        return routes;
    }

    /// <summary>Those that a tenant's backend calls.</summary>
    public static IReadOnlyList<HostRoute> OfBackends(GatewayHost host) => [.. Of(host).Where(route => !route.IsPublic && !route.IsOperators)];

    public bool IsPublic => Public.Contains(Pattern);

    public bool IsOperators => Pattern.StartsWith("/v1/tenants/", StringComparison.Ordinal);

    public bool IsChannels => Pattern.StartsWith("/v1/channels", StringComparison.Ordinal);

    /// <summary>A thread's, of a meeting or a channel.</summary>
    public bool IsThreads => IsChannels || Pattern.Contains("/threads/", StringComparison.Ordinal);

    public bool Writes => Method is "POST" or "PUT" or "PATCH" or "DELETE";

    /// <summary>What its body is to be; null where it takes none.</summary>
    public Type? Body => Endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;

    /// <summary>The commands that its body may be, where it is a command.</summary>
    public IEnumerable<Type> Commands => ContractsJson.Default.ClientCommand.PolymorphismOptions!.DerivedTypes
        .Select(derived => derived.DerivedType).Where(type => IsThreads == type.IsSubclassOf(typeof(ThreadCommand)));

    public IEnumerable<string> Parameters => Endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name);

    /// <summary>Whether its handler has this parameter, of the path or the query.</summary>
    public bool Takes(string parameter) => Endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Any(one => one.Name == parameter) == true;

    /// <summary>Its path with values for its parameters; a parameter without one fails the test.</summary>
    public string Path(IReadOnlyDictionary<string, string> values) => Parameters.Aggregate(Pattern, (path, name) => path.Replace(
        $"{{{name}}}", values.TryGetValue(name, out var value) ? value : throw new InvalidOperationException($"{this}: say in the test what its parameter '{name}' may be."), StringComparison.Ordinal));

    public override string ToString() => $"{Method} {Pattern}";
}
