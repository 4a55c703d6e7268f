using System.Collections.Immutable;
using System.Text;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>What a backend may ask a token for; the meeting checks the same when the token is shown.</summary>
internal static class TokenRules
{
    /// <summary>A token's life where its backend does not say: long enough to join with, short where it leaks.</summary>
    public const int DefaultSeconds = 3600;

    public static Refused? Check(NewToken token)
    {
        if (!Ids.IsValid(token.Participant)) return Bad("participant");
        if (token.Home is not null && !Ids.IsValid(token.Home)) return Bad("home");
        if (token.Locked is { } locked && !IsSet(locked)) return Bad("locked: an ability twice");
        return CheckName(token.Name) ?? CheckLife(token.TtlSeconds) ?? (token.Attributes is null ? null : Check(token.Attributes));
    }

    public static Refused? Check(NewUserToken token) => (token.Name is null ? null : CheckName(token.Name)) ?? CheckLife(token.TtlSeconds);

    /// <summary>Names are checked where the list is read.</summary>
    public static bool IsSet(ImmutableArray<Ability> abilities) => abilities.Distinct().Count() == abilities.Length;

    private static Refused? CheckName(string name) => IsName(name) ? null : Bad($"name: 1 to {Limits.NameLength} characters, no control characters");

    private static Refused? CheckLife(int seconds) =>
        seconds < 1 || seconds > Limits.TokenLifetime.TotalSeconds ? Bad($"ttlSeconds: 1 to {Limits.TokenLifetime.TotalSeconds}") : null;

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
