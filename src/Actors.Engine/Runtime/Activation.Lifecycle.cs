using Microsoft.Extensions.Logging;
using Orleans.Calls;
using Orleans.State;

namespace Orleans.Runtime;

// From the first call to the hand-over of what is left in the mailbox. Only the running turn comes here.
internal sealed partial class Activation
{
    private readonly HashSet<Turn> _timers = [];
    private State _state = State.Activating;
    private DeactivationReason _reason;
    private bool _deactivationRuns;
    private ITimer? _patience;

    private enum State
    {
        Activating,
        Active,
        Deactivating,
        Dead,
    }

    private bool LivesElsewhere => _state == State.Deactivating && Silo.Others is { } others && others.IsElsewhere(GrainId);

    public void AddTimer(Turn timer) => _timers.Add(timer);

    public void RemoveTimer(Turn timer) => _timers.Remove(timer);

    private async void Activate()
    {
        try
        {
            var states = new List<IStateFacet>();
            GrainInstance = Class.Create(this, states);
            using var patience = new CancellationTokenSource(Silo.Collection.ActivationTimeout, Silo.Time);
            foreach (var state in states)
            {
                await state.Load(patience.Token);
            }

            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnActivateAsync(patience.Token).WaitAsync(Silo.Collection.ActivationTimeout, Silo.Time);
            }
        }
        catch (Exception exception)
        {
            Silo.Log.LogError(exception, "Activation of {Grain} failed", GrainId);
            _reason = new DeactivationReason(DeactivationReasonCode.ActivationFailed, exception, "Activation failed.");
            Close();
            return;
        }

        if (_state == State.Activating)
        {
            _state = State.Active;
            Pump();
        }
        else if (_runningCount == 0)
        {
            // Asked to end while activating.
            RunDeactivation();
        }
    }

    private void BeginDeactivation(DeactivationReason reason)
    {
        if (_state is State.Deactivating or State.Dead)
        {
            return;
        }

        var activated = _state == State.Active;
        _state = State.Deactivating;
        _reason = reason;
        foreach (var timer in _timers.ToArray())
        {
            timer.Cancel();
        }

        // What waits for something to come, a parked read, would hold up the new home for as long.
        var inHaste = reason.ReasonCode is DeactivationReasonCode.ShuttingDown or DeactivationReasonCode.Migrating;
        for (var turn = _running; turn is not null && inHaste; turn = turn.NextRunning)
        {
            turn.Cancel();
        }

        for (var count = LivesElsewhere ? _waiting.Count : 0; count > 0; count--)
        {
            Admit(_waiting.Dequeue());
        }

        if (activated && _runningCount == 0)
        {
            RunDeactivation();
        }
        else
        {
            using (ExecutionContext.SuppressFlow())
            {
                _patience = Silo.Time.CreateTimer(
                    static state => ((Activation)state!).Enqueue(static activation => ((Activation)activation!).LosePatience(), state),
                    this,
                    Silo.Collection.DeactivationTimeout,
                    Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void LosePatience()
    {
        if (_state == State.Deactivating && !_deactivationRuns)
        {
            Silo.Log.LogWarning("{Grain} is deactivated beside {Count} requests that do not end", GrainId, _runningCount);
            RunDeactivation();
        }
    }

    private async void RunDeactivation()
    {
        if (_deactivationRuns)
        {
            return;
        }

        _deactivationRuns = true;
        _patience?.Dispose();
        try
        {
            using var patience = new CancellationTokenSource(Silo.Collection.DeactivationTimeout, Silo.Time);
            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnDeactivateAsync(_reason, patience.Token).WaitAsync(Silo.Collection.DeactivationTimeout, Silo.Time);
            }
        }
        catch (Exception exception)
        {
            Silo.Log.LogError(exception, "OnDeactivateAsync of {Grain} failed", GrainId);
        }

        Close();
    }

    private async void Close()
    {
        if (_state == State.Dead)
        {
            return;
        }

        _state = State.Dead;
        _patience?.Dispose();
        foreach (var timer in _timers.ToArray())
        {
            timer.Cancel();
        }

        // Out of the directory first: a call refused below finds or makes the next activation.
        Silo.Activations.Remove(this);
        var left = new List<Turn>(_waiting);
        _waiting.Clear();
        Extract(_taken, left);
        lock (_gate)
        {
            _closed = true;
            Extract(_inbox, left);
        }

        foreach (var call in left.OfType<Call>())
        {
            HandOver(call);
        }

        _deactivated.TrySetResult();
        await Dispose();
    }

    // Takes the requests out; what stays are continuations of requests that did not end in time.
    private static void Extract(Queue<object> items, List<Turn> turns)
    {
        for (var count = items.Count; count > 0; count--)
        {
            var item = items.Dequeue();
            if (item is Turn turn)
            {
                turns.Add(turn);
            }
            else
            {
                items.Enqueue(item);
            }
        }
    }

    private void HandOver(Call call)
    {
        if (_reason.ReasonCode == DeactivationReasonCode.ActivationFailed)
        {
            call.Fail(_reason.Exception!);
        }
        else if (Silo.Others?.IsElsewhere(GrainId) != true && call.Forwards++ >= Silo.MaxForwards)
        {
            // A call that goes to another silo is counted where it is sent: one hop, one count.
            call.Fail(new OrleansMessageRejectionException($"{GrainId} was deactivated {call.Forwards} times before {call.Facts.Name} began."));
        }
        else if (!call.IsAbandoned)
        {
            // Not back into this mailbox, which the reference may still name.
            call.Target.Route = null;
            Silo.Dispatch(call);
        }
    }

    private async Task Dispose()
    {
        try
        {
            switch (GrainInstance)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }

            await _scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            Silo.Log.LogError(exception, "Disposing {Grain} failed", GrainId);
        }
    }
}
