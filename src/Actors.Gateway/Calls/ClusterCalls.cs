using Actors.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Request = Actors.Contracts.Request;

namespace Actors.Gateway;

/// <summary>The cluster did not answer within the deadline. Whether the call took effect is unknown.</summary>
internal sealed class ClusterUnavailableException(Exception? cause) : Exception("The cluster did not answer within the deadline.", cause);

/// <summary>
/// The one way from the gateway to a grain. Repeats the same call (the same command id) on a closed list of failures with jittered,
/// growing pauses, until <see cref="Limits.CommandDeadline"/>. Anything else is a defect: logged, not repeated.
/// </summary>
internal sealed partial class ClusterCalls(TimeProvider time, Backoff backoff, ILogger<ClusterCalls> log)
{
    /// <summary>Never throws for the cluster's faults: they are <see cref="Refusal.Unavailable"/>.</summary>
    public async ValueTask<Answer> Execute(IStreamGrain grain, Request request, CancellationToken cancellation)
    {
        try
        {
            return await Call(
                static (state, token) => state.grain.Execute(state.request, token), (grain, request), static answer => answer is Retry, cancellation);
        }
        catch (ClusterUnavailableException)
        {
            return new Refused(Refusal.Unavailable);
        }
    }

    /// <exception cref="ClusterUnavailableException">No answer within the deadline, or a defect behind the call.</exception>
    public ValueTask<T> Call<TState, T>(Func<TState, CancellationToken, ValueTask<T>> call, TState state, CancellationToken cancellation) =>
        Call(call, state, static _ => false, cancellation);

    private async ValueTask<T> Call<TState, T>(
        Func<TState, CancellationToken, ValueTask<T>> call, TState state, Func<T, bool> again, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            Exception? cause = null;
            try
            {
                var answer = await call(state, cancellation);
                if (!again(answer)) return answer;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                if (!IsTransient(e))
                {
                    Defect(log, e);
                    throw new ClusterUnavailableException(e);
                }
                cause = e;
            }
            var pause = backoff.Pause(attempt);
            if (time.GetElapsedTime(started) + pause >= Limits.CommandDeadline) throw new ClusterUnavailableException(cause);
            await Task.Delay(pause, time, cancellation);
        }
    }

    /// <summary>
    /// Silo gone, call rejected, activation failed, connection failed, client not available (each an <see cref="OrleansException"/>), timed
    /// out, or given up by an activation that stepped down or stops.
    /// </summary>
    public static bool IsTransient(Exception e) => e is OrleansException or TimeoutException or SteppedDownException or OperationCanceledException;

    [LoggerMessage(1, LogLevel.Error, "A grain failed in a way that repeating does not help.")]
    private static partial void Defect(ILogger log, Exception e);
}
