using Orleans.Runtime;

namespace Orleans;

/// <summary>Names a grain class, so that the class can be renamed.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    internal string Name { get; } = grainType;

    public GrainType GetGrainType(IServiceProvider services, Type type) => GrainType.Create(Name);
}
