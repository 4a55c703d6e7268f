namespace Actors.Contracts;

/// <summary>
/// Names of things. An id is 1 to 64 of <c>A–Z a–z 0–9 _ -</c>; grain keys join ids with <c>/</c>, which no id contains,
/// so a key of one tenant can never name a thing of another.
/// </summary>
public static class Ids
{
    /// <summary>The place of people who wait for admission.</summary>
    public const string Waiting = "waiting";

    /// <summary>The place of people in the main room.</summary>
    public const string Main = "main";

    public static bool IsValid(string? id)
    {
        if (id is null || id.Length is 0 or > Limits.IdLength) return false;
        foreach (var c in id)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-')) return false;
        return true;
    }

    /// <summary>Key of <see cref="IMeetingGrain"/>.</summary>
    public static string MeetingKey(string tenant, string meeting) => $"{tenant}/{meeting}";

    /// <summary>Key of <see cref="IRoomGrain"/>; the room's id is unique within its meeting over all rounds.</summary>
    public static string RoomKey(string tenant, string meeting, string room) => $"{tenant}/{meeting}/{room}";

    // In no id, and written in an address as it is.
    private const char DirectMark = '~';

    /// <summary>The place that the direct thread of two participants has in its meeting: the same whoever names it.</summary>
    public static string Direct(string one, string other) =>
        string.CompareOrdinal(one, other) < 0 ? $"{one}{DirectMark}{other}" : $"{other}{DirectMark}{one}";

    /// <summary>The direct thread's place that this names, its two people in any order; null where it names none.</summary>
    public static string? AsDirect(string? place) =>
        place?.Split(DirectMark) is [var one, var other] && one != other && IsValid(one) && IsValid(other) ? Direct(one, other) : null;

    public static bool IsDirect(string? place) => place is not null && AsDirect(place) == place;

    /// <summary>The two people of a direct thread's place.</summary>
    public static System.Collections.Immutable.ImmutableArray<string> PeopleOf(string direct) => [.. direct.Split(DirectMark)];

    /// <summary>
    /// Key of the <see cref="IThreadGrain"/> of a meeting (<paramref name="place"/> is <see cref="Main"/>), of one of its rooms, of its waiting room
    /// (<see cref="Waiting"/>), or of two of its people (<see cref="Direct"/>).
    /// </summary>
    public static string ThreadKey(string tenant, string meeting, string place) => $"{tenant}/{meeting}/{place}";

    /// <summary>Key of the <see cref="IThreadGrain"/> of a channel: two parts, where a meeting's threads have three.</summary>
    public static string ChannelKey(string tenant, string channel) => $"{tenant}/{channel}";

    /// <summary>Whether a thread's key is that of a channel.</summary>
    public static bool IsChannelKey(string thread) => thread.AsSpan().Count('/') == 1;

    /// <summary>Key of <see cref="IInboxGrain"/>.</summary>
    public static string InboxKey(string tenant, string user) => $"{tenant}/{user}";

    /// <summary>Id of room <paramref name="index"/> (from 1) of breakout round <paramref name="round"/> (from 1).</summary>
    public static string Room(int round, int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"r{round}-{index}");

    /// <summary>Id of occurrence <paramref name="number"/> of a series; the first has the series' own id.</summary>
    public static string Occurrence(string series, int number) => number == 1
        ? series
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{series}--{number}");

    /// <summary>Whether an id has the form that occurrences after the first have: nobody may give it to a meeting.</summary>
    public static bool IsLaterOccurrence(string id)
    {
        var mark = id.LastIndexOf("--", StringComparison.Ordinal);
        return mark > 0 && mark + 2 < id.Length && !id.AsSpan(mark + 2).ContainsAnyExceptInRange('0', '9');
    }

    public static bool IsRoom(string place) => place is not (Main or Waiting);
}
