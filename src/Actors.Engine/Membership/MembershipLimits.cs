namespace Orleans.Runtime;

/// <summary>Bounds of the membership protocol that Orleans' options do not name.</summary>
internal static class MembershipLimits
{
    /// <summary>A change that meets others' changes is read and tried again this often; by then the cluster is busy and the next round will do it.</summary>
    public const int WriteAttempts = 8;

    /// <summary>Pause before such a change is tried again, at most and growing: who lost once should not meet the same rivals at once.</summary>
    public static readonly TimeSpan WritePause = TimeSpan.FromMilliseconds(100);

    /// <summary>One access to the table, retries of the client included: the failure detector must not hang on it.</summary>
    public static readonly TimeSpan TableDeadline = TimeSpan.FromSeconds(8);

    /// <summary>Pause after a join that failed, and of the log line that says so.</summary>
    public static readonly TimeSpan JoinPause = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="JoinPause"/>
    public static readonly TimeSpan JoinComplaint = TimeSpan.FromSeconds(10);

    /// <summary>How often a process looks whether it has been standing still.</summary>
    public static readonly TimeSpan StallCheck = TimeSpan.FromMilliseconds(500);

    /// <summary>A gap between two looks that is no scheduling noise any more: the process was stopped, or starved.</summary>
    public static readonly TimeSpan Stall = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Who reaches nobody is more likely cut off than alone: it votes only after this many times the usual misses. Long enough for the others
    /// to have voted it out, short enough for the last survivor of a cluster to go on by itself.
    /// </summary>
    public const int IsolationPatience = 3;
}
