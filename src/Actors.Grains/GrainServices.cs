using Actors.Storage;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>What every stream grain is given.</summary>
public sealed class GrainServices(
    IEventLog eventLog, IListIndex lists, MeetingClock clock, WriterIds ids, GrainMetrics metrics, ILoggerFactory loggers, GrainsStop stop, StallGuard stalls)
{
    public IEventLog EventLog => eventLog;

    public IListIndex Lists => lists;

    public MeetingClock Clock => clock;

    public WriterIds Ids => ids;

    public GrainMetrics Metrics => metrics;

    internal AppendSlots AppendSlots { get; } = new(GrainLimits.ConcurrentAppends);

    public ILoggerFactory Loggers => loggers;

    public StallGuard Stalls => stalls;

    /// <summary>The silo is about to stop: parked reads are to be answered.</summary>
    public CancellationToken Stopping => stop.Token;
}
