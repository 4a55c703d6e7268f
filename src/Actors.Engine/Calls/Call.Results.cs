using Orleans.Codec;
using Orleans.Runtime;

namespace Orleans.Calls;

/// <summary>Result of methods that return a plain task.</summary>
internal readonly struct Nothing;

/// <summary>A call whose promise is a task of <typeparamref name="T"/>.</summary>
internal abstract class Call<T> : Call
{
    // Asynchronous continuations: a caller's code must not run inside the callee's turn.
    private readonly TaskCompletionSource<T> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Promise => _promise.Task;

    public sealed override bool IsAbandoned => _promise.Task.IsCompleted && !Facts.OneWay;

    public sealed override void Fail(Exception exception)
    {
        var won = exception is OperationCanceledException canceled
            ? _promise.TrySetCanceled(canceled.CancellationToken)
            : _promise.TrySetException(exception);
        Completed();
        if (!won)
        {
            return;
        }

        if (Facts.OneWay)
        {
            Caller.OneWayFailed(this, exception);
        }
        else if (Reply is not null)
        {
            // Nobody in this process looks at the promise.
            _ = _promise.Task.Exception;
            Reply.Failed(exception);
        }
    }

    public sealed override void SetCanceled(CancellationToken token)
    {
        var won = _promise.TrySetCanceled(token);
        Completed();
        if (won)
        {
            Reply?.Failed(new OperationCanceledException(token));
        }
    }

    public sealed override void ReadResult(ref CodecReader reader) =>
        Settle(typeof(T) == typeof(Nothing) ? default! : Elements.Read(ref reader, CodecOf<T>.Declared));

    protected void Succeed(T result)
    {
        // Bytes are a copy.
        if (Facts.CopyResult && Reply is null)
        {
            try
            {
                result = Caller.Copy(result);
            }
            catch (Exception exception)
            {
                Fail(exception);
                return;
            }
        }

        Settle(result);
    }

    private void Settle(T result)
    {
        var won = _promise.TrySetResult(result);
        Completed();
        if (won && !Facts.OneWay)
        {
            Reply?.Succeeded(result);
        }
    }

    protected void Settle(Task task)
    {
        if (task.IsFaulted)
        {
            Fail(task.Exception.InnerExceptions[0]);
        }
        else
        {
            SetCanceled(default);
        }
    }
}

/// <summary>A method that returns <see cref="Task{T}"/>.</summary>
internal abstract class TaskCall<T> : Call<T>
{
    private Task<T>? _running;

    protected abstract Task<T> Invoke(object target);

    /// <summary>Null when the call has been answered already.</summary>
    protected virtual Task<T>? Start(object target) => Invoke(target) ?? throw NullTask.Returned(Facts);

    protected sealed override void Run(Activation activation)
    {
        try
        {
            _running = Start(activation.GrainInstance!);
        }
        catch (Exception exception)
        {
            Fail(exception);
            Finish();
            return;
        }

        if (_running is null)
        {
            Finish();
        }
        else if (_running.IsCompleted)
        {
            Complete();
        }
        else
        {
            _running.GetAwaiter().UnsafeOnCompleted(Complete);
        }
    }

    private void Complete()
    {
        if (_running!.IsCompletedSuccessfully)
        {
            Succeed(_running.Result);
        }
        else
        {
            Settle(_running);
        }

        Finish();
    }
}

/// <summary>A method that returns <see cref="Task"/>.</summary>
internal abstract class TaskCall : Call<Nothing>
{
    private Task? _running;

    protected abstract Task Invoke(object target);

    /// <summary>Null when the call has been answered already.</summary>
    protected virtual Task? Start(object target) => Invoke(target) ?? throw NullTask.Returned(Facts);

    protected sealed override void Run(Activation activation)
    {
        try
        {
            _running = Start(activation.GrainInstance!);
        }
        catch (Exception exception)
        {
            Fail(exception);
            Finish();
            return;
        }

        if (_running is null)
        {
            Finish();
        }
        else if (_running.IsCompleted)
        {
            Complete();
        }
        else
        {
            _running.GetAwaiter().UnsafeOnCompleted(Complete);
        }
    }

    private void Complete()
    {
        if (_running!.IsCompletedSuccessfully)
        {
            Succeed(default);
        }
        else
        {
            Settle(_running);
        }

        Finish();
    }
}

internal static class NullTask
{
    public static InvalidOperationException Returned(MethodFacts facts) => new($"{facts.Name} returned null instead of a task.");
}
