using Microsoft.Extensions.Logging;
using Orleans.Calls;
using Orleans.Runtime;

namespace Orleans.Timers;

/// <summary>
/// A tick is a request in the mailbox of its activation, hence never beside another turn. At most one tick is queued or under way;
/// the next is armed when it ends. Whether one is due is decided in a turn: the timer may have been changed since it fired.
/// </summary>
internal sealed class GrainTimer<TState> : Turn, IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<TState, CancellationToken, Task> _callback;
    private readonly TState _state;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ITimer _timer;
    private TimeSpan _due;
    private TimeSpan _period;
    private TimeSpan _wait;
    private long _armedAt;
    private bool _ticking;
    private bool _changed;
    private Task? _running;

    public GrainTimer(Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _state = state;
        _options = options;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = Time.CreateTimer(
                static timer => ((GrainTimer<TState>)timer!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        activation.AddTimer(this);
        Change(options.DueTime, options.Period);
    }

    private TimeProvider Time => _activation.Silo.Time;

    public override bool AlwaysInterleave => _options.Interleave;

    public override bool ReadOnly => false;

    public override bool CountsAsActivity => _options.KeepAlive;

    public override bool IsAbandoned => _stopped.IsCancellationRequested;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        _due = dueTime;
        _period = period;
        _changed = true;
        if (!_ticking)
        {
            Arm(dueTime);
        }
    }

    public override void Begin(Activation activation)
    {
        try
        {
            _running = _callback(_state, _stopped.Token);
        }
        catch (Exception exception)
        {
            _running = Task.FromException(exception);
        }

        if (_running.IsCompleted)
        {
            Ended();
        }
        else
        {
            _running.GetAwaiter().UnsafeOnCompleted(Ended);
        }
    }

    public override void Cancel() => Stop();

    public void Dispose() => Stop();

    private static void Check(TimeSpan time, string name)
    {
        // The longest wait of System.Threading.Timer.
        if (time != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(time.TotalMilliseconds, uint.MaxValue - 1, name);
        }
    }

    private void Stop()
    {
        if (!_stopped.IsCancellationRequested)
        {
            _timer.Dispose();
            _activation.RemoveTimer(this);
            _stopped.Cancel();
        }
    }

    private void Arm(TimeSpan wait)
    {
        if (!_stopped.IsCancellationRequested)
        {
            (_wait, _armedAt) = (wait, Time.GetTimestamp());
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    // On a timer thread.
    private void Fire() => _activation.Enqueue(static state => ((GrainTimer<TState>)state!).Due(), this);

    private void Due()
    {
        if (_ticking || _stopped.IsCancellationRequested || _wait == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        var left = _wait - Time.GetElapsedTime(_armedAt);
        if (left > TimeSpan.Zero)
        {
            // Changed since it fired; or it fired a little early, as timers may. They count whole milliseconds.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
        else
        {
            _ticking = true;
            _changed = false;
            _activation.Admit(this);
        }
    }

    private void Ended()
    {
        if (_running!.IsFaulted)
        {
            _activation.Silo.Log.LogError(_running.Exception, "A timer of {Grain} failed; it goes on", _activation.GrainId);
        }

        _ticking = false;
        _activation.Finished(this);
        Arm(_changed ? _due : _period);
    }
}
