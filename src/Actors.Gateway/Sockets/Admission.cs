using Microsoft.Extensions.Options;

namespace Actors.Gateway;

/// <summary>Joins under way in this process: a few hundred at once, some thousands in line, the rest is told to come back.</summary>
internal sealed class Admission(IOptions<GatewayOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(options.Value.Sockets.ConcurrentJoins);
    private readonly int _places = options.Value.Sockets.WaitingJoins;
    private int _waiting;

    /// <summary>False at once where the line is full. After true, <see cref="Leave"/>.</summary>
    public async ValueTask<bool> Enter(CancellationToken cancellation)
    {
        if (_slots.Wait(0, CancellationToken.None)) return true;
        if (Interlocked.Increment(ref _waiting) > _places)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }
        try
        {
            await _slots.WaitAsync(cancellation);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Leave() => _slots.Release();

    public void Dispose() => _slots.Dispose();
}
