using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Orleans.Calls;

/// <summary>A place that calls come from: a silo (its grains, its own client) or a client.</summary>
internal abstract class CallRuntime(
    TimeProvider time, MessagingOptions options, DeepCopier copier, ActivityPropagation? activities, ILogger logger)
{
    private readonly TimeSpan _timeout = options.ResponseTimeout;

    public TimeProvider Time { get; } = time;

    public Deadlines Deadlines { get; } = new(time);

    public bool CancelOnTimeout { get; } = options.CancelRequestOnTimeout;

    public bool WaitForCancellationAcknowledgement { get; } = options.WaitForCancellationAcknowledgement;

    /// <summary>The other end of every call made here; fails the call if there is nobody to take it.</summary>
    public abstract void Dispatch(Call call);

    public Task<T> Send<T>(GrainReference target, Call<T> call)
    {
        var facts = call.Facts;
        call.Target = target;
        call.Caller = this;
        call.Context = RequestContext.Current;
        if (activities is not null && Activity.Current is { } activity)
        {
            call.Trace = activity.Context;
        }

        if (facts.OneWay)
        {
            Dispatch(call);
            return OneWayDone<T>.Task;
        }

        if (facts.HasToken)
        {
            if (call.CallerToken.IsCancellationRequested)
            {
                return Task.FromCanceled<T>(call.CallerToken);
            }

            call.LinkCancellation();
        }

        Deadlines.Add(call, facts.Timeout ?? _timeout);
        Dispatch(call);
        return call.Promise;
    }

    public T Copy<T>(T value) => copier.Copy(value);

    public void OneWayFailed(Call call, Exception exception) =>
        logger.LogWarning(exception, "One-way call {Method} to {Grain} failed", call.Facts.Name, call.Target.GrainId);

    private static class OneWayDone<T>
    {
        public static readonly Task<T> Task = System.Threading.Tasks.Task.FromResult<T>(default!);
    }
}
