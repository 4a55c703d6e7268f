using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Actors.Contracts;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Actors.Gateway;

/// <summary>JWTs (RFC 7519, HS256) that carry an <see cref="AccessGrant"/>. Stateless: revocation is the meeting's, by time of issue, and of users their channels'.</summary>
internal sealed class AccessTokens
{
    public const string Audience = "actors";

    /// <summary>Attributes (16 KiB) in base64 with escapes, and the rest.</summary>
    public const int MaxBytes = 48 * 1024;

    private const int MinSecretBytes = 32;

    // One of these makes it a meeting's token: where the meeting is missing or none, it is a bad one and not a user's.
    private static readonly ImmutableArray<string> MeetingClaims = ["meeting", "role", "kind", "guest", "home", "attributes", "locked"];

    // Clocks of a backend's and our machines may differ by so much; our own tokens need none.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false, MaximumTokenSizeInBytes = MaxBytes };
    private readonly SigningCredentials? _signing;
    private readonly TokenValidationParameters _validation;
    private readonly string _issuer;

    public AccessTokens(IOptions<GatewayOptions> options, TimeProvider time)
    {
        _time = time;
        var tokens = options.Value.Tokens;
        _issuer = tokens.Issuer;
        var keys = tokens.Keys.Select(Key).ToImmutableArray();
        if (keys.Length > 0) _signing = new SigningCredentials(keys[0], SecurityAlgorithms.HmacSha256);
        _validation = new TokenValidationParameters
        {
            ValidIssuer = _issuer,
            ValidAudience = Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKeyResolver = (_, _, kid, _) => keys.Where(key => key.KeyId == kid),
            TryAllIssuerSigningKeys = false,
            LifetimeValidator = IsAlive,
        };
    }

    private static SymmetricSecurityKey Key(TokenOptions.SigningKey key)
    {
        var secret = Encoding.UTF8.GetBytes(key.Secret);
        if (secret.Length < MinSecretBytes)
            throw new InvalidOperationException($"Gateway:Tokens:Keys: the secret of '{key.Kid}' is shorter than {MinSecretBytes} bytes.");
        return new SymmetricSecurityKey(secret) { KeyId = key.Kid };
    }

    public string Issue(Grant grant)
    {
        var claims = new Dictionary<string, object>
        {
            ["sub"] = grant.Participant,
            ["tenant"] = grant.Tenant,
            ["meeting"] = grant.Meeting,
            ["name"] = grant.Name,
            ["role"] = JsonSerializer.SerializeToElement(grant.Role, ContractsJson.Default.Role),
            ["kind"] = JsonSerializer.SerializeToElement(grant.Kind, ContractsJson.Default.Kind),
            ["guest"] = grant.Guest,
            // A removal revokes what was issued before it, and a new token may follow within the same second.
            ["iat_ms"] = grant.IssuedAt.ToUnixTimeMilliseconds(),
        };
        if (grant.Home is { } home) claims["home"] = home;
        if (grant.Attributes is { Count: > 0 } attributes)
            claims["attributes"] = JsonSerializer.SerializeToElement(attributes, GatewayJson.Default.ImmutableDictionaryStringString);
        if (grant.Locked is { IsEmpty: false } locked) claims["locked"] = JsonSerializer.SerializeToElement(locked, GatewayJson.Default.ImmutableArrayAbility);
        return Sign(claims, grant.IssuedAt, grant.ExpiresAt);
    }

    public string Issue(UserGrant grant)
    {
        var claims = new Dictionary<string, object> { ["sub"] = grant.User, ["tenant"] = grant.Tenant };
        if (grant.Name is { } name) claims["name"] = name;
        return Sign(claims, grant.IssuedAt, grant.ExpiresAt);
    }

