namespace Actors.Load.Modes;

/// <summary>For every fault and meeting: how long until the next command was accepted. Counts acceptances as well.</summary>
internal sealed class Outages(TimeProvider time)
{
    /// <summary>Kind of an outage during which a further fault came.</summary>
    public const string Several = "several";

    /// <summary>
    /// A fault of one process concerns the meetings at home there. From outside it shows as a pause longer than this: a busy machine's ordinary
    /// answer is far below, and finding a dead process takes longer.
    /// </summary>
    public static readonly TimeSpan Interruption = TimeSpan.FromSeconds(1);

    public const string MeetingStream = "meeting";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Kind, long Since)> _down = [];
    private readonly List<(string Kind, TimeSpan Length)> _lengths = [];
    private int _accepted;

    public int AcceptedSoFar => Volatile.Read(ref _accepted);

    /// <summary>Meetings that have accepted nothing since a fault.</summary>
    public int Open
    {
        get
        {
            lock (_gate)
                return _down.Count;
        }
    }

    public TimeSpan Median(string? kind = null, TimeSpan atLeast = default) =>
        Of(kind, atLeast) is { Count: > 0 } lengths ? lengths[(lengths.Count - 1) / 2] : TimeSpan.Zero;

    public TimeSpan Longest(string? kind = null) => Of(kind, default) is { Count: > 0 } lengths ? lengths[^1] : TimeSpan.Zero;

    public int Count(string? kind = null, TimeSpan atLeast = default) => Of(kind, atLeast).Count;

    public IReadOnlyList<string> Kinds
    {
        get
        {
            lock (_gate)
                return _lengths.Select(l => l.Kind).Distinct().Order(StringComparer.Ordinal).ToList();
        }
    }

    public void Began(string kind, IEnumerable<string> meetings)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            // A meeting that has not answered since the fault before is still down since then.
            foreach (var meeting in meetings)
                _down[meeting] = _down.TryGetValue(meeting, out var before) ? (Several, before.Since) : (kind, now);
        }
    }

    /// <param name="stream">
    /// Only the meeting's own ends an outage: its threads and rooms are at home on other silos, and answer while the meeting does not.
    /// </param>
    /// <param name="provenAt">When the command was sent, or its connection began: what was answered before a fault and read after it does not end an outage.</param>
    public void Accepted(string meeting, string stream, long provenAt)
    {
        Interlocked.Increment(ref _accepted);
        if (stream != MeetingStream) return;
        lock (_gate)
        {
            if (!_down.TryGetValue(meeting, out var outage) || provenAt < outage.Since) return;
            _down.Remove(meeting);
            _lengths.Add((outage.Kind, time.GetElapsedTime(outage.Since)));
        }
    }

    private List<TimeSpan> Of(string? kind, TimeSpan atLeast)
    {
        lock (_gate)
            return _lengths.Where(l => (kind is null || l.Kind == kind) && l.Length >= atLeast).Select(l => l.Length).Order().ToList();
    }
}
