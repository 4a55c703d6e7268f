namespace Orleans.Runtime;

/// <summary>The newest view read so far. Readings may arrive in any order; views are announced in rising order, one at a time.</summary>
internal sealed class ViewHolder
{
    private readonly Lock _gate = new();
    private volatile ClusterView _current = ClusterView.Empty;

    public event Action<ClusterView>? Changed;

    public ClusterView Current => _current;

    public void Offer(ClusterView view)
    {
        lock (_gate)
        {
            if (view.Version > _current.Version)
            {
                _current = view;
                Changed?.Invoke(view);
            }
        }
    }
}
