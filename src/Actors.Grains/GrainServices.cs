using Actors.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>What every stream grain is given.</summary>
public sealed class GrainServices(
    IEventLog eventLog, MeetingClock clock, WriterIds ids, GrainMetrics metrics, ILoggerFactory loggers, IHostApplicationLifetime lifetime)
{
    public IEventLog EventLog => eventLog;

    public MeetingClock Clock => clock;

    public WriterIds Ids => ids;

    public GrainMetrics Metrics => metrics;

    internal AppendSlots AppendSlots { get; } = new(GrainLimits.ConcurrentAppends);

    public ILoggerFactory Loggers => loggers;

    /// <summary>The process is going: parked reads are to be answered.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;
}
