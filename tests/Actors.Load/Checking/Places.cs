namespace Actors.Load.Checking;

/// <summary>Folds a meeting's log into who is where. Written from the protocol alone, so that it can contradict the server.</summary>
internal sealed class Places
{
    public const string Main = "main";
    public const string Waiting = "waiting";

    private readonly Dictionary<string, string> _now = [];
    private readonly List<Stay> _stays = [];
    private readonly Dictionary<string, int> _open = [];

    /// <summary>Participants who are in, and their places.</summary>
    public IReadOnlyDictionary<string, string> Now => _now;

    /// <summary>Everybody's stays in the order in which they began: who was where, from when to when.</summary>
    public IReadOnlyList<Stay> Stays => _stays;

    public static Places Of(IEnumerable<LogEvent> log)
    {
        var places = new Places();
        foreach (var e in log)
            places.Apply(e);
        return places;
    }

    private void Apply(LogEvent e)
    {
        switch (e.Type)
        {
            case "participant_joined":
                Put(e.Text("participant")!, e.Text("place") ?? Main, e.At);
                break;
            case "participants_admitted":
                foreach (var p in e.Items("participants")) Put(p.GetString()!, Main, e.At);
                break;
            case "participant_put_back":
                Put(e.Text("participant")!, Waiting, e.At);
                break;
            case "participants_moved":
                foreach (var m in e.Items("moves")) Put(m.GetProperty("participant").GetString()!, m.GetProperty("place").GetString()!, e.At);
                break;
            case "rooms_closed":
                foreach (var p in _now.Where(p => p.Value is not (Main or Waiting)).Select(p => p.Key).ToList()) Put(p, Main, e.At);
                break;
            case "room_deleted":
                foreach (var p in _now.Where(p => p.Value == e.Text("room")).Select(p => p.Key).ToList()) Put(p, Main, e.At);
                break;
            case "participant_left":
                Remove(e.Text("participant")!, e.At);
                break;
            case "meeting_ended":
                foreach (var p in _now.Keys.ToList()) Remove(p, e.At);
                break;
        }
    }

    private void Put(string participant, string place, long at)
    {
        if (_now.GetValueOrDefault(participant) == place) return;
        Remove(participant, at);
        _now[participant] = place;
        _open[participant] = _stays.Count;
        _stays.Add(new Stay(participant, place, at, null));
    }

    private void Remove(string participant, long at)
    {
        _now.Remove(participant);
        if (_open.Remove(participant, out var index))
            _stays[index] = _stays[index] with { Until = at };
    }
}

/// <param name="Since">Milliseconds since 1970.</param>
/// <param name="Until">Null while it lasts.</param>
internal sealed record Stay(string Participant, string Place, long Since, long? Until);
