using System.Text.Json;
using Actors.Load.Checking;
using Actors.Load.Client;

namespace Actors.Load.Tests;

/// <summary>The history of a small run in which everything went right: what the tests doctor.</summary>
internal static class CleanRun
{
    public const string Room = "r1-1";

    public static MeetingHistory Create() => new(
        "m1",
        new Dictionary<string, IReadOnlyList<LogEvent>>
        {
            ["meeting"] = MeetingLog(),
            ["room/r1-1"] = RoomLog(),
            ["thread/main"] = ThreadLog(),
        },
        [new Seat("host", "main"), new Seat("ann", Room)],
        new Dictionary<string, IReadOnlyList<string>> { [Room] = ["ann"] },
        new Dictionary<string, IReadOnlyDictionary<long, string>> { ["main"] = new Dictionary<long, string> { [2] = "one, edited", [3] = MessageRules.Deleted } },
        Commands(),
        [
            new ClientRecord("host", true, "main", Deliveries()),
            new ClientRecord("ann", true, Room, [new Connected(new Dictionary<string, long>()), new Snapshot("meeting", 2), .. Frames(), new Snapshot("room/r1-1", 2)]),
            new ClientRecord("bob", false, "main", []),
        ]);

    public static LogEvent Event(string json) => LogEvent.Parse(JsonSerializer.Deserialize<JsonElement>(json));

    public static EventsFrame Frame(string stream, long from, long to, params DeliveredEvent[] events) => new(stream, from, to, [.. events]);

    private static List<LogEvent> MeetingLog() =>
    [
        Event("""{"number":1,"at":100,"by":"api:k","type":"meeting_created","title":"T"}"""),
        Event("""{"number":2,"at":101,"type":"participant_joined","participant":"host","name":"Host"}"""),
        Event("""{"number":3,"at":102,"type":"participant_joined","participant":"ann","name":"Ann"}"""),
        Event("""{"number":4,"at":102,"type":"participant_joined","participant":"bob","name":"Bob"}"""),
        Event("""{"number":5,"at":103,"type":"hand_raised","participant":"ann"}"""),
        Event("""{"number":6,"at":104,"by":"host","type":"rooms_created","round":1,"rooms":[{"id":"r1-1","name":"One"}]}"""),
        Event("""{"number":7,"at":105,"by":"host","type":"rooms_opened","round":1}"""),
        Event("""{"number":8,"at":105,"by":"host","type":"participants_moved","moves":[{"participant":"ann","place":"r1-1"}]}"""),
        Event("""{"number":9,"at":106,"type":"participant_left","participant":"bob","reason":"gateway_lost"}"""),
    ];

    private static List<LogEvent> RoomLog() =>
    [
        Event("""{"number":1,"at":105,"type":"roster_changed","cause":8,"entered":[{"participant":"ann","name":"Ann","role":"participant"}],"left":[]}"""),
        Event("""{"number":2,"at":107,"type":"media_changed","participant":"ann","microphone":true}"""),
    ];

    private static List<LogEvent> ThreadLog() =>
    [
        Event("""{"number":1,"at":101,"type":"roster_changed","cause":4,"entered":[],"left":[]}"""),
        Event("""{"number":2,"at":102,"by":"ann","type":"message_posted","text":"one"}"""),
        Event("""{"number":3,"at":103,"by":"ann","type":"message_posted","text":""}"""),
        Event("""{"number":4,"at":104,"by":"ann","type":"message_edited","message":2,"text":"one, edited"}"""),
        Event("""{"number":5,"at":105,"by":"ann","type":"message_deleted","message":3}"""),
        Event("""{"number":6,"at":105,"type":"message_redacted","message":3}"""),
        Event("""{"number":7,"at":106,"by":"ann","type":"reaction_changed","message":2,"reaction":"+","on":true}"""),
    ];

    private static List<CommandRecord> Commands() =>
    [
        Sent("ann", 1, Command.RaiseHand(), "meeting", 5, 5),
        Sent("ann", 2, Command.Post("main", "one"), "thread/main", 2, 2),
        Sent("ann", 3, Command.Post("main", "two"), "thread/main", 3, 3),
        Sent("ann", 4, Command.Edit("main", 2, "one, edited"), "thread/main", 4, 4),
        Sent("ann", 5, Command.Delete("main", 3), "thread/main", 5, 5),
        Sent("ann", 6, Command.SetMedia(true, null), "room/r1-1", 2, 2),
        // Of this one nobody knows; it was executed.
        new CommandRecord("ann", Command.React("main", 2, "+") with { Id = 7 }, [], 2),
        // And of this one nobody knows either; it was not.
        new CommandRecord("bob", Command.Post("main", "from bob") with { Id = 1 }, [], 1),
        new CommandRecord("bob", Command.MovePointers("main", 2, 2) with { Id = 3 }, [], 1),
        new CommandRecord("bob", Command.Edit("main", 2, "not his") with { Id = 2 }, [Answer.Refused("not_allowed", "")], 1),
        Sent("host", 1, Command.CreateRooms(["One"]), "meeting", 6, 6),
        Sent("host", 2, Command.OpenRooms(), "meeting", 7, 8),
    ];

    private static CommandRecord Sent(string participant, long id, Command command, string stream, long from, long to) =>
        new(participant, command with { Id = id }, [new Answer(true, stream, from, to)], 1);

    private static List<Delivery> Deliveries() =>
    [
        new Connected(new Dictionary<string, long>()),
        new Snapshot("meeting", 2),
        .. Frames(),
        new Snapshot("thread/main", 1),
        new Events(Frame("thread/main", 2, 4, new(2, 102, "message_posted"), new(3, 103, "message_posted"), new(4, 104, "message_edited"))),
        // The connection broke; both streams go on where they were.
        new Connected(new Dictionary<string, long> { ["meeting"] = 8, ["thread/main"] = 4 }),
        new Events(Frame("thread/main", 5, 7, new(5, 105, "message_deleted"), new(7, 106, "reaction_changed"))),
        new Events(Frame("meeting", 9, 9, new DeliveredEvent(9, 106, "participant_left"))),
    ];

    private static List<Delivery> Frames() =>
    [
        new Events(Frame("meeting", 3, 4, new(3, 102, "participant_joined"), new(4, 102, "participant_joined"))),
        new Events(Frame("meeting", 5, 8, new(5, 103, "hand_raised"), new(8, 105, "participants_moved"))),
    ];
}
