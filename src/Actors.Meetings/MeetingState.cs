using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>A connection that the meeting believes to be alive.</summary>
public readonly record struct HeldConnection(string Participant, string Session, string Connection, string Gateway);

/// <summary>Everything a meeting knows: who is in, where, on which connections; its settings; its breakout rooms. The truth about places.</summary>
public sealed partial record MeetingState : IStreamState<MeetingState>
{
    public static MeetingState Empty { get; } = new();

    public static int Schema => 2;

    public long Version { get; init; }

    public DateTimeOffset LastTime { get; init; }

    public CommandMemory Memory { get; init; } = CommandMemory.Empty;

    public MeetingStatus Status { get; init; }

    public string Title { get; init; } = "";

    public MeetingSettings Settings { get; init; } = MeetingSettings.Default;

    public ImmutableDictionary<string, string>? Metadata { get; init; }

    public bool Locked { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public ImmutableDictionary<string, Participant> Participants { get; init; } = ImmutableDictionary<string, Participant>.Empty;

    /// <summary>The main room: its members are the participants whose place is <see cref="Ids.Main"/>.</summary>
    public SpaceState Main { get; init; } = SpaceState.Empty;

    public RoomsState Rooms { get; init; } = RoomsState.Empty;

    public ImmutableHashSet<string> Bans { get; init; } = [];

    /// <summary>Abilities taken from people, present or not; nobody without one is in it.</summary>
    public ImmutableDictionary<string, Locks> Locks { get; init; } = ImmutableDictionary<string, Locks>.Empty;

    internal Directs Directs { get; init; } = Directs.None;

    public Revocations Revocations { get; init; } = Revocations.Empty;

    /// <summary>While an admission of everybody goes on over several events: those who waited by this event are still to be admitted.</summary>
    public long? AdmittingThrough { get; init; }

    /// <summary>Of these only those are to be admitted who waited for the start and for nothing else.</summary>
    public bool AdmittingHeld { get; init; }

    public int Hosts { get; init; }

    public int Attendees { get; init; }

    public int Waiting { get; init; }

    /// <summary>Everybody but view-only attendees, waiting and reconnecting people included.</summary>
    public int Interactive => Participants.Count - Attendees;

    /// <summary>Number of the last event that concerns every roster: policies, the end.</summary>
    public long AllConcerned { get; init; }

    /// <summary>Number of the last event that changed the members of the meeting's thread.</summary>
    public long ThreadConcerned { get; init; }

    /// <summary>
    /// Number of the last event that changed who reads the waiting room's thread or whether they may write; 0 while nobody has ever waited, and there is
    /// no such thread.
    /// </summary>
    public long WaitingConcerned { get; private init; }

    // Who is out when, of those without connection.
    internal ImmutableSortedDictionary<(DateTimeOffset At, long Number), string> Expiries { get; init; } =
        ImmutableSortedDictionary<(DateTimeOffset, long), string>.Empty;

    public DateTimeOffset? Due
    {
        get
        {
            if (Status == MeetingStatus.Ended) return null;
            if (AdmittingThrough is not null) return LastTime;
            DateTimeOffset? expiry = Expiries.IsEmpty ? null : Expiries.Keys.First().At;
            return Earlier(Earlier(Earlier(expiry, Rooms.ClosesAt), Main.Timer?.EndsAt), LifecycleDue);
        }
    }

    /// <summary>What gateways have to confirm; also of waiting people.</summary>
    public IEnumerable<HeldConnection> Connections =>
        from participant in Participants.Values
        from session in participant.Sessions
        where session.Connected
        select new HeldConnection(participant.Id, session.Id, session.Connection, session.Gateway);

    /// <summary>Everybody in the order of joining.</summary>
    internal IOrderedEnumerable<Participant> InOrder => Participants.Values.OrderBy(one => one.Number);

    /// <summary>
    /// The only way a participant changes: keeps counts, grace index, main room, room occupants and what rosters have to be told in step.
    /// O(log n).
    /// </summary>
    private MeetingState Put(string id, Participant? after)
    {
        var before = Participants.GetValueOrDefault(id);
        var next = this with
        {
            Participants = after is null ? Participants.Remove(id) : Participants.SetItem(id, after),
            Hosts = Hosts + One(after?.Role == Role.Host) - One(before?.Role == Role.Host),
            Attendees = Attendees + One(after?.Role == Role.Attendee) - One(before?.Role == Role.Attendee),
            Waiting = Waiting + One(after?.IsWaiting == true) - One(before?.IsWaiting == true),
            Expiries = Reschedule(before, after),
            Main = after?.Place == Ids.Main
                ? Main.Enter(id, after.Name, after.Role, after.Locked)
                : Main.Exit(id, keepHand: after is not null && Ids.IsRoom(after.Place)),
        };
        return next.Concern(before, after);
    }

    private ImmutableSortedDictionary<(DateTimeOffset, long), string> Reschedule(Participant? before, Participant? after)
    {
        if (before?.GraceUntil == after?.GraceUntil) return Expiries;
        var expiries = before?.GraceUntil is { } old ? Expiries.Remove((old, before.Number)) : Expiries;
        return after?.GraceUntil is { } at ? expiries.Add((at, after.Number), after.Id) : expiries;
    }

    private MeetingState Concern(Participant? before, Participant? after)
    {
        var altered = before is not null && after is not null && (before.Role != after.Role || before.Name != after.Name || before.Locked != after.Locked);
        var wasIn = before is { IsWaiting: false };
        var isIn = after is { IsWaiting: false };
        var next = wasIn != isIn || (isIn && altered) ? this with { ThreadConcerned = Version } : this;
        if (Rosters.ReadsWaiting(before) != Rosters.ReadsWaiting(after) || (altered && Rosters.ReadsWaiting(after)))
            next = next.ConcernWaiting(begins: after is { IsWaiting: true });
        if (before?.Place == after?.Place && !altered) return next;
        if (before is not null && Ids.IsRoom(before.Place)) next = next with { Rooms = next.Rooms.Vacate(before.Place, before.Id, Version) };
        if (after is not null && Ids.IsRoom(after.Place)) next = next with { Rooms = next.Rooms.Occupy(after.Place, after.Id, Version) };
        return next;
    }

    // It begins with the first who waits: until then it has no readers, and no meeting without a waiting room has a stream for it.
    private MeetingState ConcernWaiting(bool begins) => begins || WaitingConcerned > 0 ? this with { WaitingConcerned = Version } : this;

    private static int One(bool condition) => condition ? 1 : 0;

    public byte[] Encode() => Snapshot.Encode(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("lastTime", LastTime);
        json.WritePropertyName("memory");
        Memory.Write(json);
        json.WriteNumber("status", (int)Status);
        json.WriteString("title", Title);
        json.WritePropertyName("settings");
        JsonSerializer.Serialize(json, Settings, ContractsJson.Default.MeetingSettings);
        Snapshot.WriteMap(json, "metadata", Metadata);
        json.WriteBoolean("locked", Locked);
        if (StartedAt is { } started) json.WriteString("startedAt", started);
        if (EndedAt is { } ended) json.WriteString("endedAt", ended);
        if (AdmittingThrough is { } through) json.WriteNumber("admittingThrough", through);
        if (AdmittingHeld) json.WriteBoolean("admittingHeld", true);
        json.WriteNumber("allConcerned", AllConcerned);
        json.WriteNumber("threadConcerned", ThreadConcerned);
        if (WaitingConcerned > 0) json.WriteNumber("waitingConcerned", WaitingConcerned);
        json.WriteStartArray("participants");
        foreach (var participant in InOrder) participant.Write(json);
        json.WriteEndArray();
        json.WritePropertyName("main");
        Main.Write(json);
        json.WritePropertyName("rooms");
        Rooms.Write(json);
        json.WriteStartArray("bans");
        foreach (var id in Bans.Order(StringComparer.Ordinal)) json.WriteStringValue(id);
        json.WriteEndArray();
        json.WriteStartObject("locks");
        foreach (var (id, locked) in Locks.OrderBy(entry => entry.Key, StringComparer.Ordinal)) locked.Write(json, id);
        json.WriteEndObject();
        Directs.Write(json);
        json.WritePropertyName("revocations");
        Revocations.Write(json);
        WriteLifecycle(json);
        json.WriteEndObject();
    });

