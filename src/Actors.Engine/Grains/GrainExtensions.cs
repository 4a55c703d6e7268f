using Orleans.Proxies;
using Orleans.Runtime;

namespace Orleans;

public static class GrainExtensions
{
    /// <summary>A reference that can be passed on; grains must never pass on <c>this</c>.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) =>
        (TGrainInterface)(object)Reference(grain, typeof(TGrainInterface));

    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();

    public static object AsReference(this IAddressable grain, Type interfaceType) => Reference(grain, interfaceType);

    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        GrainReference reference => reference.GrainId,
        IGrainBase instance => instance.GrainContext.GrainId,
        _ => throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain)),
    };

    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    public static long GetPrimaryKeyLong(this IAddressable grain) => grain.GetGrainId().GetIntegerKey();

    public static Guid GetPrimaryKey(this IAddressable grain) => grain.GetGrainId().GetGuidKey();

    private static GrainReference Reference(IAddressable grain, Type interfaceType)
    {
        if (grain is GrainReference reference)
        {
            return interfaceType.IsInstanceOfType(reference) ? reference : ProxyTypes.For(interfaceType)(reference.Runtime, reference.GrainId);
        }

        var activation = grain is IGrainBase instance
            ? Activation.Of(instance)
            : throw new ArgumentException($"{grain.GetType()} is neither a grain nor a reference to one.", nameof(grain));
        return ProxyTypes.For(interfaceType)(activation.Silo, activation.GrainId);
    }
}
