using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>Why a command was refused. Closed: a client can handle each by name; nothing changed when it gets one.</summary>
[GenerateSerializer, Alias("refusal")]
public enum Refusal
{
    /// <summary>A field is missing, malformed or out of range; the detail names it.</summary>
    [JsonStringEnumMemberName("invalid_argument")] InvalidArgument,
    /// <summary>Text or list beyond its limit.</summary>
    [JsonStringEnumMemberName("too_large")] TooLarge,
    /// <summary>No such message type.</summary>
    [JsonStringEnumMemberName("unknown_type")] UnknownType,
    /// <summary>The role, place or a setting does not allow it.</summary>
    [JsonStringEnumMemberName("not_allowed")] NotAllowed,
    [JsonStringEnumMemberName("meeting_not_found")] MeetingNotFound,
    [JsonStringEnumMemberName("meeting_exists")] MeetingExists,
    [JsonStringEnumMemberName("meeting_not_started")] MeetingNotStarted,
    [JsonStringEnumMemberName("meeting_ended")] MeetingEnded,
    [JsonStringEnumMemberName("meeting_locked")] MeetingLocked,
    [JsonStringEnumMemberName("meeting_full")] MeetingFull,
    /// <summary>The user is banned from this meeting.</summary>
    [JsonStringEnumMemberName("banned")] Banned,
    /// <summary>The token was issued before its holder was removed.</summary>
    [JsonStringEnumMemberName("token_revoked")] TokenRevoked,
    /// <summary>Another device is in the meeting and the policy keeps it.</summary>
    [JsonStringEnumMemberName("already_joined")] AlreadyJoined,
    /// <summary>The sender is not in the meeting, or not in this room.</summary>
    [JsonStringEnumMemberName("not_joined")] NotJoined,
    /// <summary>The sender still waits for admission.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,
    /// <summary>Another session of the same user has taken over.</summary>
    [JsonStringEnumMemberName("session_replaced")] SessionReplaced,
    /// <summary>Older than the answers that are remembered: whether it was executed can be read from the log.</summary>
    [JsonStringEnumMemberName("stale_command")] StaleCommand,
    [JsonStringEnumMemberName("unknown_participant")] UnknownParticipant,
    [JsonStringEnumMemberName("unknown_room")] UnknownRoom,
    [JsonStringEnumMemberName("unknown_message")] UnknownMessage,
    [JsonStringEnumMemberName("message_deleted")] MessageDeleted,
    [JsonStringEnumMemberName("rooms_not_open")] RoomsNotOpen,
    [JsonStringEnumMemberName("rooms_open")] RoomsOpen,
    [JsonStringEnumMemberName("room_closed")] RoomClosed,
    [JsonStringEnumMemberName("limit_reached")] LimitReached,
    /// <summary>Too much work is waiting, or too many messages were sent: try later.</summary>
    [JsonStringEnumMemberName("busy")] Busy,
    /// <summary>Storage or the cluster did not answer within the deadline: outcome unknown, repeat with the same id.</summary>
    [JsonStringEnumMemberName("unavailable")] Unavailable,
    /// <summary>The meeting has a passcode, and it is missing or another.</summary>
    [JsonStringEnumMemberName("wrong_passcode")] WrongPasscode,
    [JsonStringEnumMemberName("channel_not_found")] ChannelNotFound,
    /// <summary>With another name or posting right.</summary>
    [JsonStringEnumMemberName("channel_exists")] ChannelExists,
    [JsonStringEnumMemberName("unknown_poll")] UnknownPoll,
    /// <summary>It has not started yet, or is closed.</summary>
    [JsonStringEnumMemberName("poll_not_open")] PollNotOpen,
    /// <summary>It has to be closed first.</summary>
    [JsonStringEnumMemberName("poll_open")] PollOpen,
    /// <summary>The series' plan has no such date.</summary>
    [JsonStringEnumMemberName("unknown_occurrence")] UnknownOccurrence,
    /// <summary>Its time has come, or the series is further already.</summary>
    [JsonStringEnumMemberName("occurrence_past")] OccurrencePast,
}
