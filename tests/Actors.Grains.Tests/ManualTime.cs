namespace Actors.Grains.Tests;

/// <summary>The product's clock in the hands of a test: wall time, timestamps and timers move together, and only by <see cref="Advance"/>.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _correction;
    private (Func<bool> IsSo, TaskCompletionSource Reached)? _awaited;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now + _correction;
    }

    public override long GetTimestamp()
    {
        lock (_lock) return _now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass; timers fire in the order in which they are due.</summary>
    public void Advance(TimeSpan by)
    {
        var end = new DateTimeOffset(GetTimestamp(), TimeSpan.Zero) + by;
        while (true)
        {
            ManualTimer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
                _now = next is null ? end : next.DueAt > _now ? next.DueAt : _now;
                if (next is null) return;
                _timers.Remove(next);
            }
            next.Fire();
        }
    }

    /// <summary>Somebody corrects the wall clock; timestamps and timers go on.</summary>
    public void SetBack(TimeSpan by)
    {
        lock (_lock) _correction -= by;
    }

    /// <summary>Completes once so many timers wait for their time.</summary>
    public Task Waiting(int timers) => Waiting(() => _timers.Count >= timers);

    /// <summary>Completes once somebody waits for that long: a parked read, and not an append that is on its way beside it.</summary>
    public Task WaitingFor(TimeSpan due) => Waiting(() => _timers.Any(timer => timer.DueAt == _now + due));

    private Task Waiting(Func<bool> isSo)
    {
        lock (_lock)
        {
            if (isSo()) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited = (isSo, reached);
            return reached.Task;
        }
    }

    private void Set(ManualTimer timer, TimeSpan due)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (due == Timeout.InfiniteTimeSpan) return;
            timer.DueAt = _now + due;
            _timers.Add(timer);
            if (_awaited is { } awaited && awaited.IsSo()) awaited.Reached.TrySetResult();
        }
    }

    private sealed class ManualTimer(ManualTime time, Action fire) : ITimer
    {
        public DateTimeOffset DueAt { get; set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero) throw new NotSupportedException("One shot only.");
            time.Set(this, dueTime);
            return true;
        }

        public void Dispose() => time.Set(this, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
