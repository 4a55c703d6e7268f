using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>One person's vote: the options marked (bit 0 is the first), or sealed, for those only who have the poll's key.</summary>
public readonly record struct Ballot(int Marked, string? Sealed = null);

/// <summary>A poll. Votes are kept until it is counted; then the counts are all that the state knows.</summary>
/// <param name="Counts">Null until it is closed and counted.</param>
public sealed record Poll(string Question, ImmutableArray<string> Options, bool Multiple, bool Anonymous, ImmutableArray<int>? Counts = null)
{
    public PollStatus Status { get; init; }

    public bool Published { get; init; }

    public ImmutableDictionary<string, Ballot> Ballots { get; init; } = ImmutableDictionary<string, Ballot>.Empty;

    /// <summary>Once counted.</summary>
    public int Counted { get; init; }

    public int Unreadable { get; init; }

    public int Voters => Counts is null ? Ballots.Count : Counted;

    /// <summary>Closed and anonymous: whoever has the key has to count.</summary>
    public bool IsUncounted => Status == PollStatus.Closed && Counts is null;

    /// <summary>Votes of each option, of a poll that is not anonymous.</summary>
    public ImmutableArray<int> Tally() => Counts ?? Count(Options.Length, Ballots.Values.Select(ballot => ballot.Marked));

    /// <summary>How often each of the options is marked.</summary>
    public static ImmutableArray<int> Count(int options, IEnumerable<int> marked)
    {
        var counts = new int[options];
        foreach (var marks in marked)
            for (var i = 0; i < options; i++) counts[i] += (marks >> i) & 1;
        return [.. counts];
    }

    internal Poll Close() => Anonymous ? this with { Status = PollStatus.Closed } : (this with { Status = PollStatus.Closed }).Conclude(Tally(), Voters, 0);

    internal Poll Conclude(ImmutableArray<int> counts, int voters, int unreadable) =>
        this with { Counts = counts, Counted = voters, Unreadable = unreadable, Ballots = ImmutableDictionary<string, Ballot>.Empty };
}

/// <summary>The polls of one space, and which keys to ballots there may still be.</summary>
public sealed record PollsState
{
    public static readonly PollsState Empty = new();

    /// <summary>By the numbers of the events that created them.</summary>
    public ImmutableSortedDictionary<long, Poll> All { get; private init; } = ImmutableSortedDictionary<long, Poll>.Empty;

    /// <summary>Anonymous polls whose key was not destroyed yet, those deleted meanwhile included.</summary>
    public ImmutableSortedSet<long> Keys { get; private init; } = [];

    public bool IsEmpty => All.IsEmpty && Keys.IsEmpty;

    /// <summary>Closed anonymous polls that are to be counted.</summary>
    public IEnumerable<KeyValuePair<long, Poll>> Uncounted => All.Where(poll => poll.Value.IsUncounted);

    /// <summary>Keys that have nothing left to open.</summary>
    public IEnumerable<long> SpentKeys => Keys.Where(id => !All.TryGetValue(id, out var poll) || poll.Counts is not null);

    /// <summary>Somebody with the keys has something to do.</summary>
    public bool HasWork => !Keys.IsEmpty && (Uncounted.Any() || SpentKeys.Any());

    internal PollsState? Evolve(Event happened, long number) => happened switch
    {
        PollCreated e => this with { All = All.Add(number, new Poll(e.Question, e.Options, e.Multiple, e.Anonymous)) },
        PollStarted e => Change(e.Poll, poll => poll with { Status = PollStatus.Open }) with { Keys = All[e.Poll].Anonymous ? Keys.Add(e.Poll) : Keys },
        VoteCast e => Change(e.Poll, poll => poll with { Ballots = poll.Ballots.SetItem(e.Participant, BallotOf(e)) }),
        PollClosed e => Change(e.Poll, poll => poll.Close()),
        PollCounted e => Change(e.Poll, poll => poll.Conclude(e.Counts, e.Voters, e.Unreadable)),
        PollPublished e => Change(e.Poll, poll => poll with { Published = true }),
        PollDeleted e => this with { All = All.Remove(e.Poll) },
        PollKeyDestroyed e => this with { Keys = Keys.Remove(e.Poll) },
        _ => null,
    };

