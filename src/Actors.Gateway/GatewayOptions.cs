namespace Actors.Gateway;

/// <summary>Configuration section <c>Gateway</c>. The defaults are production's; a development configuration may raise the rates.</summary>
public sealed class GatewayOptions
{
    /// <summary>Bearer of the routes that make and revoke tenants' keys; without one those routes do not exist.</summary>
    public string? OperatorKey { get; set; }

    public TokenOptions Tokens { get; set; } = new();

    public SocketOptions Sockets { get; set; } = new();

    public HttpLimits Http { get; set; } = new();
}

/// <summary>Keys of access tokens. The first signs, all verify: a new key is added first, an old one is taken out last.</summary>
public sealed class TokenOptions
{
    public string Issuer { get; set; } = "actors";

    public IList<SigningKey> Keys { get; } = [];

    /// <param name="Kid">Named in the header of every token that it signed.</param>
    /// <param name="Secret">UTF-8 text, at least 32 bytes: HS256's own key length.</param>
    public sealed record SigningKey(string Kid, string Secret);
}

/// <summary>Bounds of sockets, each per socket unless it says otherwise.</summary>
public sealed class SocketOptions
{
    /// <summary>A peer that opens a socket and says nothing holds memory for no longer than this.</summary>
    public int HelloSeconds { get; set; } = 10;

    /// <summary>A silent client is asked after one, closed after two: longer than any proxy needs, shorter than people notice.</summary>
    public int HeartbeatSeconds { get; set; } = 15;

    /// <summary>Messages per second, sustained: a person's client sends a few, a bot some dozens.</summary>
    public double MessagesPerSecond { get; set; } = 100;

    /// <summary>Messages at once, such as a client repeating its commands after a reconnect.</summary>
    public double MessageBurst { get; set; } = 400;

    /// <summary>Frames that wait for a slow reader.</summary>
    public int QueuedFrames { get; set; } = 2_048;

    /// <summary>Bytes that wait for a slow reader: some seconds of a busy meeting.</summary>
    public int QueuedBytes { get; set; } = 1024 * 1024;

    /// <summary>Joins under way in this process; more at once would only queue in the grains.</summary>
    public int ConcurrentJoins { get; set; } = 256;

    /// <summary>Joins that wait for their turn in this process: a full meeting that comes back at once; beyond it 4019.</summary>
    public int WaitingJoins { get; set; } = 10_000;

    /// <summary>Sockets of this process.</summary>
    public int MaxSockets { get; set; } = 100_000;

    /// <summary>On shutdown sockets are told to go within this time, at random moments, so that they do not arrive elsewhere at once.</summary>
    public int DrainSeconds { get; set; } = 5;
}

/// <summary>Bounds of the HTTP interface.</summary>
public sealed class HttpLimits
{
    /// <summary>A meeting's metadata (64 KiB) and its JSON form with room to spare.</summary>
    public int BodyBytes { get; set; } = 256 * 1024;

    /// <summary>How long a verified key is believed: the bound within which a revocation takes effect everywhere.</summary>
    public int KeyCacheSeconds { get; set; } = 5;

    /// <summary>Requests per second of one tenant through this process.</summary>
    public double RequestsPerSecond { get; set; } = 1_000;
}
