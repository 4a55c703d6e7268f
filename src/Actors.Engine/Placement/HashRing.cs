namespace Orleans.Runtime;

/// <summary>
/// The home of each grain among the active silos of a view: a consistent ring, so that a change of view moves only the grains of the silos that
/// came or went. Processes with equal views have equal rings: hashes depend on the text of addresses and ids alone.
/// </summary>
internal sealed class HashRing
{
    public static readonly HashRing Empty = new(ClusterView.Empty);

    // More make shares more even (a standard deviation of 9 % here) and the ring longer: 12 800 points for 100 silos.
    private const int PointsPerSilo = 128;

    private readonly ulong[] _points;
    private readonly SiloAddress[] _owners;

    public HashRing(ClusterView view)
    {
        // Equal points of two silos: the order of addresses decides, everywhere alike.
        var silos = view.Members.Where(m => m.Status == SiloStatus.Active).Select(m => m.Silo).Order();
        var ring = silos.SelectMany(PointsOf).OrderBy(p => p.Point).ToArray();
        _points = [.. ring.Select(p => p.Point)];
        _owners = [.. ring.Select(p => p.Owner)];
        Version = view.Version;
    }

    /// <summary>Version of the view that this ring is made of.</summary>
    public long Version { get; }

    /// <summary>Null while no silo is active.</summary>
    public SiloAddress? HomeOf(GrainId grain)
    {
        if (_points.Length == 0)
        {
            return null;
        }

        var at = Array.BinarySearch(_points, Mix(((ulong)grain.Type.GetUniformHashCode() << 32) | grain.Key.GetUniformHashCode()));
        at = at < 0 ? ~at : at;
        return _owners[at == _points.Length ? 0 : at];
    }

    private static IEnumerable<(ulong Point, SiloAddress Owner)> PointsOf(SiloAddress silo)
    {
        var name = (ulong)IdSpan.Create(silo.ToParsableString()).GetUniformHashCode() << 32;
        return Enumerable.Range(0, PointsPerSilo).Select(i => (Mix(name | (uint)i), silo));
    }

    // The finaliser of MurmurHash3: neighbouring inputs land far apart.
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD;
            value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53;
            return value ^ (value >> 33);
        }
    }
}
