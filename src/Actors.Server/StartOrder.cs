using Orleans;

namespace Actors.Server;

/// <summary>Processes of a cluster start in any order: a gateway without a silo waits for one, and says so.</summary>
internal sealed partial class StartOrder(ServerSettings settings, TimeProvider time, ILogger<StartOrder> log) : IClientConnectionRetryFilter
{
    /// <summary>Cheap enough to keep up for hours, short enough that nobody waits for the gateway once the silo is there.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Said at once and then now and then: an operator who looks finds it, a log is not filled.</summary>
    private const int AttemptsPerLine = 30;

    private int _attempts;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (_attempts++ % AttemptsPerLine == 0) Waiting(log, settings.ClusterId, settings.SilosTable, exception.Message);
        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "No silo of cluster {Cluster} can be reached yet (table {Table}): waiting for one. {Reason}")]
    private static partial void Waiting(ILogger log, string cluster, string table, string reason);
}
