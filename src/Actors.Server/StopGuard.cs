using System.Runtime.InteropServices;

namespace Actors.Server;

/// <summary>
/// The first SIGTERM (or Ctrl-C) stops the process in order: not ready, sockets told to go elsewhere, batches finished, grains handed over,
/// membership left. That is bounded; the end of the bound, or a second signal, ends the process at once. Nothing acknowledged is lost by it.
/// </summary>
internal sealed class StopGuard : IDisposable
{
    /// <summary>
    /// Everything in order: 5 s for the sockets and 2 s for their goodbyes, and enough for a thousand grains to finish their batches. What
    /// deploys this waits for longer before it kills (40 s in docker-compose.yml).
    /// </summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    /// <summary>For what ignores the host's patience.</summary>
    private static readonly TimeSpan Excess = TimeSpan.FromSeconds(5);

    /// <summary>After which nothing of the process is left, however it hangs.</summary>
    public static readonly TimeSpan Bound = Limit + Excess;

    /// <summary>Exit code of a stop that was cut short.</summary>
    public const int CutShort = 3;

    private readonly List<IDisposable> _registrations = [];
    private ITimer? _timer;
    private int _signals;

    public StopGuard(IHostApplicationLifetime lifetime, TimeProvider time)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (Interlocked.Increment(ref _signals) > 1) End("A second signal");
            }));
        }
        _registrations.Add(lifetime.ApplicationStopping.Register(() => _timer = time.CreateTimer(
            _ => End($"Not stopped after {Bound.TotalSeconds:F0} s"), null, Bound, Timeout.InfiniteTimeSpan)));
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _timer?.Dispose();
    }

    private static void End(string why)
    {
        Console.Error.WriteLine($"{why}: ending at once.");
        Environment.Exit(CutShort);
    }
}
