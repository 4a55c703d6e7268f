namespace Actors.Grains;

/// <summary>One read that waits for news, its hold, its caller's patience or the end of the process, whichever comes first.</summary>
internal sealed class ParkedRead : IDisposable
{
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _hold;
    private readonly CancellationTokenRegistration _stopping;
    private readonly CancellationTokenRegistration _cancelled;

    public ParkedRead(TimeProvider time, TimeSpan hold, CancellationToken stopping, CancellationToken cancellation)
    {
        _hold = time.CreateTimer(static read => ((ParkedRead)read!).Complete(), this, hold, Timeout.InfiniteTimeSpan);
        _stopping = stopping.UnsafeRegister(static read => ((ParkedRead)read!).Complete(), this);
        _cancelled = cancellation.UnsafeRegister(static read => ((ParkedRead)read!).Complete(), this);
    }

    public Task Completed => _completed.Task;

    /// <summary>May be called from any thread; the reader goes on in a turn of its grain.</summary>
    public void Complete() => _completed.TrySetResult();

    public void Dispose()
    {
        _hold.Dispose();
        _stopping.Dispose();
        _cancelled.Dispose();
    }
}
