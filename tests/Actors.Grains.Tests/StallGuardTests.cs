using Actors.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>A process that stood still writes nothing before the cluster has confirmed it.</summary>
public sealed class StallGuardTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StandingTime _time = new();
    private readonly Queue<TaskCompletionSource<bool>> _questions = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly StallGuard _guard;

    public StallGuardTests() => _guard = new StallGuard(
        async ct =>
        {
            var question = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_questions) _questions.Enqueue(question);
            _asked.Release();
            return await question.Task.WaitAsync(ct);
        },
        _time,
        NullLogger<StallGuard>.Instance);

    public void Dispose()
    {
        _guard.Dispose();
        _asked.Dispose();
    }

    [Fact]
    public void P2_a_process_that_runs_is_not_kept_from_writing()
    {
        for (var i = 0; i < 10; i++)
        {
            _time.Pass(StallGuard.Limit);
            _guard.Pass(default).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task P2_after_a_pause_nothing_is_written_before_the_cluster_has_confirmed_the_silo()
    {
        _time.Pass(2 * StallGuard.Limit);
        var (first, second) = (_guard.Pass(default).AsTask(), _guard.Pass(default).AsTask());
        var question = await Question();
        (first.IsCompleted || second.IsCompleted).ShouldBeFalse();
        question.SetResult(true);
        await Task.WhenAll(first, second).WaitAsync(Patience);
        _guard.Pass(default).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task P2_a_pause_that_only_a_beat_has_seen_counts()
    {
        _time.Pass(2 * StallGuard.Limit);
        _time.Beat();
        var write = _guard.Pass(default).AsTask();
        write.IsCompleted.ShouldBeFalse();
        (await Question()).SetResult(true);
        await write.WaitAsync(Patience);
    }

    [Fact]
    public async Task P2_a_silo_that_was_voted_out_never_writes_again()
    {
        _time.Pass(2 * StallGuard.Limit);
        using var deadline = new CancellationTokenSource();
        var write = _guard.Pass(deadline.Token).AsTask();
        for (var i = 0; i < 5; i++)
        {
            (await Question()).SetResult(false);
            _time.EndDelays();
        }
        await Question();
        write.IsCompleted.ShouldBeFalse();
        await deadline.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(write);
    }

    [Fact]
    public async Task P2_a_cluster_that_does_not_answer_is_asked_again()
    {
        _time.Pass(2 * StallGuard.Limit);
        var write = _guard.Pass(default).AsTask();
        (await Question()).SetException(new TimeoutException("nobody there"));
        _time.EndDelays();
        var again = await Question();
        write.IsCompleted.ShouldBeFalse();
        again.SetResult(true);
        await write.WaitAsync(Patience);
    }

    [Fact]
    public async Task P2_an_answer_from_before_another_pause_is_worth_nothing()
    {
        _time.Pass(2 * StallGuard.Limit);
        var first = _guard.Pass(default).AsTask();
        var question = await Question();
        _time.Pass(2 * StallGuard.Limit);
        var second = _guard.Pass(default).AsTask();
        question.SetResult(true);
        var later = await Question();
        second.IsCompleted.ShouldBeFalse();
        later.SetResult(true);
        await Task.WhenAll(first, second).WaitAsync(Patience);
    }

    [Fact]
    public async Task P2_a_grain_stores_nothing_after_a_pause_before_the_cluster_has_confirmed_its_silo()
    {
        await using var bed = await TestBed.Start(stalls: _guard);
        var meeting = await bed.Opened();
        _time.Pass(2 * StallGuard.Limit);
        var joining = meeting.Execute(bed.Joining("ann"), default).AsTask();
        var question = await Question();
        (await TestBed.Events(meeting)).ShouldNotContain(one => one.Event is ParticipantJoined);
        joining.IsCompleted.ShouldBeFalse();
        question.SetResult(true);
        (await joining.WaitAsync(Patience)).ShouldBeOfType<Accepted>();
        (await TestBed.Events(meeting)).ShouldContain(one => one.Event is ParticipantJoined);
    }

    private async Task<TaskCompletionSource<bool>> Question()
    {
        (await _asked.WaitAsync(Patience)).ShouldBeTrue();
        lock (_questions) return _questions.Dequeue();
    }

    /// <summary>A clock that passes without its timers, as in a process that stands still.</summary>
    private sealed class StandingTime : TimeProvider
    {
        private readonly List<Due> _timers = [];
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public void Pass(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);

        /// <summary>The guard's own timer, the first.</summary>
        public void Beat() => Timers()[0].Fire();

        /// <summary>Ends the pause between two questions, once it has begun.</summary>
        public void EndDelays()
        {
            for (var wait = new SpinWait(); ; wait.SpinOnce())
            {
                // Deadlines of questions are timers as well, and longer.
                if (Timers().Skip(1).FirstOrDefault(t => t.Wait < TimeSpan.FromSeconds(1)) is not { } pause) continue;
                pause.Fire();
                return;
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Due(this, callback, state, dueTime);
            lock (_timers) _timers.Add(timer);
            return timer;
        }

        private Due[] Timers()
        {
            lock (_timers) return [.. _timers];
        }

        private sealed class Due(StandingTime time, TimerCallback callback, object? state, TimeSpan wait) : ITimer
        {
            public TimeSpan Wait => wait;

            public void Fire() => callback(state);

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
                lock (time._timers) time._timers.Remove(this);
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
