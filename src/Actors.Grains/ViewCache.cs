using Actors.Contracts;

namespace Actors.Grains;

/// <summary>The last view of each audience: a storm of askers costs one rendering per event.</summary>
internal sealed class ViewCache<TView> where TView : View
{
    private readonly (long Version, TView? View)[] _views = new (long, TView?)[Enum.GetValues<Audience>().Length];

    public TView? Get(long version, Audience audience, Func<TView?> render)
    {
        ref var cached = ref _views[(int)audience];
        if (cached.Version != version) cached = (version, render());
        return cached.View;
    }
}
