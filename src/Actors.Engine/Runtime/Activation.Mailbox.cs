using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Orleans.Calls;

namespace Orleans.Runtime;

internal sealed partial class Activation
{
    /// <summary>Requests accepted and not finished. Beyond, callers are told at once instead of waiting for a time-out.</summary>
    public const int MailboxCapacity = 16_384;

    // Turns run by one work item of the thread pool before other activations get a chance.
    private const int TurnsPerSlice = 128;

    private readonly Lock _gate = new();

    // Guarded by _gate: requests, continuations (tasks) and work items in order of arrival.
    private Queue<object> _inbox = new(capacity: 4);
    private bool _scheduled;
    private bool _closed;

    // Changed with interlocked operations.
    private int _pending;

    // What the running turn took from the inbox: one lock for many items. Survives the slice.
    private Queue<object> _taken = new(capacity: 4);
    private ExecutionContext? _clean;
    private Task? _slice;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Begins to run what is in the mailbox. Not before this activation can be found, or one that fails at once could not be taken out.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <summary>Takes a call. False when this activation is gone: the call belongs to the next one.</summary>
    public bool TryPost(Call call)
    {
        bool accepted;
        var schedule = false;
        lock (_gate)
        {
            if (_closed || Silo.IsKilled)
            {
                return false;
            }

            accepted = _pending < Silo.MailboxCapacity;
            if (accepted)
            {
                Interlocked.Increment(ref _pending);
                schedule = EnqueueLocked(call);
            }
        }

        if (schedule)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
        else if (!accepted)
        {
            call.Fail(new OrleansMessageRejectionException(
                $"{GrainId} has {Silo.MailboxCapacity} requests under way; {call.Facts.Name} was rejected."));
        }

        return true;
    }

    /// <summary>Runs an action as a turn. Never refused: the runtime's own, one per event at most.</summary>
    public void Enqueue(Action<object?> action, object? state) => EnqueueItem(new WorkItem(action, state));

    void IThreadPoolWorkItem.Execute()
    {
        _current = this;
        try
        {
            // One task around the whole slice makes this activation TaskScheduler.Current, so that awaits come back here.
            _slice = new Task(static state => ((Activation)state!).RunSlice(), this);
            _slice.RunSynchronously(this);
        }
        finally
        {
            _current = null;
        }
    }

    protected override void QueueTask(Task task) => EnqueueItem(task);

    // The slice itself always: refused, it would be queued behind itself and its thread would wait for it for ever. In a killed silo it runs nothing.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(_current, this) && (!Silo.IsKilled || ReferenceEquals(task, _slice)) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
        {
            return [.. _inbox.OfType<Task>()];
        }
    }

    private void EnqueueItem(object item)
    {
        bool schedule;
        lock (_gate)
        {
            schedule = EnqueueLocked(item);
        }

        if (schedule)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    private bool EnqueueLocked(object item)
    {
        _inbox.Enqueue(item);
        if (_scheduled)
        {
            return false;
        }

        return _scheduled = true;
    }

    private void RunSlice()
    {
        _clean = ExecutionContext.Capture();
        for (var turn = 0; turn < TurnsPerSlice; turn++)
        {
            if (!_taken.TryDequeue(out var item) && !TryTake(out item))
            {
                return;
            }

            if (Silo.IsKilled)
            {
                // A killed silo runs nothing more, not even continuations, as if its process were gone.
                continue;
            }

            RunItem(item);
            CleanContext();
        }

        // Fairness: to the back of the global queue.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool TryTake([NotNullWhen(true)] out object? item)
    {
        lock (_gate)
        {
            (_inbox, _taken) = (_taken, _inbox);
            _scheduled = _taken.TryDequeue(out item);
            return _scheduled;
        }
    }

    // Neither request context nor anything else flows from one request to the next.
    private void CleanContext()
    {
        if (!ReferenceEquals(ExecutionContext.Capture(), _clean))
        {
            ExecutionContext.Restore(_clean!);
        }
    }

    private void RunItem(object item)
    {
        try
        {
            switch (item)
            {
                case Turn turn:
                    Admit(turn);
                    break;
                case Task task:
                    TryExecuteTask(task);
                    break;
                case WorkItem work:
                    work.Action(work.State);
                    break;
            }
        }
        catch (Exception exception)
        {
            Silo.Log.LogError(exception, "A work item of {Grain} failed", GrainId);
        }
    }

    private void Release() => Interlocked.Decrement(ref _pending);

    private sealed record WorkItem(Action<object?> Action, object? State);
}
