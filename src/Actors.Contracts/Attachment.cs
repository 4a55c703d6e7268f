namespace Actors.Contracts;

/// <summary>
/// A file that a message refers to. The file is the caller's: the product keeps the reference, erases it together with the message, and
/// neither reads nor stores what is behind it.
/// </summary>
/// <param name="Url">Absolute, of a scheme in <see cref="Schemes"/>, without user information.</param>
/// <param name="Type">Its media type, <c>type/subtype</c>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">Of the file: 64 lower-case hexadecimal digits, so that a reader can tell whether it is still the file that was sent.</param>
/// <param name="Name">As shown to people.</param>
[GenerateSerializer, Immutable, Alias("attachment")]
public sealed record Attachment(string Url, string Type, long Size, string Sha256, string? Name = null)
{
    /// <summary>Nothing that a client would run or send in the clear.</summary>
    public static readonly System.Collections.Immutable.ImmutableArray<string> Schemes = ["https", "s3"];
}
