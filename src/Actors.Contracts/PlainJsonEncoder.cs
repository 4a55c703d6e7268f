using System.Buffers;
using System.Text.Encodings.Web;

namespace Actors.Contracts;

/// <summary>
/// Escapes what JSON demands (quotes, backslashes, control characters) and broken surrogates, nothing else. The framework's most relaxed
/// encoder writes an emoji as twelve bytes instead of four. For storage and sockets only: the result must never be pasted into HTML.
/// </summary>
internal sealed class PlainJsonEncoder : JavaScriptEncoder
{
    public static readonly PlainJsonEncoder Instance = new();

    private static readonly SearchValues<char> Suspects = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Append('"').Append('\\').Concat(Enumerable.Range(0xD800, 0x800)).Select(code => (char)code)]);

    private PlainJsonEncoder() { }

    public override int MaxOutputCharactersPerInputCharacter => UnsafeRelaxedJsonEscaping.MaxOutputCharactersPerInputCharacter;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or '"' or '\\';

    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var rest = new ReadOnlySpan<char>(text, textLength);
        for (var start = 0; ;)
        {
            var found = rest[start..].IndexOfAny(Suspects);
            if (found < 0) return -1;
            start += found;
            if (!char.IsHighSurrogate(rest[start]) || start + 1 == textLength || !char.IsLowSurrogate(rest[start + 1])) return start;
            start += 2;
        }
    }

    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten) =>
        UnsafeRelaxedJsonEscaping.TryEncodeUnicodeScalar(unicodeScalar, buffer, bufferLength, out numberOfCharactersWritten);
}
