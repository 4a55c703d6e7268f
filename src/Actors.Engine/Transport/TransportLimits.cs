namespace Orleans.Transport;

/// <summary>Bounds of what processes send each other.</summary>
internal static class TransportLimits
{
    /// <summary>A page of events is at most 512 KiB and a large view some megabytes; what is larger is a defect and must not hold up the others.</summary>
    public const int MaxFrameBytes = 16 * 1024 * 1024;

    /// <summary>Hello and welcome are names and addresses.</summary>
    public const int MaxHandshakeBytes = 4 * 1024;

    /// <summary>Requests wait for the socket up to this; then they are rejected, and the caller may try again.</summary>
    public const int MaxQueuedBytes = 32 * 1024 * 1024;

    /// <summary>Answers cannot be rejected: a peer that lets so many wait loses its connection.</summary>
    public const int MaxQueuedAnswerBytes = 2 * MaxQueuedBytes;

    /// <summary>Calls that wait for answers on one connection; 100 000 of the smallest are some 100 MB.</summary>
    public const int MaxPendingCalls = 100_000;

    /// <summary>Clients and silos beyond it are turned away: more than any cluster this engine is meant for.</summary>
    public const int MaxConnections = 4_096;

    /// <summary>Each silo a call passes on its way may forward it: a bound for the number on the wire, far above any setting.</summary>
    public const int MaxForwards = 64;

    /// <summary>Text of a remote exception and of its stack.</summary>
    public const int MaxExceptionText = 16 * 1024;

    /// <summary>Buffers up to this size are kept between bursts.</summary>
    public const int MaxKeptBuffer = 512 * 1024;

    /// <summary>Opening a socket, TLS and handshake together.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A silo that could not be reached is tried again after between half of this and all of it, doubling up to <see cref="MaxBackoff"/>.</summary>
    public static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);

    /// <summary>Short beside the time in which a dead silo is noticed, so that a restarted one is used at once.</summary>
    public static readonly TimeSpan MaxBackoff = TimeSpan.FromSeconds(2);

    /// <summary>How long a silo that leaves waits until those connected to it have their answers and close.</summary>
    public static readonly TimeSpan LingerTimeout = TimeSpan.FromSeconds(2);
}

/// <summary>First byte of a frame. A frame is four bytes of length, this byte, and what the kind says.</summary>
internal enum FrameKind : byte
{
    Hello = 1,
    Welcome = 2,
    Refused = 3,
    Request = 4,
    Response = 5,
    Cancel = 6,
    Probe = 7,
    ProbeAnswer = 8,

    /// <summary>The sender's view has this version.</summary>
    View = 9,

    /// <summary>The sender is leaving: homes are elsewhere from now on.</summary>
    Goodbye = 10,

    /// <summary>
    /// The sender asks the other side to close the connection once it goes by this version of the view, waits for nothing on it and owes nothing.
    /// </summary>
    Finish = 11,
}
