using Orleans.Runtime;

namespace Orleans.Reminders;

/// <summary>All reminders of a silo in order of their next tick, behind one timer.</summary>
internal sealed class ReminderSchedule : IDisposable
{
    // Timers cannot wait longer than 49 days; waking once a day costs nothing.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action<Reminder> _tick;
    private readonly ITimer _timer;

    // Guarded by _gate. An entry in the queue counts only while it is the current one of its reminder.
    private readonly Dictionary<(GrainId, string), Entry> _current = [];
    private readonly PriorityQueue<Entry, DateTimeOffset> _queue = new();

    // Changed here since the reading under way began, which may not have seen it.
    private readonly HashSet<(GrainId, string)> _touched = [];
    private bool _disposed;

    public ReminderSchedule(TimeProvider time, Action<Reminder> tick)
    {
        _time = time;
        _tick = tick;
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(
                static state => ((ReminderSchedule)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Registered here.</summary>
    public void Set(Reminder reminder)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                var now = _time.GetUtcNow();
                _touched.Add((reminder.Grain, reminder.Name));
                Add(reminder, now, registeredAt: now);
                Arm();
            }
        }
    }

    /// <summary>Unregistered here. A newer one of its name stays.</summary>
    public void Remove(Reminder reminder)
    {
        lock (_gate)
        {
            var key = (reminder.Grain, reminder.Name);
            _touched.Add(key);
            if (_current.GetValueOrDefault(key)?.Reminder.Version == reminder.Version)
            {
                _current.Remove(key);
            }
        }
    }

    /// <summary>Whether it was registered here within that time.</summary>
    public bool IsRecent(Reminder reminder, TimeSpan within)
    {
        lock (_gate)
        {
            return _current.GetValueOrDefault((reminder.Grain, reminder.Name)) is { } entry
                && entry.Reminder.Version == reminder.Version && entry.RegisteredAt is { } at && _time.GetUtcNow() - at < within;
        }
    }

    /// <summary>The store is going to be read: what changes here from now on is newer than what <see cref="Replace"/> will be given.</summary>
    public void BeginReading()
    {
        lock (_gate)
        {
            _touched.Clear();
        }
    }

    /// <summary>Follows the store: a reminder whose version is known keeps its place.</summary>
    /// <param name="lastServed">Of a reminder that is new here: until when somebody else called it; null where nobody did, and what was missed is skipped.</param>
    public void Replace(IReadOnlyList<Reminder> reminders, Func<Reminder, DateTimeOffset?> lastServed)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var now = _time.GetUtcNow();
            var stored = reminders.ToDictionary(r => (r.Grain, r.Name));
            foreach (var gone in _current.Keys.Where(key => !stored.ContainsKey(key) && !_touched.Contains(key)).ToArray())
            {
                _current.Remove(gone);
            }

            foreach (var (key, reminder) in stored)
            {
                if (!_touched.Contains(key) && _current.GetValueOrDefault(key)?.Reminder.Version != reminder.Version)
                {
                    Add(reminder, lastServed(reminder) ?? now);
                }
            }

            Arm();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
            _current.Clear();
            _queue.Clear();
        }
    }

    // A tick that was due since then comes at once.
    private void Add(Reminder reminder, DateTimeOffset since, DateTimeOffset? registeredAt = null)
    {
        var entry = new Entry(reminder, registeredAt);
        _current[(reminder.Grain, reminder.Name)] = entry;
        _queue.Enqueue(entry, NextTick(reminder, since));
    }

    // Ticks missed while no silo ran are skipped, as in Orleans: the next one comes at its own time.
    private static DateTimeOffset NextTick(Reminder reminder, DateTimeOffset now)
    {
        if (reminder.StartAt >= now)
        {
            return reminder.StartAt;
        }

        var missed = ((now - reminder.StartAt).Ticks / reminder.Period.Ticks) + 1;
        return reminder.StartAt + (missed * reminder.Period);
    }

    private void Arm()
    {
        while (_queue.TryPeek(out var entry, out var due))
        {
            if (!IsCurrent(entry))
            {
                _queue.Dequeue();
                continue;
            }

            var wait = due - _time.GetUtcNow();
            wait = wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;

            // Timers count whole milliseconds: rounded up, lest they fire just before the tick is due.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            return;
        }
    }

    private void Fire()
    {
        List<Reminder> due = [];
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_queue.TryPeek(out var entry, out var at) && (at <= now || !IsCurrent(entry)))
            {
                _queue.Dequeue();
                if (IsCurrent(entry))
                {
                    due.Add(entry.Reminder);

                    // Strictly later: a tick due at this very moment has just been taken.
                    _queue.Enqueue(entry, NextTick(entry.Reminder, now + TimeSpan.FromTicks(1)));
                }
            }

            Arm();
        }

        due.ForEach(_tick);
    }

    private bool IsCurrent(Entry entry) => ReferenceEquals(_current.GetValueOrDefault((entry.Reminder.Grain, entry.Reminder.Name)), entry);

    private sealed class Entry(Reminder reminder, DateTimeOffset? registeredAt)
    {
        public Reminder Reminder { get; } = reminder;

        public DateTimeOffset? RegisteredAt { get; } = registeredAt;
    }
}
