namespace Actors.Grains;

/// <summary>
/// When an activation looks whether somebody else has written after it loaded. Its predecessor may have had an append on its way, and nobody
/// would tell: readers would miss those events until the next command. From its own first append on there is nothing to look for: a rival's
/// append fails, and the rival steps down.
/// </summary>
internal sealed class RivalWatch
{
    private int _checks;
    private bool _over;

    public DateTimeOffset? Due { get; private set; }

    public void Begin(DateTimeOffset now)
    {
        if (!_over) Due = now + GrainLimits.RivalChecks[0];
    }

    /// <summary>True where a look is due now; the next one is set.</summary>
    public bool TakeDue(DateTimeOffset now)
    {
        if (Due is not { } due || due > now) return false;
        _checks++;
        Due = now + GrainLimits.RivalChecks[Math.Min(_checks, GrainLimits.RivalChecks.Length - 1)];
        return true;
    }

    public void End() => (_over, Due) = (true, null);
}
