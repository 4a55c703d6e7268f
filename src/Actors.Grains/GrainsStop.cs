using Microsoft.Extensions.Hosting;

namespace Actors.Grains;

/// <summary>
/// Says that this process' silo is about to stop. Hosted services stop in the reverse order of their registration: registered after the silo,
/// this fires just before it stops, and not while the sockets of a gateway in the same process are still being told to go elsewhere.
/// </summary>
public sealed class GrainsStop : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public CancellationToken Token => _stop.Token;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _stop.CancelAsync();

    public void Dispose() => _stop.Dispose();
}
