namespace Actors.Load.Client;

/// <summary>
/// The reader's side of P4 for one client: every stream continues exactly where it was, or a snapshot says from where. Events of a message
/// that breaks the rule are not counted as delivered. Not thread-safe: one receive loop owns it.
/// </summary>
internal sealed class Continuity
{
    /// <summary>Findings kept word for word; beyond, they are counted only.</summary>
    private const int KeptFindings = 8;

    private readonly Dictionary<string, long> _last = [];
    private readonly Dictionary<string, long> _acknowledged = [];
    private readonly HashSet<string> _attached = [];
    private readonly List<string> _findings = [];

    /// <summary>Events that arrived in order, without a gap.</summary>
    public long Delivered { get; private set; }

    public int Gaps { get; private set; }

    public int Duplicates { get; private set; }

    public IReadOnlyList<string> Findings => _findings;

    public long Last(string stream) => _last.GetValueOrDefault(stream);

    /// <summary>What a hello asks to continue: the attached streams and their last numbers.</summary>
    public Dictionary<string, long> Resume() => _attached.ToDictionary(s => s, s => _last[s]);

    /// <summary>What a hello says of streams in which the client was told of more than it has been shown.</summary>
    public Dictionary<string, long> Seen() => _acknowledged.Where(s => s.Value > Last(s.Key)).ToDictionary();

    /// <summary>A command's events are durable through this number.</summary>
    public void Acknowledged(string stream, long number) => _acknowledged[stream] = Math.Max(number, _acknowledged.GetValueOrDefault(stream));

    /// <summary>A new connection: only what was asked for may continue without a snapshot.</summary>
    public void Connected(IReadOnlyDictionary<string, long> resumed)
    {
        _attached.Clear();
        foreach (var (stream, number) in resumed)
        {
            if (_last.GetValueOrDefault(stream) != number)
                Gap($"{stream}: resumed from {number} after {_last.GetValueOrDefault(stream)}");
            _last[stream] = number;
            _attached.Add(stream);
        }
    }

    public void Snapshot(string stream, long at)
    {
        if (_last.TryGetValue(stream, out var last) && at < last)
            Duplicate($"{stream}: a snapshot at {at} after {last}");
        _last[stream] = Math.Max(at, last);
        _attached.Add(stream);
    }

    public void Detached(string stream) => _attached.Remove(stream);

    /// <summary>True where the message continued its stream exactly.</summary>
    public bool Events(EventsFrame frame)
    {
        var sound = Continues(frame) && Rises(frame);
        if (sound)
            Delivered += frame.Events.Length;
        _last[frame.Stream] = Math.Max(_last.GetValueOrDefault(frame.Stream), frame.To);
        return sound;
    }

    private bool Continues(EventsFrame frame)
    {
        if (!_attached.Contains(frame.Stream))
            return Gap($"{frame.Stream}: events {frame.From}-{frame.To} without a snapshot{(_last.TryGetValue(frame.Stream, out var left) ? $" since it was left at {left}" : "")}");
        var last = _last[frame.Stream];
        if (frame.From <= last)
            return Duplicate($"{frame.Stream}: {frame.From}-{frame.To} after {last}");
        if (frame.From > last + 1)
            return Gap($"{frame.Stream}: {frame.From}-{frame.To} after {last}");
        return true;
    }

    private bool Rises(EventsFrame frame)
    {
        var last = frame.From - 1;
        foreach (var e in frame.Events)
        {
            if (e.Number == last && e.Number >= frame.From)
                return Duplicate($"{frame.Stream}: {e.Number} twice in {frame.From}-{frame.To}");
            if (e.Number <= last || e.Number > frame.To)
                return Gap($"{frame.Stream}: {e.Number} after {last} in {frame.From}-{frame.To}");
            last = e.Number;
        }
        return frame.To >= frame.From || Gap($"{frame.Stream}: {frame.From}-{frame.To} goes backwards");
    }

    private bool Gap(string finding)
    {
        Gaps++;
        return Keep("gap: " + finding);
    }

    private bool Duplicate(string finding)
    {
        Duplicates++;
        return Keep("duplicate: " + finding);
    }

    private bool Keep(string finding)
    {
        if (_findings.Count < KeptFindings)
            _findings.Add(finding);
        return false;
    }
}
