using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// A passcode is kept as <c>iterations$salt$hash</c> (PBKDF2 with SHA-256, RFC 8018). The salt comes from the command that sets it: different for any
/// two, and no randomness of the core's own.
/// </summary>
internal static class Passcodes
{
    /// <summary>Half a millisecond: a storm of 10 000 joins spends five seconds on it. What people type by hand no hash protects for long.</summary>
    private const int Iterations = 1_000;

    private const int Bytes = 16;

    public static string Hash(string passcode, Request request, DateTimeOffset now)
    {
        var seed = string.Create(CultureInfo.InvariantCulture, $"{request.Caller.By}/{request.Id.Source}/{request.Id.Counter}/{now.UtcTicks}");
        var salt = SHA256.HashData(Encoding.UTF8.GetBytes(seed)).AsSpan(0, Bytes);
        return string.Create(CultureInfo.InvariantCulture, $"{Iterations}${Convert.ToHexStringLower(salt)}${Convert.ToHexStringLower(Derive(passcode, salt, Iterations))}");
    }

    /// <summary>True where <paramref name="hash"/> is of this passcode, or both are none.</summary>
    public static bool Match(string? hash, string? passcode)
    {
        if (hash is null || passcode is null) return hash is null && passcode is null;
        var parts = hash.Split('$');
        var given = Derive(passcode, Convert.FromHexString(parts[1]), int.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture));
        return CryptographicOperations.FixedTimeEquals(given, Convert.FromHexString(parts[2]));
    }

    private static byte[] Derive(string passcode, ReadOnlySpan<byte> salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passcode), salt, iterations, HashAlgorithmName.SHA256, Bytes);
}
