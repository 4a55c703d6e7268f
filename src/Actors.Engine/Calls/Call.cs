using System.Collections.Immutable;
using System.Diagnostics;
using Orleans.Codec;
using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>
/// One call: message, arguments and promise in one object. Proxies emit a subclass per method with typed argument fields.
/// It is executed at most once: it sits in one mailbox at a time and <see cref="Turn.Begin"/> is called at most once.
/// </summary>
internal abstract class Call : Turn
{
    // Set by the proxy.
    public CancellationToken CallerToken;

    // Set by the caller's runtime before the call is sent.
    public GrainReference Target = null!;
    public CallRuntime Caller = null!;
    public Silo? Silo;
    public ImmutableDictionary<string, object>? Context;
    public ActivityContext Trace;
    public int Forwards;

    /// <summary>Another process made it; here it is executed or passed on.</summary>
    public bool FromElsewhere;

    /// <summary>Where the call came from, if from another process: its answer goes there.</summary>
    public Transport.ReplyTo? Reply;

    // Guarded by the connection: the one that carries the call to another process, until it is answered.
    public Transport.Connection? Carrier;
    public ulong CarrierId;
    public long CarrierPosition;

    // Guarded by the lock of the deadline list that holds it.
    public DeadlineList? Deadline;
    public Call? NextDeadline;
    public Call? PreviousDeadline;
    public long ExpiresAt;

    private Activation? _activation;
    private CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _registration;
    private Activity? _activity;

    public abstract MethodFacts Facts { get; }

    public sealed override bool AlwaysInterleave => Facts.AlwaysInterleave;

    public sealed override bool ReadOnly => Facts.ReadOnly;

    /// <summary>The token that the grain method receives.</summary>
    public CancellationToken CalleeToken => _cancellation?.Token ?? default;

    protected Activation Callee => _activation!;

    public sealed override void Begin(Activation activation)
    {
        if (_cancellation is { } cancellation)
        {
            lock (cancellation)
            {
                _activation = activation;
            }
        }
        else
        {
            _activation = activation;
        }

        if (Context is not null)
        {
            RequestContext.Current = Context;
        }

        if (Trace != default)
        {
            _activity = ActivityPropagation.StartCallee(Facts, Trace);
        }

        Run(activation);
    }

    public abstract void Fail(Exception exception);

    public sealed override void Cancel()
    {
        Carrier?.SendCancel(this);
        if (_cancellation is { IsCancellationRequested: false } cancellation)
        {
            lock (cancellation)
            {
                if (_activation is null)
                {
                    // Not begun, and it does not begin before this is over: nobody has seen the token.
                    cancellation.Cancel();
                    return;
                }
            }

            // In the activation's turn, so that callbacks of the grain's token never run beside its code.
            _activation.Enqueue(static state => ((CancellationTokenSource)state!).Cancel(), cancellation);
        }
    }

    /// <summary>Links the token of the callee to the caller's, to time-out and to shutdown.</summary>
    public void LinkCancellation()
    {
        _cancellation = new CancellationTokenSource();
        if (CallerToken.CanBeCanceled)
        {
            _registration = CallerToken.UnsafeRegister(static state => ((Call)state!).CallerCancelled(), this);
        }
    }

    /// <summary>The caller's wait is over; what the callee still does is not awaited.</summary>
    public void Expire(TimeSpan timeout)
    {
        Fail(new TimeoutException($"{Facts.Name} on {Target.GrainId} did not answer within {timeout}."));
        if (Caller.CancelOnTimeout)
        {
            Cancel();
        }
    }

    public abstract void WriteArguments(CodecWriter writer);

    public abstract void ReadArguments(ref CodecReader reader);

    /// <summary>The answer's value from another process.</summary>
    public abstract void ReadResult(ref CodecReader reader);

    /// <summary>The caller in another process cancelled: what has begun is told, what has not is dropped.</summary>
    public void CancelledElsewhere()
    {
        Cancel();
        if (_activation is null)
        {
            SetCanceled(CalleeToken);
        }
    }

    protected abstract void Run(Activation activation);

    public abstract void SetCanceled(CancellationToken token);

    protected void Completed()
    {
        Deadline?.Remove(this);
        Carrier?.Forget(this);
        _registration.Dispose();
    }

    protected void Finish()
    {
        _activity?.Dispose();
        _activation!.Finished(this);
    }

    private void CallerCancelled()
    {
        Cancel();
        if (!Caller.WaitForCancellationAcknowledgement)
        {
            SetCanceled(CallerToken);
        }
    }
}
