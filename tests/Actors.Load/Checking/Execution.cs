namespace Actors.Load.Checking;

/// <summary>Which events a command may have left in a log.</summary>
internal static class Execution
{
    private const string Nothing = "nothing_changed";

    /// <summary>Events that exist only because a participant's own command was executed; no effect or timer writes them.</summary>
    private static readonly HashSet<string> OwnEvents =
    [
        "message_posted", "message_edited", "message_deleted", "reaction_changed", "hand_raised", "media_changed", "rooms_created", "rooms_broadcast",
        "rooms_opened",
    ];

    public static bool IsOfOneCommand(LogEvent e) => OwnEvents.Contains(e.Type);

    /// <summary>True where the event says what the command wanted, by the same participant. A redacted text matches what was deleted.</summary>
    public static bool Matches(CommandRecord record, LogEvent e, IReadOnlyList<LogEvent> log)
    {
        var (command, by) = (record.Command, record.Participant);
        if (e.Type == Nothing) return e.Actor is null || e.Actor == by;
        return command.Type switch
        {
            "raise_hand" => e.Type == "hand_raised" && e.Text("participant") == by,
            "lower_hand" => e.Type == "hand_lowered" && e.Text("participant") == (command.Participant ?? by),
            "set_media" => e.Type == "media_changed" && e.Text("participant") == by
                && Agrees(command.Microphone, e.Flag("microphone")) && Agrees(command.Camera, e.Flag("camera")),
            "post_message" => e.Type == "message_posted" && e.Actor == by && SaysOrErased(command.Text, e, e.Number, log),
            "edit_message" => e.Type == "message_edited" && e.Actor == by && e.Long("message") == command.Message
                && SaysOrErased(command.Text, e, command.Message, log),
            "delete_message" => e.Type == "message_deleted" && e.Actor == by && e.Long("message") == command.Message,
            "react" => e.Type == "reaction_changed" && e.Actor == by && e.Long("message") == command.Message
                && e.Text("reaction") == command.Reaction && e.Flag("on") == command.On,
            // Collected over seconds and stored for several members at once: no event is its own.
            "move_pointers" => false,
            "leave" => e.Type == "participant_left" && e.Text("participant") == by,
            "change_role" => e.Type == "role_changed" && e.Text("participant") == command.Participant && e.Text("role") == command.Role,
            "create_rooms" => e.Type == "rooms_created" && e.Actor == by
                && e.Items("rooms").Select(r => r.GetProperty("name").GetString()).SequenceEqual(command.Names!),
            "assign_evenly" or "assign_rooms" => e.Type == "participants_assigned" && e.Actor == by,
            "open_rooms" => e.Type == "rooms_opened" && e.Actor == by,
            "move_participants" => e.Type == "participants_moved" && e.Actor == by
                && e.Items("moves").All(m => command.Moves!.Any(w => w.Participant == m.GetProperty("participant").GetString() && w.Place == m.GetProperty("place").GetString())),
            "broadcast_to_rooms" => e.Type == "rooms_broadcast" && e.Actor == by && e.Text("text") == command.Text,
            "close_rooms" => e.Type is "rooms_closing" or "rooms_closed" && e.Actor == by,
            _ => throw new ArgumentException($"The checker does not know the command {command.Type}.", nameof(record)),
        };
    }

    private static bool Agrees(bool? wanted, bool? became) => became is null || became == wanted;

    private static bool SaysOrErased(string? text, LogEvent e, long? message, IReadOnlyList<LogEvent> log) =>
        e.Text("text") == text || string.IsNullOrEmpty(e.Text("text")) && log.Any(d => d.Type == "message_deleted" && d.Long("message") == message);
}
