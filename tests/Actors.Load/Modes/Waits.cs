using Actors.Load.Client;

namespace Actors.Load.Modes;

/// <summary>How long commands waited for an answer, over reconnects, since a moment that the run chooses.</summary>
internal sealed class Waits
{
    private readonly Lock _gate = new();

    public TimeSpan Longest { get; private set; }

    /// <summary>Refusals for which the caller has to try again: the product's own patience was over, or its queues were full.</summary>
    public int Refused { get; private set; }

    public void Answered(Answer answer, TimeSpan wait)
    {
        lock (_gate)
        {
            Longest = wait > Longest ? wait : Longest;
            if (answer.Reason is "unavailable" or "busy") Refused++;
        }
    }

    public void Reset()
    {
        lock (_gate)
            (Longest, Refused) = (TimeSpan.Zero, 0);
    }
}
