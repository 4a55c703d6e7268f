using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Actors.Gateway;

/// <summary>Where a search over a tenant goes on: after a thread, or in it before a message.</summary>
/// <param name="Thread">Its position in the register.</param>
internal readonly record struct SearchPosition(string Thread, long? Before = null);

/// <summary>
/// Cursors of searches, sealed (AES-GCM) for one tenant and one reader: a user's may stand at a thread that is not theirs, of which they must not learn when it
/// began or that it is there. The key follows from that of access tokens: what one gateway seals all open, also those that know an older key first.
/// </summary>
internal sealed class SearchCursor
{
    /// <summary>Of a cursor in an address, in characters: some ninety bytes in base64, with room to spare.</summary>
    public const int MaxLength = 256;

    private const int KeyBytes = 32, NonceBytes = 12, TagBytes = 16;

    private static readonly byte[] Purpose = "actors search cursor"u8.ToArray();

    private readonly ImmutableArray<byte[]> _keys;

    public SearchCursor(IOptions<GatewayOptions> options)
    {
        _keys = [.. options.Value.Tokens.Keys.Select(key => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key.Secret), KeyBytes, info: Purpose))];
        // A gateway that signs nothing: its cursors are good with it alone.
        if (_keys.IsEmpty) _keys = [RandomNumberGenerator.GetBytes(KeyBytes)];
    }

    public string Seal(SearchPosition position, string tenant, string? reader)
    {
        // Of equal length for all threads of the register, so that the length tells nothing either.
        var plain = new byte[sizeof(long) + Encoding.ASCII.GetByteCount(position.Thread)];
        BinaryPrimitives.WriteInt64BigEndian(plain, position.Before ?? 0);
        Encoding.ASCII.GetBytes(position.Thread, plain.AsSpan(sizeof(long)));
        var sealing = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealing.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_keys[0], TagBytes);
        aes.Encrypt(nonce, plain, sealing.AsSpan(NonceBytes, plain.Length), sealing.AsSpan(NonceBytes + plain.Length), For(tenant, reader));
        return Base64Url.EncodeToString(sealing);
    }

    /// <summary>Null where nobody here gave out such a cursor to this tenant and reader.</summary>
    public SearchPosition? Open(string cursor, string tenant, string? reader)
    {
        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor)) return null;
        var given = Base64Url.DecodeFromChars(cursor);
        var plain = new byte[Math.Max(0, given.Length - NonceBytes - TagBytes)];
        if (plain.Length <= sizeof(long)) return null;
        foreach (var key in _keys)
        {
            if (!TryOpen(key, given, plain, For(tenant, reader))) continue;
            var before = BinaryPrimitives.ReadInt64BigEndian(plain);
            return new SearchPosition(Encoding.ASCII.GetString(plain.AsSpan(sizeof(long))), before == 0 ? null : before);
        }
        return null;
    }

    private static bool TryOpen(byte[] key, byte[] given, byte[] plain, byte[] whose)
    {
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(given.AsSpan(0, NonceBytes), given.AsSpan(NonceBytes, plain.Length), given.AsSpan(NonceBytes + plain.Length), plain, whose);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    // No id holds the mark between them.
    private static byte[] For(string tenant, string? reader) => Encoding.UTF8.GetBytes($"{tenant}/{reader}");
}
