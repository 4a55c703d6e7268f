using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>A breakout room: a space whose members the meeting decides.</summary>
public sealed record RoomState : IStreamState<RoomState>
{
    public static RoomState Empty { get; } = new();

    public static int Schema => 1;

    public long Version { get; init; }

    public DateTimeOffset LastTime { get; init; }

    public CommandMemory Memory { get; init; } = CommandMemory.Empty;

    /// <summary>The only deadline of a room's own is its timer's: the meeting closes it.</summary>
    public DateTimeOffset? Due => Space.Timer?.EndsAt;

    /// <summary>Up to which number of the meeting the members are right.</summary>
    public long Cursor { get; init; }

    public string Name { get; init; } = "";

    public bool Closed { get; init; }

    public SpaceState Space { get; init; } = SpaceState.Empty;

    public RoomState Evolve(Recorded recorded)
    {
        if (recorded.Number != Version + 1) throw Broken($"event {recorded.Number} after {Version}");
        if (recorded.At < LastTime) throw Broken($"event {recorded.Number} is earlier than its predecessor");
        var next = this with
        {
            Version = recorded.Number,
            LastTime = recorded.At,
            Memory = Memory.Record(recorded.By, recorded.Command, recorded.Number, recorded.At),
        };
        return recorded.Event switch
        {
            RosterChanged e => next.Follow(e),
            NothingChanged => next,
            var e when Space.Evolve(e, recorded.Number) is { } space => next with { Space = space },
            var e => throw Broken($"{e.GetType().Name} is no event of a room"),
        };
    }

    private RoomState Follow(RosterChanged e)
    {
        var space = Space with { Policy = e.Policy ?? Space.Policy };
        foreach (var id in e.Left) space = space.Exit(id, keepHand: false);
        foreach (var member in e.Entered) space = space.Enter(member.Participant, member.Name, member.Role, Locks.Of(member.Locked));
        if (e.Closed == true) space = space.Close();
        return this with { Cursor = e.Cause, Name = e.Name ?? Name, Closed = e.Closed ?? Closed, Space = space };
    }

    private static InvalidOperationException Broken(string why) => new($"The room's log is broken: {why}.");

    public byte[] Encode() => Snapshot.Encode(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("version", Version);
        json.WriteString("lastTime", LastTime);
        json.WritePropertyName("memory");
        Memory.Write(json);
        json.WriteNumber("cursor", Cursor);
        json.WriteString("name", Name);
        json.WriteBoolean("closed", Closed);
        json.WritePropertyName("space");
        Space.Write(json);
        json.WriteEndObject();
    });

    public static RoomState Decode(ReadOnlySpan<byte> snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.ToArray());
        var json = document.RootElement;
        return new RoomState
        {
            Version = json.GetProperty("version").GetInt64(),
            LastTime = json.GetProperty("lastTime").GetDateTimeOffset(),
            Memory = CommandMemory.Read(json.GetProperty("memory")),
            Cursor = json.GetProperty("cursor").GetInt64(),
            Name = json.GetProperty("name").GetString()!,
            Closed = json.GetProperty("closed").GetBoolean(),
            Space = SpaceState.Read(json.GetProperty("space")),
        };
    }
}
