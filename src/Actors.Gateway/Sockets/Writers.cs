using System.Collections.Concurrent;

namespace Actors.Gateway;

/// <summary>
/// Runs the outboxes that have something to write, in the order in which they said so, some at a time. News of a large meeting is due to thousands of
/// sockets at once; were all written to before any is sent from, the connections would hold a pooled buffer of 4 KiB each, for good. Between two
/// slices the sends get their turn and the buffers come back.
/// </summary>
/// <param name="atOnce">Slices that run side by side.</param>
internal sealed class Writers(int atOnce) : IThreadPoolWorkItem
{
    /// <summary>Outboxes of a slice: enough that going through the thread pool costs each of them little.</summary>
    public const int Slice = 64;

    // An outbox is in here at most once, so there are no more than sockets.
    private readonly ConcurrentQueue<Outbox> _ready = new();
    private int _running;

    public void Add(Outbox outbox)
    {
        _ready.Enqueue(outbox);
        Start();
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var count = 0; count < Slice && _ready.TryDequeue(out var outbox); count++)
            outbox.Run();
        if (!_ready.IsEmpty)
        {
            Queue();
            return;
        }
        Interlocked.Decrement(ref _running);
        // What was added between the look and the decrement found everybody running.
        if (!_ready.IsEmpty) Start();
    }

    private void Start()
    {
        for (var running = Volatile.Read(ref _running); running < atOnce; running = Volatile.Read(ref _running))
        {
            if (Interlocked.CompareExchange(ref _running, running + 1, running) != running) continue;
            Queue();
            return;
        }
    }

    // Behind the sends that the slice before has brought about.
    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
