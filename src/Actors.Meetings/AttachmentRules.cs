using System.Buffers;
using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>What a reference to a file may hold. Each refusal names the field.</summary>
internal static class AttachmentRules
{
    private const int Sha256Length = 64;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    // RFC 3986: everything else has to be percent-encoded.
    private static readonly SearchValues<char> UrlCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%");

    // RFC 6838, restricted names.
    private static readonly SearchValues<char> TypeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+");

    public static Outcome? Check(ImmutableArray<Attachment> attachments)
    {
        if (attachments.Length > Limits.AttachmentsPerMessage) return TooLarge("attachments");
        foreach (var attachment in attachments)
        {
            if (attachment is null) return Invalid("attachments holds nothing");
            if ((Url(attachment.Url) ?? Type(attachment.Type) ?? Size(attachment.Size) ?? Sha256(attachment.Sha256) ?? Name(attachment.Name)) is { } refused)
                return refused;
        }
        return null;
    }

    private static Outcome? Url(string? url)
    {
        if (url is null) return Invalid("url is missing");
        if (url.Length > Limits.AttachmentUrlLength) return TooLarge("url");
        if (url.AsSpan().ContainsAnyExcept(UrlCharacters)) return Invalid("url holds characters that have to be percent-encoded");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Host.Length == 0) return Invalid("url is not absolute");
        if (!Attachment.Schemes.Contains(parsed.Scheme)) return Invalid($"url is none of {string.Join(", ", Attachment.Schemes)}");
        return parsed.UserInfo.Length > 0 ? Invalid("url holds user information") : null;
    }

    private static Outcome? Type(string? type)
    {
        if (type is null) return Invalid("type is missing");
        if (type.Length > Limits.AttachmentTypeLength) return TooLarge("type");
        var slash = type.IndexOf('/', StringComparison.Ordinal);
        var isType = slash > 0 && slash < type.Length - 1
            && !type.AsSpan(0, slash).ContainsAnyExcept(TypeCharacters) && !type.AsSpan(slash + 1).ContainsAnyExcept(TypeCharacters);
        return isType ? null : Invalid("type is no media type");
    }

    private static Outcome? Size(long size)
    {
        if (size < 0) return Invalid("size is negative");
        return size > Limits.AttachmentBytes ? TooLarge("size") : null;
    }

    private static Outcome? Sha256(string? hash) =>
        hash is { Length: Sha256Length } && !hash.AsSpan().ContainsAnyExcept(Hex) ? null : Invalid("sha256 is not 64 lower-case hexadecimal digits");

    private static Outcome? Name(string? name)
    {
        if (name is null) return null;
        if (name.Length > Limits.NameLength) return TooLarge("name");
        return !string.IsNullOrWhiteSpace(name) && MessageRules.IsCleanText(name, allowLines: false) ? null : Invalid("name is empty or holds control characters");
    }

    private static Outcome Invalid(string detail) => Outcome.Refuse(Refusal.InvalidArgument, detail);

    private static Outcome TooLarge(string field) => Outcome.Refuse(Refusal.TooLarge, $"{field} is too large");
}