    /// <summary>The space is over: what is open is closed.</summary>
    internal PollsState CloseAll()
    {
        var all = All;
        foreach (var (id, poll) in All)
            if (poll.Status == PollStatus.Open) all = all.SetItem(id, poll.Close());
        return this with { All = all };
    }

    private PollsState Change(long id, Func<Poll, Poll> change) =>
        All.TryGetValue(id, out var poll)
            ? this with { All = All.SetItem(id, change(poll)) }
            : throw new InvalidOperationException($"Poll {id} is not in this space: the log is broken");

    private static Ballot BallotOf(VoteCast e) => new(e.Options is { } options ? Polls.Marks(options) : 0, e.Ballot);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (id, poll) in All)
        {
            json.WriteStartObject(id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Write(json, poll);
            json.WriteEndObject();
        }
        json.WriteStartArray("keys");
        foreach (var id in Keys) json.WriteNumberValue(id);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Poll poll)
    {
        json.WriteString("question", poll.Question);
        Snapshot.WriteList(json, "options", poll.Options);
        if (poll.Multiple) json.WriteBoolean("multiple", true);
        if (poll.Anonymous) json.WriteBoolean("anonymous", true);
        json.WriteNumber("status", (int)poll.Status);
        if (poll.Published) json.WriteBoolean("published", true);
        if (poll.Counts is { } counts)
        {
            json.WriteStartArray("counts");
            foreach (var count in counts) json.WriteNumberValue(count);
            json.WriteEndArray();
            json.WriteNumber("voters", poll.Counted);
            if (poll.Unreadable > 0) json.WriteNumber("unreadable", poll.Unreadable);
        }
        if (poll.Ballots.IsEmpty) return;
        json.WriteStartObject("ballots");
        foreach (var (id, ballot) in poll.Ballots.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            if (ballot.Sealed is { } closed) json.WriteString(id, closed);
            else json.WriteNumber(id, ballot.Marked);
        json.WriteEndObject();
    }

    internal static PollsState Read(JsonElement json) => new()
    {
        All = json.EnumerateObject().Where(entry => entry.Name != "keys").ToImmutableSortedDictionary(
            entry => long.Parse(entry.Name, System.Globalization.CultureInfo.InvariantCulture), entry => ReadPoll(entry.Value)),
        Keys = [.. json.GetProperty("keys").EnumerateArray().Select(id => id.GetInt64())],
    };

    private static Poll ReadPoll(JsonElement json) => new(
        json.GetProperty("question").GetString()!,
        Snapshot.ReadList(json, "options"),
        json.TryGetProperty("multiple", out _),
        json.TryGetProperty("anonymous", out _),
        json.TryGetProperty("counts", out var counts) ? [.. counts.EnumerateArray().Select(count => count.GetInt32())] : null)
    {
        Status = (PollStatus)json.GetProperty("status").GetInt32(),
        Published = json.TryGetProperty("published", out _),
        Counted = json.TryGetProperty("voters", out var voters) ? voters.GetInt32() : 0,
        Unreadable = json.TryGetProperty("unreadable", out var unreadable) ? unreadable.GetInt32() : 0,
        Ballots = json.TryGetProperty("ballots", out var ballots)
            ? ballots.EnumerateObject().ToImmutableDictionary(
                entry => entry.Name,
                entry => entry.Value.ValueKind == JsonValueKind.String ? new Ballot(0, entry.Value.GetString()) : new Ballot(entry.Value.GetInt32()))
            : ImmutableDictionary<string, Ballot>.Empty,
    };
}
