using System.Text.Json;
using System.Text.Json.Serialization;

namespace Actors.Load.Client;

/// <summary>A client's command as it goes over the wire; what a type does not use stays null and is left out.</summary>
internal sealed record Command(string Type)
{
    public long? Id { get; init; }
    public string? Thread { get; init; }

    /// <summary>On commands to a space: the place they are meant for, so that a repeat after a move is decided where the first was.</summary>
    public string? Place { get; init; }

    public string? Text { get; init; }
    public long? Message { get; init; }
    public string? Reaction { get; init; }
    public bool? On { get; init; }
    public string? Participant { get; init; }
    public IReadOnlyList<string>? Participants { get; init; }
    public string? Role { get; init; }
    public bool? Microphone { get; init; }
    public bool? Camera { get; init; }
    public IReadOnlyList<string>? Names { get; init; }
    public IReadOnlyList<RoomAssignment>? Assignments { get; init; }
    public IReadOnlyList<RoomMove>? Moves { get; init; }
    public int? Seed { get; init; }
    public int? Seconds { get; init; }
    public int? CountdownSeconds { get; init; }
    public string? Name { get; init; }
    public string? Room { get; init; }
    public string? Question { get; init; }

    /// <summary>The texts of a poll's options when it is created, their positions in a vote.</summary>
    public object? Options { get; init; }

    public bool? Anonymous { get; init; }
    public long? Poll { get; init; }
    public IReadOnlyList<string>? Abilities { get; init; }
    public bool? Locked { get; init; }
    public long? Delivered { get; init; }
    public long? Read { get; init; }

    public static Command RaiseHand() => new("raise_hand");
    public static Command LowerHand(string? participant = null) => new("lower_hand") { Participant = participant };
    public static Command LowerAllHands() => new("lower_all_hands");
    public static Command MuteAll() => new("mute_all");
    public static Command SetMedia(bool? microphone, bool? camera) => new("set_media") { Microphone = microphone, Camera = camera };
    public static Command Post(string thread, string text) => new("post_message") { Thread = thread, Text = text };
    public static Command Edit(string thread, long message, string text) => new("edit_message") { Thread = thread, Message = message, Text = text };
    public static Command Delete(string thread, long message) => new("delete_message") { Thread = thread, Message = message };
    public static Command React(string thread, long message, string reaction, bool on = true) =>
        new("react") { Thread = thread, Message = message, Reaction = reaction, On = on };
    public static Command MovePointers(string thread, long delivered, long read) =>
        new("move_pointers") { Thread = thread, Delivered = delivered, Read = read };
    public static Command Leave() => new("leave");
    public static Command Admit(params IReadOnlyList<string> participants) => new("admit_participants") { Participants = participants };
    public static Command AdmitAll() => new("admit_all");

    public static Command MessageWaiting(string text) => new("message_waiting") { Text = text };
    public static Command EndMeeting() => new("end_meeting");
    public static Command ChangeRole(string participant, string role) => new("change_role") { Participant = participant, Role = role };
    public static Command CreateRooms(IReadOnlyList<string> names) => new("create_rooms") { Names = names };
    public static Command AssignEvenly(int seed) => new("assign_evenly") { Seed = seed };
    public static Command OpenRooms(int? seconds = null) => new("open_rooms") { Seconds = seconds };
    public static Command Move(params IReadOnlyList<RoomMove> moves) => new("move_participants") { Moves = moves };
    public static Command Broadcast(string text) => new("broadcast_to_rooms") { Text = text };
    public static Command CloseRooms(int countdownSeconds) => new("close_rooms") { CountdownSeconds = countdownSeconds };
    public static Command AddRoom(string name) => new("add_room") { Name = name };
    public static Command ExtendRooms(int seconds) => new("extend_rooms") { Seconds = seconds };
    public static Command RequestHelp() => new("request_help");
    public static Command AnswerHelp(string participant) => new("answer_help") { Participant = participant };
    public static Command NextSpeaker() => new("next_speaker");
    public static Command Spotlight(params IReadOnlyList<string> participants) => new("spotlight") { Participants = participants };
    public static Command StartTimer(int seconds) => new("start_timer") { Seconds = seconds };
    public static Command StopTimer() => new("stop_timer");
    public static Command CreatePoll(string question, string[] options) => new("create_poll") { Question = question, Options = options, Anonymous = true };
    public static Command StartPoll(long poll) => new("start_poll") { Poll = poll };
    public static Command Vote(long poll, int option) => new("vote") { Poll = poll, Options = new[] { option } };
    public static Command ClosePoll(long poll) => new("close_poll") { Poll = poll };
    public static Command PublishPoll(long poll) => new("publish_poll") { Poll = poll };
    public static Command LockChat(bool locked) => new("lock_abilities") { Abilities = ["chat"], Locked = locked };
    public static Command LockMeeting(bool locked) => new("lock_meeting") { Locked = locked };
    public static Command OpenDirect(string participant) => new("open_direct") { Participant = participant };
    public static Command Pin(string thread, long message) => new("pin_message") { Thread = thread, Message = message };

    /// <summary>Decided by the space in which the sender is.</summary>
    [JsonIgnore]
    public bool IsForSpace => Type is "raise_hand" or "lower_hand" or "lower_all_hands" or "next_speaker" or "set_media" or "mute_all"
        or "spotlight" or "start_timer" or "stop_timer" or "create_poll" or "start_poll" or "vote" or "close_poll" or "publish_poll";

    public byte[] ToUtf8() => JsonSerializer.SerializeToUtf8Bytes(this, DriverJson.Default.Command);
}

internal sealed record RoomMove(string Participant, string Place);

internal sealed record RoomAssignment(string Participant, string Room);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(int[]))]
internal sealed partial class DriverJson : JsonSerializerContext;
