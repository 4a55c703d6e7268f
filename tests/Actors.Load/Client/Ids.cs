using System.Security.Cryptography;

namespace Actors.Load.Client;

/// <summary>Names that no earlier run on the same server has used.</summary>
internal static class Ids
{
    private const int RandomBytes = 12;

    public static string NewSession() => "s-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
}
