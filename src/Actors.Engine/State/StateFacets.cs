using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.State;

/// <summary>A state that is loaded before its grain is activated.</summary>
internal interface IStateFacet
{
    Task Load(CancellationToken cancellationToken);
}

/// <summary>Makes the persistent states that a grain's constructor asks for.</summary>
internal static class StateFacets
{
    public static IStateFacet Create(ParameterInfo parameter, Activation activation)
    {
        var attribute = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        if (!parameter.ParameterType.IsGenericType || parameter.ParameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException($"{parameter.Member.DeclaringType}: [PersistentState] belongs on IPersistentState<T>.");
        }

        var provider = attribute.StorageName ?? StorageNames.Default;
        var storage = activation.ActivationServices.GetKeyedService<IGrainStorage>(provider)
            ?? throw new OrleansConfigurationException($"{activation.Class.Type} needs the grain storage \"{provider}\", which is not configured.");
        var state = typeof(PersistentState<>).MakeGenericType(parameter.ParameterType.GenericTypeArguments);
        return (IStateFacet)Activator.CreateInstance(state, attribute.StateName, activation.GrainId, storage)!;
    }
}
