using System.Globalization;
using System.Security.Cryptography;
using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Names that this process gives: its own incarnation, its sockets' connections, its own command ids.</summary>
internal sealed class GatewayIdentity(string incarnation)
{
    /// <summary>Commands that share one source, below the answers a source is remembered for, so that one delayed by retries is never stale.</summary>
    private const int CommandsPerSource = Limits.RememberedAnswers / 2;

    private long _connections;
    private long _commands;

    /// <summary>Unique for every start of a gateway process.</summary>
    public string Incarnation => incarnation;

    public static GatewayIdentity New() => new(RandomId(10));

    public string NextConnection() =>
        string.Create(CultureInfo.InvariantCulture, $"{incarnation}-{Interlocked.Increment(ref _connections)}");

    /// <summary>The id of a command that the gateway itself sends, or a backend without an idempotency key.</summary>
    public CommandId NextCommand()
    {
        var (source, index) = Math.DivRem(Interlocked.Increment(ref _commands), CommandsPerSource);
        return new CommandId(string.Create(CultureInfo.InvariantCulture, $"{incarnation}-c{source}"), index + 1);
    }

    /// <summary>The id of a backend's command: its idempotency key, where it has one.</summary>
    public CommandId CommandOf(string? key) => key is null ? NextCommand() : CommandId.OfKey(key);

    /// <summary>Hexadecimal, unguessable.</summary>
    public static string RandomId(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
