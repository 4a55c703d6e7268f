using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Actors.Gateway;

/// <summary>
/// Empties the process before the host stops: no new sockets, not ready, and every socket is told to go elsewhere at its own random moment.
/// Bounded in time; what is left then is cut off by the server.
/// </summary>
internal sealed class GatewayDrain(
    SocketRegistry registry, DisconnectReports reports, Backoff backoff, TimeProvider time, IOptions<GatewayOptions> options) : IHostedLifecycleService
{
    /// <summary>After the last socket was told: its close is answered, and its meeting hears of it.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    public bool Draining { get; private set; }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Draining = true;
        var span = TimeSpan.FromSeconds(options.Value.Sockets.DrainSeconds);
        var due = registry.All.Select(socket => (At: backoff.Spread(span), Socket: socket)).OrderBy(one => one.At).ToList();
        var started = time.GetTimestamp();
        var next = 0;
        while (registry.Count > 0 || reports.Waiting > 0)
        {
            var elapsed = time.GetElapsedTime(started);
            for (; next < due.Count && due[next].At <= elapsed; next++) due[next].Socket.Close(CloseCode.GoingAway);
            if (elapsed >= span + Farewell) return;
            await Task.Delay(Step, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellationToken.IsCancellationRequested) return;
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
