using System.Collections.Concurrent;
using Orleans.Calls;
using Orleans.Runtime;

namespace Orleans.Proxies;

/// <summary>Makes a reference of one interface.</summary>
internal delegate GrainReference ProxyFactory(CallRuntime runtime, GrainId grainId);

/// <summary>The proxies of this process, one class per grain interface, emitted on first use.</summary>
internal static class ProxyTypes
{
    private static readonly ConcurrentDictionary<Type, Lazy<ProxyFactory>> Factories = new();

    public static ProxyFactory For(Type grainInterface) =>
        Factories.GetOrAdd(grainInterface, static type => new Lazy<ProxyFactory>(() => ProxyEmitter.Emit(type))).Value;
}