    public static MeetingState Decode(ReadOnlySpan<byte> snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.ToArray());
        var json = document.RootElement;
        var participants = json.GetProperty("participants").EnumerateArray().Select(Participant.Read).ToArray();
        return new MeetingState
        {
            Version = json.GetProperty("version").GetInt64(),
            LastTime = json.GetProperty("lastTime").GetDateTimeOffset(),
            Memory = CommandMemory.Read(json.GetProperty("memory")),
            Status = (MeetingStatus)json.GetProperty("status").GetInt32(),
            Title = json.GetProperty("title").GetString()!,
            Settings = json.GetProperty("settings").Deserialize(ContractsJson.Default.MeetingSettings)!,
            Metadata = Snapshot.ReadMap(json, "metadata"),
            Locked = json.GetProperty("locked").GetBoolean(),
            StartedAt = Snapshot.ReadTime(json, "startedAt"),
            EndedAt = Snapshot.ReadTime(json, "endedAt"),
            AdmittingThrough = json.TryGetProperty("admittingThrough", out var through) ? through.GetInt64() : null,
            AdmittingHeld = json.TryGetProperty("admittingHeld", out _),
            AllConcerned = json.GetProperty("allConcerned").GetInt64(),
            ThreadConcerned = json.GetProperty("threadConcerned").GetInt64(),
            // Those who wait in what an earlier release has stored get their thread all the same.
            WaitingConcerned = json.TryGetProperty("waitingConcerned", out var waiting) ? waiting.GetInt64()
                : participants.Any(one => one.IsWaiting) ? json.GetProperty("version").GetInt64() : 0,
            Participants = participants.ToImmutableDictionary(one => one.Id),
            Main = SpaceState.Read(json.GetProperty("main")),
            Rooms = RoomsState.Read(json.GetProperty("rooms"), participants),
            Bans = [.. json.GetProperty("bans").EnumerateArray().Select(id => id.GetString()!)],
            Locks = json.TryGetProperty("locks", out var locks)
                ? locks.EnumerateObject().ToImmutableDictionary(entry => entry.Name, entry => Meetings.Locks.Read(entry.Value))
                : Empty.Locks,
            Directs = Directs.Read(json),
            Revocations = Revocations.Read(json.GetProperty("revocations")),
            Hosts = participants.Count(one => one.Role == Role.Host),
            Attendees = participants.Count(one => one.Role == Role.Attendee),
            Waiting = participants.Count(one => one.IsWaiting),
            Expiries = participants.Where(one => one.IsReconnecting)
                .ToImmutableSortedDictionary(one => (one.GraceUntil!.Value, one.Number), one => one.Id),
        }.ReadLifecycle(json);
    }
}
