namespace Orleans.Configuration;

/// <summary>How calls made by a silo's grains, or by a client, behave.</summary>
public abstract class MessagingOptions
{
    /// <summary>How long a caller waits before <see cref="TimeoutException"/>, unless the method says otherwise.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a call that timed out before it started is dropped instead of executed.</summary>
    public bool DropExpiredMessages { get; set; } = true;

    /// <summary>Whether the callee's cancellation token fires when the caller's wait times out.</summary>
    public bool CancelRequestOnTimeout { get; set; } = true;

    /// <summary>Whether a cancelled caller waits for the callee's answer; otherwise it sees the cancellation at once.</summary>
    public bool WaitForCancellationAcknowledgement { get; set; }
}

public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>Requests waiting in one activation before further ones are rejected; 0 means the engine's own bound.</summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; }

    /// <summary>How often a request may move on to a newer activation of its grain before it is rejected.</summary>
    public int MaxForwardCount { get; set; } = 2;
}

public class ClientMessagingOptions : MessagingOptions;
