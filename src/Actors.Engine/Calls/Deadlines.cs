using System.Collections.Concurrent;

namespace Orleans.Calls;

/// <summary>
/// The calls somebody waits for, by time-out. All calls of one list wait equally long, so a list is ordered by expiry and
/// a sweep looks at expired calls only; adding and removing are two pointer writes. Timers per call would cost more than the call.
/// </summary>
internal sealed class Deadlines : IDisposable
{
    /// <summary>How often expired calls are looked for, and the resolution of <see cref="Now"/>. A deadline is at most this late.</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<TimeSpan, DeadlineList[]> _lists = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ITimer _timer;
    private long _now;

    public Deadlines(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        using (ExecutionContext.SuppressFlow())
        {
            _timer = time.CreateTimer(static state => ((Deadlines)state!).Sweep(), this, Resolution, Resolution);
        }
    }

    /// <summary>Time since the start in ticks, as of the last sweep: reading it costs nothing.</summary>
    public long Now => Volatile.Read(ref _now);

    public void Add(Call call, TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            timeout = TimeSpan.MaxValue;
        }

        if (!_lists.TryGetValue(timeout, out var stripes))
        {
            stripes = _lists.GetOrAdd(timeout, static t => DeadlineList.Stripes(t));
        }

        // One resolution later than asked: Now may be that old, and an early time-out is wrong while a late one is not.
        var expiry = timeout == TimeSpan.MaxValue ? long.MaxValue : Now + timeout.Ticks + Resolution.Ticks;
        stripes[Thread.GetCurrentProcessorId() % stripes.Length].Add(call, expiry);
    }

    /// <summary>Rounded up, so that calls from elsewhere share lists whatever time they have left. Their callers keep the exact deadline.</summary>
    public static TimeSpan Coarse(TimeSpan timeout)
    {
        var step = timeout < TimeSpan.FromSeconds(1) ? Resolution
            : timeout < TimeSpan.FromMinutes(1) ? TimeSpan.FromSeconds(1)
            : timeout < TimeSpan.FromHours(1) ? TimeSpan.FromMinutes(1)
            : TimeSpan.FromHours(1);
        return TimeSpan.FromTicks((timeout.Ticks + step.Ticks - 1) / step.Ticks * step.Ticks);
    }

    public void Sweep()
    {
        var now = _time.GetElapsedTime(_start).Ticks;
        Volatile.Write(ref _now, now);
        foreach (var stripes in _lists.Values)
        {
            foreach (var list in stripes)
            {
                list.Expire(now);
            }
        }
    }

    /// <summary>Every call waited for now that meets the condition.</summary>
    public List<Call> Waiting(Func<Call, bool> condition) =>
        [.. _lists.Values.SelectMany(stripes => stripes).SelectMany(list => list.Snapshot()).Where(condition)];

    public void Dispose() => _timer.Dispose();
}

/// <summary>Calls with the same time-out in order of expiry, doubly linked through the calls themselves.</summary>
internal sealed class DeadlineList(TimeSpan timeout)
{
    private readonly Lock _gate = new();
    private Call? _head;
    private Call? _tail;

    // Callers on different processors do not meet at one lock; twice the processors because the choice is a remainder.
    public static DeadlineList[] Stripes(TimeSpan timeout) =>
        [.. Enumerable.Range(0, Environment.ProcessorCount * 2).Select(_ => new DeadlineList(timeout))];

    public void Add(Call call, long expiry)
    {
        lock (_gate)
        {
            call.ExpiresAt = expiry;
            call.Deadline = this;
            call.PreviousDeadline = _tail;
            if (_tail is null)
            {
                _head = call;
            }
            else
            {
                _tail.NextDeadline = call;
            }

            _tail = call;
        }
    }

    public void Remove(Call call)
    {
        lock (_gate)
        {
            if (call.Deadline is null)
            {
                return;
            }

            if (call.PreviousDeadline is null)
            {
                _head = call.NextDeadline;
            }
            else
            {
                call.PreviousDeadline.NextDeadline = call.NextDeadline;
            }

            if (call.NextDeadline is null)
            {
                _tail = call.PreviousDeadline;
            }
            else
            {
                call.NextDeadline.PreviousDeadline = call.PreviousDeadline;
            }

            call.Deadline = null;
            call.NextDeadline = null;
            call.PreviousDeadline = null;
        }
    }

    public void Expire(long now)
    {
        while (true)
        {
            Call call;
            lock (_gate)
            {
                if (_head is null || _head.ExpiresAt > now)
                {
                    return;
                }

                call = _head;
            }

            // Outside the lock; failing the call removes it from this list.
            call.Expire(timeout);
            Remove(call);
        }
    }

    public List<Call> Snapshot()
    {
        lock (_gate)
        {
            var calls = new List<Call>();
            for (var call = _head; call is not null; call = call.NextDeadline)
            {
                calls.Add(call);
            }

            return calls;
        }
    }
}
