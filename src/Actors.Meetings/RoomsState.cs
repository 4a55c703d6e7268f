using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>A room that is no more.</summary>
/// <param name="Number">Of the event that deleted it.</param>
public sealed record DeletedRoom(Room Room, long Number);

/// <summary>The breakout rooms of a meeting: the current round, who will go where, who is where.</summary>
public sealed record RoomsState
{
    public static readonly RoomsState Empty = new();

    /// <summary>Counts from 1; 0 before the first.</summary>
    public int Round { get; init; }

    public RoomsStatus Status { get; init; }

    public ImmutableArray<Room> List { get; init; } = [];

    /// <summary>People choose and change their rooms themselves.</summary>
    public bool SelfSelect { get; init; }

    /// <summary>How many rooms the round ever had: their ids go on from it.</summary>
    public int Made { get; init; }

    /// <summary>Rooms of this round that were deleted since it was first open; they have to be told that they are closed.</summary>
    public ImmutableArray<DeletedRoom> Deleted { get; init; } = [];

    /// <summary>Participant to room; also of people who are not here yet. A move while open changes it, so that who returns finds back.</summary>
    public ImmutableDictionary<string, string> Assignments { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>When the rooms close by themselves.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    /// <summary>The current round has been open: its rooms exist as grains.</summary>
    public bool Opened { get; init; }

    /// <summary>Rooms of the last round that was open before the current one, deleted ones included; they have to be told that they are closed.</summary>
    public ImmutableArray<Room> Previous { get; init; } = [];

    /// <summary>Number of the event that closed <see cref="Previous"/>.</summary>
    public long PreviousClosed { get; init; }

    /// <summary>Number of the last event that opened or closed the current round.</summary>
    public long Switched { get; init; }

    /// <summary>Per room, number of the last event that changed its members or its name.</summary>
    public ImmutableDictionary<string, long> Concerned { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>Who is in which room: follows from the participants' places.</summary>
    public ImmutableDictionary<string, ImmutableHashSet<string>> Occupants { get; init; } =
        ImmutableDictionary<string, ImmutableHashSet<string>>.Empty;

    public bool AreOpen => Status is RoomsStatus.Open or RoomsStatus.Closing;

    public Room? Find(string id)
    {
        foreach (var room in List)
            if (room.Id == id) return room;
        return null;
    }

    internal RoomsState Occupy(string room, string participant, long number) => this with
    {
        Occupants = Occupants.SetItem(room, Occupants.GetValueOrDefault(room, []).Add(participant)),
        Concerned = Concerned.SetItem(room, number),
    };

    internal RoomsState Vacate(string room, string participant, long number)
    {
        var left = Occupants.GetValueOrDefault(room, []).Remove(participant);
        return this with
        {
            Occupants = left.IsEmpty ? Occupants.Remove(room) : Occupants.SetItem(room, left),
            Concerned = Concerned.SetItem(room, number),
        };
    }

    internal RoomsState Create(RoomsCreated created) => new()
    {
        Round = created.Round,
        Status = RoomsStatus.Created,
        List = created.Rooms,
        Made = created.Rooms.Length,
        SelfSelect = created.SelfSelect == true,
        Previous = Opened ? [.. List, .. Deleted.Select(one => one.Room)] : Previous,
        PreviousClosed = Opened ? Switched : PreviousClosed,
    };

    internal RoomsState Add(Room room) => this with { List = List.Add(room), Made = Made + 1 };

    internal RoomsState Rename(string room, string name, long number)
    {
        var known = Find(room) ?? throw Broken(room);
        return this with { List = List.Replace(known, known with { Name = name }), Concerned = Concerned.SetItem(room, number) };
    }

    /// <summary>Nobody is in it any more.</summary>
    internal RoomsState Delete(string room, long number)
    {
        var known = Find(room) ?? throw Broken(room);
        return this with
        {
            List = List.Remove(known),
            Deleted = Opened ? Deleted.Add(new DeletedRoom(known, number)) : Deleted,
            Assignments = Assignments.RemoveRange(Assignments.Where(one => one.Value == room).Select(one => one.Key)),
            Concerned = Concerned.Remove(room),
        };
    }

    internal RoomsState Assign(IEnumerable<Assignment> assignments) => this with
    {
        Assignments = Assignments.SetItems(assignments.Select(one => KeyValuePair.Create(one.Participant, one.Room))),
    };

    /// <param name="rooms">As <see cref="RoomsShuffled"/> has them.</param>
    internal RoomsState Shuffle(ImmutableArray<int> rooms) => rooms.Length != Assignments.Count
        ? throw new InvalidOperationException("The meeting's log is broken: others are assigned than were shuffled.")
        : Assign(Assigned.Select((id, i) => new Assignment(id, List[rooms[i]].Id)));

    /// <summary>Everybody with an assignment, in ordinal order.</summary>
    internal IEnumerable<string> Assigned => Assignments.Keys.Order(StringComparer.Ordinal);

    internal RoomsState Unassign(string participant) => this with { Assignments = Assignments.Remove(participant) };

    internal RoomsState Open(DateTimeOffset? closesAt, long number) =>
        this with { Status = RoomsStatus.Open, ClosesAt = closesAt, Opened = true, Switched = number };

    /// <param name="to">What the round is afterwards: created, so that it can be opened again, or none.</param>
    internal RoomsState Close(RoomsStatus to, long number) => this with
    {
        Status = to,
        ClosesAt = null,
        Switched = AreOpen ? number : Switched,
        Occupants = Empty.Occupants,
        Concerned = Empty.Concerned,
    };

    private static InvalidOperationException Broken(string room) => new($"The meeting's log is broken: there is no room {room}.");

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("round", Round);
        json.WriteNumber("status", (int)Status);
        WriteRooms(json, "list", List);
        if (SelfSelect) json.WriteBoolean("selfSelect", true);
        if (Made != List.Length) json.WriteNumber("made", Made);
        if (!Deleted.IsEmpty) WriteDeleted(json);
        json.WriteStartObject("assignments");
        foreach (var (id, room) in Assignments.OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteString(id, room);
        json.WriteEndObject();
        if (ClosesAt is { } at) json.WriteString("closesAt", at);
        json.WriteBoolean("opened", Opened);
        WriteRooms(json, "previous", Previous);
        json.WriteNumber("previousClosed", PreviousClosed);
        json.WriteNumber("switched", Switched);
        json.WriteStartObject("concerned");
        foreach (var (room, number) in Concerned.OrderBy(entry => entry.Key, StringComparer.Ordinal)) json.WriteNumber(room, number);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal static RoomsState Read(JsonElement json, IEnumerable<Participant> participants) => new()
    {
        Round = json.GetProperty("round").GetInt32(),
        Status = (RoomsStatus)json.GetProperty("status").GetInt32(),
        List = ReadRooms(json.GetProperty("list")),
        SelfSelect = json.TryGetProperty("selfSelect", out _),
        // Two strings a room; before rooms could be deleted there were as many as were ever made.
        Made = json.TryGetProperty("made", out var made) ? made.GetInt32() : json.GetProperty("list").GetArrayLength() / 2,
        Deleted = json.TryGetProperty("deleted", out var deleted) ? ReadDeleted(deleted) : [],
        Assignments = json.GetProperty("assignments").EnumerateObject().ToImmutableDictionary(entry => entry.Name, entry => entry.Value.GetString()!),
        ClosesAt = Snapshot.ReadTime(json, "closesAt"),
        Opened = json.GetProperty("opened").GetBoolean(),
        Previous = ReadRooms(json.GetProperty("previous")),
        PreviousClosed = json.GetProperty("previousClosed").GetInt64(),
        Switched = json.GetProperty("switched").GetInt64(),
        Concerned = json.GetProperty("concerned").EnumerateObject().ToImmutableDictionary(entry => entry.Name, entry => entry.Value.GetInt64()),
        Occupants = participants.Where(one => Ids.IsRoom(one.Place)).GroupBy(one => one.Place)
            .ToImmutableDictionary(room => room.Key, room => room.Select(one => one.Id).ToImmutableHashSet()),
    };

    private static void WriteRooms(Utf8JsonWriter json, string name, ImmutableArray<Room> rooms)
    {
        json.WriteStartArray(name);
        foreach (var room in rooms)
        {
            json.WriteStringValue(room.Id);
            json.WriteStringValue(room.Name);
        }
        json.WriteEndArray();
    }

    private void WriteDeleted(Utf8JsonWriter json)
    {
        json.WriteStartArray("deleted");
        foreach (var (room, number) in Deleted)
        {
            json.WriteStringValue(room.Id);
            json.WriteStringValue(room.Name);
            json.WriteNumberValue(number);
        }
        json.WriteEndArray();
    }

    private static ImmutableArray<DeletedRoom> ReadDeleted(JsonElement json) =>
        [.. json.EnumerateArray().Chunk(3).Select(one => new DeletedRoom(new Room(one[0].GetString()!, one[1].GetString()!), one[2].GetInt64()))];

    private static ImmutableArray<Room> ReadRooms(JsonElement json) =>
        [.. json.EnumerateArray().Chunk(2).Select(pair => new Room(pair[0].GetString()!, pair[1].GetString()!))];
}
