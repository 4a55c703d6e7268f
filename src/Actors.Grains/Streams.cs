using Actors.Contracts;

namespace Actors.Grains;

/// <summary>Names of streams in the event log: the kind of grain, then its key. Rooms and threads of one place have equal keys.</summary>
public static class Streams
{
    public static string Meeting(string key) => "meeting/" + key;

    public static string Room(string key) => "room/" + key;

    public static string Thread(string key) => "thread/" + key;
}

/// <summary>A grain's key taken apart; see <see cref="Ids"/>.</summary>
/// <param name="Place">Null for meetings.</param>
internal sealed record GrainKey(string Tenant, string Meeting, string? Place)
{
    public static GrainKey Parse(string key)
    {
        var parts = key.Split('/');
        if (parts.Length is not (2 or 3) || !parts[..2].All(Ids.IsValid) || (parts.Length == 3 && !Ids.IsValid(parts[2]) && !Ids.IsDirect(parts[2]))) throw new ArgumentException($"'{key}' is not a grain's key.", nameof(key));
        return new GrainKey(parts[0], parts[1], parts.Length == 3 ? parts[2] : null);
    }

    public string MeetingKey => Ids.MeetingKey(Tenant, Meeting);
}
