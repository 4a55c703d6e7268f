using Orleans.Calls;
using Orleans.Proxies;

namespace Orleans.Runtime;

/// <summary>Makes references that call from one runtime.</summary>
internal sealed class GrainFactory(CallRuntime runtime) : IGrainFactory
{
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        return Make<TGrainInterface>(IdSpan.Create(primaryKey), grainClassNamePrefix);
    }

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateIntegerKey(primaryKey), grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey =>
        Make<TGrainInterface>(GrainIdKeyExtensions.CreateGuidKey(primaryKey), grainClassNamePrefix);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)(object)ProxyTypes.For(grainInterfaceType)(
            runtime, GrainId.Create(GrainClasses.For(grainInterfaceType, null), IdSpan.Create(grainPrimaryKey)));

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)(IAddressable)Proxy<TGrainInterface>.Create(runtime, grainId);

    private TGrainInterface Make<TGrainInterface>(IdSpan key, string? prefix)
    {
        var type = prefix is null ? Proxy<TGrainInterface>.GrainType : GrainClasses.For(typeof(TGrainInterface), prefix);
        return (TGrainInterface)(object)Proxy<TGrainInterface>.Create(runtime, GrainId.Create(type, key));
    }

    // What is looked up once per interface instead of once per reference.
    private static class Proxy<TGrainInterface>
    {
        public static readonly ProxyFactory Create = ProxyTypes.For(typeof(TGrainInterface));
        private static GrainType _type;

        public static GrainType GrainType => _type.IsDefault ? _type = GrainClasses.For(typeof(TGrainInterface), null) : _type;
    }
}