    private string Sign(Dictionary<string, object> claims, DateTimeOffset issued, DateTimeOffset expires)
    {
        if (_signing is null) throw new InvalidOperationException("Gateway:Tokens:Keys is empty: no key signs access tokens.");
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = _issuer,
            Audience = Audience,
            IssuedAt = issued.UtcDateTime,
            NotBefore = issued.UtcDateTime,
            Expires = expires.UtcDateTime,
            Claims = claims,
            SigningCredentials = _signing,
        });
    }

    /// <summary>The grant of a token, or how a socket that shows it is closed.</summary>
    public async ValueTask<(AccessGrant? Grant, CloseCode Close)> Read(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, _validation);
        if (result.Exception is SecurityTokenExpiredException or SecurityTokenInvalidLifetimeException) return (null, CloseCode.TokenExpired);
        if (!result.IsValid) return (null, CloseCode.Unauthenticated);
        var read = (JsonWebToken)result.SecurityToken;
        AccessGrant? grant = MeetingClaims.Any(claim => read.TryGetPayloadValue<object>(claim, out _)) ? OfMeeting(read) : OfUser(read);
        return (grant, grant is null ? CloseCode.Unauthenticated : default);
    }

    private static UserGrant? OfUser(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<string>("tenant", out var tenant) || !Ids.IsValid(tenant) || !Ids.IsValid(token.Subject)) return null;
        return new UserGrant(tenant, token.Subject, token.TryGetPayloadValue<string>("name", out var name) ? name : null,
            new DateTimeOffset(token.IssuedAt, TimeSpan.Zero), new DateTimeOffset(token.ValidTo, TimeSpan.Zero));
    }

    private bool IsAlive(DateTime? from, DateTime? to, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        if (to is null || to - (from ?? now) > Limits.TokenLifetime + Skew) throw new SecurityTokenNoExpirationException("no expiry, or too late a one");
        if (from > now + Skew) throw new SecurityTokenNotYetValidException("not valid yet");
        if (to <= now) throw new SecurityTokenExpiredException("expired");
        return true;
    }

    private static Grant? OfMeeting(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<string>("tenant", out var tenant) || !Ids.IsValid(tenant)
            || !token.TryGetPayloadValue<string>("meeting", out var meeting) || !Ids.IsValid(meeting)
            || !token.TryGetPayloadValue<string>("name", out var name)
            || !Ids.IsValid(token.Subject)) return null;
        try
        {
            var role = Parse(token, "role", ContractsJson.Default.Role, Role.Participant);
            var kind = Parse(token, "kind", ContractsJson.Default.Kind, Kind.Person);
            var guest = token.TryGetPayloadValue<bool>("guest", out var isGuest) && isGuest;
            var attributes = token.TryGetPayloadValue<JsonElement>("attributes", out var given)
                ? given.Deserialize(GatewayJson.Default.ImmutableDictionaryStringString)
                : null;
            var issued = token.TryGetPayloadValue<long>("iat_ms", out var milliseconds)
                ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
                : new DateTimeOffset(token.IssuedAt, TimeSpan.Zero);
            return new Grant(tenant, meeting, token.Subject, name, role, kind, guest, issued, new DateTimeOffset(token.ValidTo, TimeSpan.Zero), attributes,
                token.TryGetPayloadValue<string>("home", out var home) ? home : null, Locked(token));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or FormatException)
        {
            return null;
        }
    }

    // What cannot be read takes nothing from its holder, so it is no token.
    private static ImmutableArray<Ability>? Locked(JsonWebToken token)
    {
        if (!token.TryGetPayloadValue<object>("locked", out _)) return null;
        if (!token.TryGetPayloadValue<JsonElement>("locked", out var given) || given.ValueKind != JsonValueKind.Array) throw new FormatException("locked");
        var locked = given.Deserialize(GatewayJson.Default.ImmutableArrayAbility);
        return TokenRules.IsSet(locked) ? locked : throw new FormatException("locked");
    }

    private static T Parse<T>(JsonWebToken token, string claim, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, T otherwise) =>
        token.TryGetPayloadValue<string>(claim, out var text)
            ? JsonSerializer.Deserialize(JsonSerializer.SerializeToElement(text, GatewayJson.Default.String), type)!
            : otherwise;
}
