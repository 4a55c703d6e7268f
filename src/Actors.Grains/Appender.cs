using Actors.Contracts;
using Actors.Storage;
using Microsoft.Extensions.Logging;

namespace Actors.Grains;

/// <summary>Sends one batch, the same bytes under the same write id, until storage says what became of it or the deadline passes.</summary>
internal sealed class Appender(string stream, GrainServices services, ILogger logger, Random jitter)
{
    /// <summary>Null where the deadline passed: the outcome is unknown.</summary>
    public async Task<AppendResult?> Append(Batch batch)
    {
        using var deadline = new CancellationTokenSource(Limits.AppendDeadline, services.Clock.Time);
        var pause = GrainLimits.RetryFirst;
        try
        {
            while (true)
            {
                await services.Stalls.Pass(deadline.Token);
                try
                {
                    return await services.EventLog.Append(stream, batch, deadline.Token);
                }
                catch (StorageUnavailableException fault)
                {
                    // Without the stack: hundreds of streams say the same when storage is away, and the log has to stay readable.
                    Log.AppendRetried(logger, stream, batch.Version, fault.Fault, fault.Message);
                }
                await Task.Delay(pause * (0.5 + (jitter.NextDouble() / 2)), services.Clock.Time, deadline.Token);
                pause = pause * 2 < GrainLimits.RetryLongest ? pause * 2 : GrainLimits.RetryLongest;
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return null;
        }
    }
}
