using Microsoft.Extensions.DependencyInjection;
using Orleans.Proxies;

namespace Orleans.Runtime;

/// <summary>
/// One activation of a grain: its instance, its mailbox and the scheduler its code runs on. Turns run one at a time; every field
/// without another remark is touched by the running turn only. Parts: mailbox and scheduler, admission of requests, life cycle.
/// </summary>
internal sealed partial class Activation : TaskScheduler, IThreadPoolWorkItem, IGrainContext
{
    [ThreadStatic]
    private static Activation? _current;

    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly AsyncServiceScope _scope;
    private GrainReference? _reference;

    public Activation(Silo silo, GrainClass grainClass, GrainId grainId)
    {
        Silo = silo;
        Class = grainClass;
        GrainId = grainId;
        ActivationId = new ActivationId(silo.Ids.Next());
        _scope = silo.Services.CreateAsyncScope();
        _lastActivity = silo.Deadlines.Now;
        // The first turn, before any call. It does not run yet.
        _inbox.Enqueue(new WorkItem(static state => ((Activation)state!).Activate(), this));
    }

    /// <summary>The activation whose turn this thread is running.</summary>
    public static new Activation? Current => _current;

    public Silo Silo { get; }

    public GrainClass Class { get; }

    public GrainId GrainId { get; }

    public ActivationId ActivationId { get; }

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    public Task Deactivated => _deactivated.Task;

    public GrainReference GrainReference => _reference ??= ProxyTypes.For(Class.PrimaryInterface)(Silo, GrainId);

    public static Activation Of(IGrainBase grain) => grain.GrainContext as Activation
        ?? throw new InvalidOperationException($"{grain.GetType()} was not created by the runtime.");

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        if (ReferenceEquals(_current, this))
        {
            BeginDeactivation(deactivationReason);
        }
        else
        {
            Enqueue(_ => BeginDeactivation(deactivationReason), null);
        }
    }

    public override string ToString() => $"{GrainId}{ActivationId}";
}
