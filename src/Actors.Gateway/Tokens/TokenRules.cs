using System.Collections.Immutable;
using System.Text;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>What a backend may ask a token for; the meeting checks the same when the token is shown.</summary>
internal static class TokenRules
{
    public static Refused? Check(NewToken token)
    {
        if (!Ids.IsValid(token.Participant)) return Bad("participant");
        if (token.Home is not null && !Ids.IsValid(token.Home)) return Bad("home");
        if (!IsName(token.Name)) return Bad($"name: 1 to {Limits.NameLength} characters, no control characters");
        if (token.TtlSeconds < 1 || token.TtlSeconds > Limits.TokenLifetime.TotalSeconds)
            return Bad($"ttlSeconds: 1 to {Limits.TokenLifetime.TotalSeconds}");
        return token.Attributes is null ? null : Check(token.Attributes);
    }

    private static Refused? Check(ImmutableDictionary<string, string> attributes)
    {
        var bytes = 0L;
        foreach (var (key, value) in attributes)
        {
            if (!IsName(key)) return Bad("attributes: a key");
            if (value is null || value.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))) return Bad($"attributes.{key}");
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value);
        }
        return bytes > Limits.AttributesBytes ? new Refused(Refusal.TooLarge, $"attributes: {Limits.AttributesBytes} bytes at most") : null;
    }

    private static bool IsName(string name) =>
        !string.IsNullOrWhiteSpace(name) && name.Length <= Limits.NameLength
        && !name.AsSpan().ContainsAnyInRange('\0', '\x1f') && !name.Contains('\x7f');

    private static Refused Bad(string detail) => new(Refusal.InvalidArgument, detail);
}
