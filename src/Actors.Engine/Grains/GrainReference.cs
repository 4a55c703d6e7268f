using Orleans.Calls;

namespace Orleans.Runtime;

/// <summary>A reference to a grain, which may or may not be active. Base of the emitted proxies.</summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    // The activation that took the last call: most calls go where the one before went, without asking the directory.
    internal Activation? Route;

    internal GrainReference(CallRuntime runtime, GrainId grainId)
    {
        Runtime = runtime;
        GrainId = grainId;
    }

    public GrainId GrainId { get; }

    public virtual string InterfaceName => string.Empty;

    internal CallRuntime Runtime { get; }

    public virtual TGrainInterface Cast<TGrainInterface>()
        where TGrainInterface : IAddressable =>
        this is TGrainInterface same ? same : (TGrainInterface)(IAddressable)Proxies.ProxyTypes.For(typeof(TGrainInterface))(Runtime, GrainId);

    public bool Equals(GrainReference? other) => other is not null && GrainId.Equals(other.GrainId);

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}";

    public static bool operator ==(GrainReference? reference1, GrainReference? reference2) => Equals(reference1, reference2);

    public static bool operator !=(GrainReference? reference1, GrainReference? reference2) => !Equals(reference1, reference2);

    // Called by the emitted proxies.
    internal Task<T> Send<T>(Call<T> call) => Runtime.Send(this, call);

    internal T CopyArgument<T>(T value) => Runtime.Copy(value);
}
