using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>A device of a participant. It survives reconnects; <paramref name="Connection"/> is its newest one.</summary>
/// <param name="Epoch">Number of the event that brought the newest connection.</param>
public sealed record Session(string Id, string Connection, string Gateway, long Epoch, bool Connected = true);

/// <summary>Somebody in the meeting: in the waiting room, the main room or a breakout room, connected or within the grace.</summary>
/// <param name="Number">Of the event with which they joined: the order of joining.</param>
/// <param name="Since">Of the event with which they came to <paramref name="Place"/>.</param>
/// <param name="Sessions">Oldest first; <see cref="Limits.SessionsPerParticipant"/> at most.</param>
/// <param name="Locked">What <see cref="MeetingState.Locks"/> has of them, and what their token takes.</param>
/// <param name="Help">Of the event with which they asked for help in the room where they are; null where they do not.</param>
/// <param name="Held">While they wait for the start, or for somebody to admit them since.</param>
/// <param name="GraceUntil">While no session is connected: when they are out.</param>
public sealed record Participant(
    string Id,
    string Name,
    Role Role,
    Kind Kind,
    long Number,
    string Place,
    long Since,
    ImmutableArray<Session> Sessions,
    DateTimeOffset? GraceUntil = null,
    ImmutableDictionary<string, string>? Attributes = null,
    Locks Locked = default,
    long? Help = null,
    bool Away = false,
    Standing? Held = null)
{
    public bool IsWaiting => Place == Ids.Waiting;

    public bool IsReconnecting => GraceUntil is not null;

    public bool IsModerator => Authorisation.IsModerator(Role);

    public Session? SessionOf(string id)
    {
        foreach (var session in Sessions)
            if (session.Id == id) return session;
        return null;
    }

    /// <summary>With a connection that counts from event <paramref name="epoch"/>: of a known session, or of one more.</summary>
    internal Participant Connect(string session, string connection, string gateway, long epoch)
    {
        var connected = new Session(session, connection, gateway, epoch);
        var known = SessionOf(session);
        var sessions = known is null ? Sessions.Add(connected) : Sessions.Replace(known, connected);
        if (sessions.Length > Limits.SessionsPerParticipant) sessions = sessions.Remove(sessions.First(one => !one.Connected));
        return this with { Sessions = sessions, GraceUntil = null };
    }

    internal Participant Change(AttributesChanged e) =>
        this with { Attributes = Labels.Merge(Attributes, e.Set, e.Removed ?? []) is { IsEmpty: false } merged ? merged : null };

    internal Participant Forget(string session) =>
        this with { Sessions = Sessions.RemoveAll(one => one.Id == session) };

    internal Participant Break(string session, bool forGood) =>
        forGood ? Forget(session)
        : SessionOf(session) is { } known ? this with { Sessions = Sessions.Replace(known, known with { Connected = false }) }
        : this;

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("name", Name);
        json.WriteNumber("role", (int)Role);
        json.WriteNumber("kind", (int)Kind);
        json.WriteNumber("number", Number);
        json.WriteString("place", Place);
        json.WriteNumber("since", Since);
        json.WriteStartArray("sessions");
        foreach (var session in Sessions)
        {
            json.WriteStringValue(session.Id);
            json.WriteStringValue(session.Connection);
            json.WriteStringValue(session.Gateway);
            json.WriteNumberValue(session.Epoch);
            json.WriteBooleanValue(session.Connected);
        }
        json.WriteEndArray();
        if (GraceUntil is { } until) json.WriteString("graceUntil", until);
        Snapshot.WriteMap(json, "attributes", Attributes);
        Locked.Write(json, "locked");
        if (Help is { } help) json.WriteNumber("help", help);
        if (Away) json.WriteBoolean("away", true);
        if (Held is { } held) json.WriteNumber("held", (int)held);
        json.WriteEndObject();
    }

    internal static Participant Read(JsonElement json) => new(
        json.GetProperty("id").GetString()!,
        json.GetProperty("name").GetString()!,
        (Role)json.GetProperty("role").GetInt32(),
        (Kind)json.GetProperty("kind").GetInt32(),
        json.GetProperty("number").GetInt64(),
        json.GetProperty("place").GetString()!,
        json.GetProperty("since").GetInt64(),
        [.. json.GetProperty("sessions").EnumerateArray().Chunk(5).Select(one =>
            new Session(one[0].GetString()!, one[1].GetString()!, one[2].GetString()!, one[3].GetInt64(), one[4].GetBoolean()))],
        Snapshot.ReadTime(json, "graceUntil"),
        Snapshot.ReadMap(json, "attributes"),
        Locks.Read(json, "locked"),
        json.TryGetProperty("help", out var help) ? help.GetInt64() : null,
        json.TryGetProperty("away", out _),
        json.TryGetProperty("held", out var held) ? (Standing)held.GetInt32() : null);
}
