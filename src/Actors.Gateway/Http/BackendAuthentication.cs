using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Actors.Gateway;

/// <summary>Who calls the HTTP interface: a backend of one tenant.</summary>
internal sealed record Backend(string Tenant, string KeyId)
{
    public Caller Caller { get; } = Caller.Backend(KeyId);

    public static Backend Of(HttpContext context) =>
        context.Features.Get<Backend>() ?? throw new InvalidOperationException("A route without authentication.");
}

/// <summary>Lets a request pass with a tenant's valid API key, at the tenant's rate.</summary>
internal sealed class BackendAuthentication(ApiKeys keys, TenantRates rates) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Token(http.Request) is not { } token || !ApiKey.TryParse(token, out var key)) return Problems.Unauthenticated();
        try
        {
            if (!await keys.IsValid(key, http.RequestAborted)) return Problems.Unauthenticated();
            if (!rates.Take(key.Tenant)) return Problems.Of(Refusal.Busy, "too many requests of this tenant");
            http.Features.Set(new Backend(key.Tenant, key.KeyId));
            if (QueryFaults.Of(http) is { } refused) return Problems.Of(refused);
            return await next(context);
        }
        catch (ClusterUnavailableException)
        {
            return Problems.Of(Refusal.Unavailable);
        }
    }

    public static string? Token(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim()
            : null;
}

/// <summary>Lets the operator pass. Without an operator key in the configuration there is nothing here to find.</summary>
internal sealed class OperatorAuthentication(IOptions<GatewayOptions> options) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (options.Value.OperatorKey is not { Length: > 0 } expected) return Problems.NotFound("no such route");
        var given = BackendAuthentication.Token(context.HttpContext.Request) ?? "";
        if (!CryptographicOperations.FixedTimeEquals(Digest(given), Digest(expected))) return Problems.Unauthenticated();
        try
        {
            return await next(context);
        }
        catch (ClusterUnavailableException)
        {
            return Problems.Of(Refusal.Unavailable);
        }
    }

    // Equal lengths, so that the comparison takes the same time whatever was given.
    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
