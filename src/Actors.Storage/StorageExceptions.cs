namespace Actors.Storage;

/// <summary>Why storage could not be used.</summary>
public enum StorageFault
{
    /// <summary>Asked to slow down; the call took no effect.</summary>
    Throttled,

    /// <summary>No answer before the deadline; the call may have taken effect.</summary>
    TimedOut,

    /// <summary>Storage failed inside; the call may have taken effect.</summary>
    ServerError,

    /// <summary>No connection, or it broke; the call may have taken effect.</summary>
    Unreachable,

    /// <summary>Credentials, permissions or the table are missing: an operator must act. The call took no effect.</summary>
    Denied,
}

/// <summary>Outcome unknown or none: send the same call again (an append with the same write id), or give up and reload.</summary>
public sealed class StorageUnavailableException(StorageFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    public StorageFault Fault { get; } = fault;
}

/// <summary>What is stored contradicts itself or is of an unknown form. The stream is quarantined until an operator acts; nothing is skipped.</summary>
public sealed class StreamCorruptedException(string stream, string reason) : Exception($"Stream {stream} cannot be read: {reason}")
{
    public string Stream { get; } = stream;

    public string Reason { get; } = reason;
}
