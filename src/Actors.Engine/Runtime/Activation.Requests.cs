using Orleans.Calls;

namespace Orleans.Runtime;

// Admission: which requests may be under way together. Only the running turn comes here.
internal sealed partial class Activation
{
    private readonly Queue<Turn> _waiting = new(capacity: 0);
    private Turn? _running;
    private int _runningCount;
    private int _exclusiveCount;
    private int _readOnlyCount;
    private bool _pumping;
    private long _lastActivity;
    private long _keepUntil;

    /// <summary>Starts the request now if it may run beside those under way, else once it may. Interleaving ones overtake.</summary>
    public void Admit(Turn turn)
    {
        if (_state == State.Active && (turn.AlwaysInterleave || (_waiting.Count == 0 && MayStart(turn))))
        {
            Start(turn);
        }
        else if (turn is Call call && LivesElsewhere)
        {
            // The new home serves already; waiting here for the old activation's end would only cost its caller time.
            Release();
            HandOver(call);
        }
        else
        {
            _waiting.Enqueue(turn);
        }
    }

    /// <summary>The last turn of a request is over.</summary>
    public void Finished(Turn turn)
    {
        Unlink(turn);
        if (turn.CountsAsActivity)
        {
            Volatile.Write(ref _lastActivity, Silo.Deadlines.Now);
        }

        Pump();
        if (_state == State.Deactivating && _runningCount == 0)
        {
            RunDeactivation();
        }
    }

    public void DelayDeactivation(TimeSpan time) =>
        Volatile.Write(ref _keepUntil, time == TimeSpan.MaxValue || time == Timeout.InfiniteTimeSpan ? long.MaxValue : Silo.Deadlines.Now + time.Ticks);

    /// <summary>Whether nothing has happened for so long. Read from the collector's thread: a hint, checked again in a turn.</summary>
    public bool IsIdleFor(TimeSpan age)
    {
        var now = Silo.Deadlines.Now;
        return Volatile.Read(ref _runningCount) == 0 && now - Volatile.Read(ref _lastActivity) >= age.Ticks && now >= Volatile.Read(ref _keepUntil);
    }

    /// <summary>Asks for deactivation if the activation is still idle when the request comes to its turn.</summary>
    public void CollectIfIdle(TimeSpan age) => Enqueue(
        _ =>
        {
            if (_state == State.Active && _waiting.Count == 0 && IsIdleFor(age))
            {
                BeginDeactivation(new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"Idle for {age}."));
            }
        },
        null);

    private bool MayStart(Turn turn) =>
        Class.Reentrant || (_exclusiveCount == 0 && (_readOnlyCount == 0 || turn.ReadOnly));

    private void Start(Turn turn)
    {
        if (turn.IsAbandoned)
        {
            // Its caller has gone; executing it would only cost.
            if (turn is Call)
            {
                Release();
            }

            return;
        }

        Link(turn);
        CleanContext();
        turn.Begin(this);
    }

    // Finishing a request may start others that finish at once: a loop, not a recursion.
    private void Pump()
    {
        if (_pumping || _state != State.Active)
        {
            return;
        }

        _pumping = true;
        while (_state == State.Active && _waiting.TryPeek(out var next) && (next.AlwaysInterleave || MayStart(next)))
        {
            _waiting.Dequeue();
            Start(next);
        }

        _pumping = false;
    }

    private void Link(Turn turn)
    {
        turn.NextRunning = _running;
        if (_running is not null)
        {
            _running.PreviousRunning = turn;
        }

        _running = turn;
        _runningCount++;
        if (!turn.AlwaysInterleave)
        {
            Count(turn) += 1;
        }
    }

    private void Unlink(Turn turn)
    {
        if (turn.PreviousRunning is null)
        {
            _running = turn.NextRunning;
        }
        else
        {
            turn.PreviousRunning.NextRunning = turn.NextRunning;
        }

        if (turn.NextRunning is not null)
        {
            turn.NextRunning.PreviousRunning = turn.PreviousRunning;
        }

        turn.NextRunning = null;
        turn.PreviousRunning = null;
        _runningCount--;
        if (!turn.AlwaysInterleave)
        {
            Count(turn) -= 1;
        }

        if (turn is Call)
        {
            Release();
        }
    }

    private ref int Count(Turn turn) => ref turn.ReadOnly ? ref _readOnlyCount : ref _exclusiveCount;
}
