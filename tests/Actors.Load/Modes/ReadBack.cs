using System.Text.Json;
using Actors.Load.Checking;
using Actors.Load.Client;

namespace Actors.Load.Modes;

/// <summary>Reads over HTTP what the server holds of a meeting, for the judge.</summary>
internal static class ReadBack
{
    /// <summary>Views only: who is where, by the meeting and by its open rooms.</summary>
    public static async Task<MeetingHistory> Now(Api api, CrashMeeting meeting, CancellationToken ct)
    {
        var view = await api.Meeting(meeting.Id, ct);
        var seats = view.GetProperty("participants").EnumerateArray()
            .Select(p => new Seat(p.GetProperty("id").GetString()!, p.TryGetProperty("place", out var place) ? place.GetString()! : Places.Main)).ToList();
        var rooms = new Dictionary<string, IReadOnlyList<string>>();
        if (view.GetProperty("roomsStatus").GetString() is "open" or "closing")
        {
            foreach (var room in view.GetProperty("rooms").EnumerateArray().Select(r => r.GetProperty("id").GetString()!))
                rooms[room] = Members(await api.Room(meeting.Id, room, ct));
        }
        return new MeetingHistory(
            meeting.Id,
            new Dictionary<string, IReadOnlyList<LogEvent>>(),
            seats,
            rooms,
            new Dictionary<string, IReadOnlyDictionary<long, string>>(),
            [],
            meeting.Actors.Select(a => a.Present).ToList());
    }

    /// <summary>Everything: logs of the meeting, of all rooms there ever were, of all threads, and the messages as they read now.</summary>
    public static async Task<MeetingHistory> Full(Api api, CrashMeeting meeting, CancellationToken ct)
    {
        // Clients first: what they were told by now must be in the logs read after.
        var now = await Now(api, meeting, ct);
        var clients = meeting.Actors.SelectMany(a => a.Clients).ToList();
        var commands = meeting.Actors.SelectMany(a => a.Commands).ToList();
        var logs = new Dictionary<string, IReadOnlyList<LogEvent>> { ["meeting"] = await Log(api, meeting.Id, "meeting", ct) };
        var messages = new Dictionary<string, IReadOnlyDictionary<long, string>>();
        var rooms = logs["meeting"].Where(e => e.Type == "rooms_created").SelectMany(e => e.Items("rooms")).Select(r => r.GetProperty("id").GetString()!).ToList();
        foreach (var room in rooms)
            logs["room/" + room] = await Log(api, meeting.Id, "room/" + room, ct);
        foreach (var thread in rooms.Prepend(Places.Waiting).Prepend(Places.Main))
        {
            logs["thread/" + thread] = await Log(api, meeting.Id, "thread/" + thread, ct);
            messages[thread] = (await api.Messages(meeting.Id, thread, ct)).ToDictionary(m => m.GetProperty("number").GetInt64(), Text);
        }
        return now with { Logs = logs, Messages = messages, Commands = commands, Clients = clients, Reads = meeting.Actors.SelectMany(a => a.Reads).ToList() };
    }

    private static string Text(JsonElement message) =>
        message.TryGetProperty("deleted", out var deleted) && deleted.GetBoolean() ? MessageRules.Deleted : message.GetProperty("text").GetString()!;

    private static async Task<IReadOnlyList<LogEvent>> Log(Api api, string meeting, string stream, CancellationToken ct) =>
        (await api.Events(meeting, stream, ct)).Select(LogEvent.Parse).ToList();

    private static List<string> Members(JsonElement room) => room.ValueKind == JsonValueKind.Undefined
        ? []
        : room.GetProperty("participants").EnumerateArray().Select(p => p.GetProperty("id").GetString()!).ToList();
}
