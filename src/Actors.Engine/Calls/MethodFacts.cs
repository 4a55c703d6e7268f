using System.Reflection;
using Orleans.Codec;
using Orleans.Concurrency;
using Orleans.Proxies;

namespace Orleans.Calls;

/// <summary>What the runtime must know about a grain interface method; one per method, made when its proxy is emitted.</summary>
internal sealed class MethodFacts
{
    public MethodFacts(MethodInfo method)
    {
        Name = $"{method.DeclaringType!.Name}.{method.Name}";
        Id = RemoteMethods.IdOf(method);
        AlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        ReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        OneWay = method.IsDefined(typeof(OneWayAttribute));
        Timeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        HasToken = method.GetParameters().Any(p => p.ParameterType == typeof(CancellationToken));
        CopyResult = method.ReturnType.IsGenericType
            && !Immutability.IsImmutable(method.ReturnType.GenericTypeArguments[0])
            && !method.ReturnParameter.IsDefined(typeof(ImmutableAttribute));
    }

    public string Name { get; }

    /// <summary>Its number between processes.</summary>
    public ulong Id { get; }

    public bool AlwaysInterleave { get; }

    public bool ReadOnly { get; }

    public bool OneWay { get; }

    public TimeSpan? Timeout { get; }

    public bool HasToken { get; }

    public bool CopyResult { get; }
}
