namespace Orleans.Calls;

/// <summary>A method that returns <see cref="ValueTask{T}"/>: one that completes at once allocates no task on the callee's side.</summary>
internal abstract class ValueTaskCall<T> : TaskCall<T>
{
    protected abstract ValueTask<T> InvokeValue(object target);

    protected sealed override Task<T> Invoke(object target) => InvokeValue(target).AsTask();

    protected sealed override Task<T>? Start(object target)
    {
        var running = InvokeValue(target);
        if (!running.IsCompletedSuccessfully)
        {
            return running.AsTask();
        }

        Succeed(running.Result);
        return null;
    }
}

/// <summary>A method that returns <see cref="ValueTask"/>.</summary>
internal abstract class ValueTaskCall : TaskCall
{
    protected abstract ValueTask InvokeValue(object target);

    protected sealed override Task Invoke(object target) => InvokeValue(target).AsTask();

    protected sealed override Task? Start(object target)
    {
        var running = InvokeValue(target);
        if (!running.IsCompletedSuccessfully)
        {
            return running.AsTask();
        }

        running.GetAwaiter().GetResult();
        Succeed(default);
        return null;
    }
}
