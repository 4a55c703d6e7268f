namespace Orleans.Runtime;

/// <summary>Looks for idle activations once per quantum.</summary>
internal sealed class Collector(Silo silo) : IDisposable
{
    private ITimer? _timer;

    public void Start()
    {
        using (ExecutionContext.SuppressFlow())
        {
            var quantum = silo.Collection.CollectionQuantum;
            _timer = silo.Time.CreateTimer(static state => ((Collector)state!).Collect(null), this, quantum, quantum);
        }
    }

    /// <summary>Ends activations idle for the given age, or for the age configured for their class.</summary>
    public void Collect(TimeSpan? age)
    {
        foreach (var activation in silo.Activations.All)
        {
            var limit = age ?? AgeOf(activation.Class);
            if (activation.IsIdleFor(limit))
            {
                activation.CollectIfIdle(limit);
            }
        }
    }

    public void Dispose() => _timer?.Dispose();

    private TimeSpan AgeOf(GrainClass grainClass) =>
        silo.Collection.ClassSpecificCollectionAge.TryGetValue(grainClass.Type.FullName!, out var age) ? age : silo.Collection.CollectionAge;
}
