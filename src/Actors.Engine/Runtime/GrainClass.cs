using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.State;

namespace Orleans.Runtime;

/// <summary>A grain class and how its instances are made; one per class and process.</summary>
internal sealed class GrainClass
{
    private readonly ParameterInfo[] _facets;
    private readonly Lazy<ObjectFactory> _factory;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = GrainType.Create(NameOf(type));
        Reentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        Interfaces = [.. type.GetInterfaces().Where(i => typeof(IGrain).IsAssignableFrom(i) && i.Assembly != typeof(IGrain).Assembly)];
        PrimaryInterface = Interfaces.OrderByDescending(i => i.GetInterfaces().Length).FirstOrDefault() ?? typeof(IGrain);
        var constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).FirstOrDefault();
        _facets = [.. constructor?.GetParameters().Where(p => p.IsDefined(typeof(PersistentStateAttribute))) ?? []];
        _factory = new(() => ActivatorUtilities.CreateFactory(type, [.. _facets.Select(p => p.ParameterType)]));
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public bool Reentrant { get; }

    public Type[] Interfaces { get; }

    /// <summary>The most derived grain interface: what a grain's reference to itself looks like.</summary>
    public Type PrimaryInterface { get; }

    public object Create(Activation activation, List<IStateFacet> states)
    {
        var arguments = new object[_facets.Length];
        for (var i = 0; i < _facets.Length; i++)
        {
            var state = StateFacets.Create(_facets[i], activation);
            states.Add(state);
            arguments[i] = state;
        }

        return _factory.Value(activation.ActivationServices, arguments);
    }

    // MeetingGrain is "meeting", unless it says otherwise.
    private static string NameOf(Type type)
    {
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } named)
        {
            return named.Name;
        }

        const string Suffix = "Grain";
        var name = type.Name;
        name = name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
        return name.ToLowerInvariant();
    }
}
