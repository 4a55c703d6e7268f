using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>A request to an activation: a call or a timer tick. Touched by one thread at a time, the one that runs the activation's turns.</summary>
internal abstract class Turn
{
    // Links of the activation's list of requests under way.
    public Turn? NextRunning;
    public Turn? PreviousRunning;

    public abstract bool AlwaysInterleave { get; }

    public abstract bool ReadOnly { get; }

    /// <summary>Whether it keeps the activation from being idle.</summary>
    public virtual bool CountsAsActivity => true;

    /// <summary>Nobody waits for it any more; it is dropped if it has not begun.</summary>
    public virtual bool IsAbandoned => false;

    /// <summary>Runs the first turn. Ends with <c>activation.Finished(this)</c>, at once or in a later turn.</summary>
    public abstract void Begin(Activation activation);

    /// <summary>Fires the request's cancellation token, if it has one.</summary>
    public abstract void Cancel();
}
