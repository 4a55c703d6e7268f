using System.Collections.Concurrent;
using Orleans.Calls;

namespace Orleans.Runtime;

/// <summary>The activations of one silo by grain. At most one per grain: a grain's next one is made when this one has left.</summary>
internal sealed class Activations(Silo silo)
{
    private readonly ConcurrentDictionary<GrainId, Activation> _all = new();

    public int Count => _all.Count;

    public IEnumerable<Activation> All => _all.Values;

    public Activation? Find(GrainId grainId) => _all.GetValueOrDefault(grainId);

    /// <summary>Gives the call to the grain's activation, made now if there is none.</summary>
    public void Post(Call call)
    {
        var grainId = call.Target.GrainId;
        while (true)
        {
            if (silo.IsKilled)
            {
                call.Fail(new SiloUnavailableException($"{silo.Address} is gone."));
                return;
            }

            if (!_all.TryGetValue(grainId, out var activation))
            {
                if (silo.RefusesActivations)
                {
                    call.Fail(new SiloUnavailableException($"{silo.Address} is shutting down and takes no new activations."));
                    return;
                }

                if (GrainClasses.Get(grainId.Type) is not { } grainClass)
                {
                    call.Fail(new ArgumentException($"No grain class is named \"{grainId.Type}\"."));
                    return;
                }

                activation = GetOrCreate(grainId, grainClass);
                // The home may have moved since it was looked up, and whoever looks for moved grains may have passed already.
                silo.Others?.HandOverIfMoved(activation);
            }

            if (activation.TryPost(call))
            {
                call.Target.Route = activation;
                return;
            }
        }
    }

    public void Remove(Activation activation) => _all.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));

    // Under a lock, so that no spare one is made. Started only when it can be found: one that fails at once takes itself out again.
    private Activation GetOrCreate(GrainId grainId, GrainClass grainClass)
    {
        lock (_all)
        {
            if (!_all.TryGetValue(grainId, out var activation))
            {
                activation = new Activation(silo, grainClass, grainId);
                _all[grainId] = activation;
                activation.Start();
            }

            return activation;
        }
    }
}
