namespace Actors.Grains;

/// <summary>Bounds the appends that one process has under way; who waits is served in order.</summary>
internal sealed class AppendSlots(int count)
{
    private readonly SemaphoreSlim _free = new(count, count);

    /// <summary>Completes at once while a slot is free: an idle stream's append waits for nothing.</summary>
    public async ValueTask<Slot> Enter()
    {
        await _free.WaitAsync();
        return new Slot(_free);
    }

    public readonly struct Slot(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
