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
        if (token.Name.Length is 0 or > Limits.NameLength) return Bad($"name: 1 to {Limits.NameLength} characters");
        if (token.TtlSeconds < 1 || token.TtlSeconds > Limits.TokenLifetime.TotalSeconds)
            return Bad($"ttlSeconds: 1 to {Limits.TokenLifetime.TotalSeconds}");
        var bytes = token.Attributes?.Sum(pair => Encoding.UTF8.GetByteCount(pair.Key) + Encoding.UTF8.GetByteCount(pair.Value ?? "")) ?? 0;
        return bytes > Limits.AttributesBytes ? new Refused(Refusal.TooLarge, $"attributes: {Limits.AttributesBytes} bytes at most") : null;
    }

    private static Refused Bad(string detail) => new(Refusal.InvalidArgument, detail);
}
