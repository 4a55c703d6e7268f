using System.Collections.Immutable;

namespace Actors.Contracts;

/// <param name="Passcode">Its hash.</param>
[GenerateSerializer, Immutable, Alias("meeting_created")]
public sealed record MeetingCreated(
    string Title,
    MeetingSettings Settings,
    ImmutableDictionary<string, string>? Metadata = null,
    ImmutableArray<string>? Tags = null,
    MeetingSchedule? Schedule = null,
    SeriesPosition? Series = null,
    [property: Unpublished] string? Passcode = null) : Event;

[GenerateSerializer, Immutable, Alias("meeting_started")]
public sealed record MeetingStarted : Event;

/// <summary>Everybody is out.</summary>
/// <param name="Reason">Null where somebody ended it.</param>
[GenerateSerializer, Immutable, Alias("meeting_ended")]
public sealed record MeetingEnded(EndReason? Reason = null) : Event;

[GenerateSerializer, Immutable, Alias("settings_changed")]
public sealed record SettingsChanged(MeetingSettings Settings) : Event;

[GenerateSerializer, Immutable, Alias("lock_changed")]
public sealed record LockChanged(bool Locked) : Event;

/// <param name="Place"><c>waiting</c> or <c>main</c>; null is <c>main</c>.</param>
/// <param name="Locked">Abilities that were taken from them before they came, or are by their token.</param>
/// <param name="Held">Of one who waits for the start: what the waiting-room policy asks then.</param>
[GenerateSerializer, Immutable, Alias("participant_joined")]
public sealed record ParticipantJoined(
    string Participant,
    string Name,
    Role Role,
    Kind Kind,
    [property: Unpublished] string Session,
    [property: Unpublished] string Connection,
    [property: Unpublished] string Gateway,
    string? Place = null,
    ImmutableDictionary<string, string>? Attributes = null,
    ImmutableArray<Ability>? Locked = null,
    [property: Unpublished] Standing? Held = null) : Event;

/// <summary>A session came back on a new connection, or (device policy "allow") a further session joined.</summary>
[GenerateSerializer, Immutable, Alias("participant_reconnected")]
public sealed record ParticipantReconnected(
    string Participant,
    [property: Unpublished] string Session,
    [property: Unpublished] string Connection,
    [property: Unpublished] string Gateway) : Event;

/// <summary>Connections broke; those left without any keep their place for the grace.</summary>
[GenerateSerializer, Immutable, Alias("participants_disconnected")]
public sealed record ParticipantsDisconnected([property: Unpublished] ImmutableArray<Connection> Connections, ImmutableArray<string> Participants, LeaveReason Reason) : Event;

/// <summary>A new device took over: same participant, role, hand, place; the old session's commands are refused from here.</summary>
[GenerateSerializer, Immutable, Alias("session_replaced")]
public sealed record SessionReplaced(
    string Participant,
    [property: Unpublished] string Old,
    [property: Unpublished] string Session,
    [property: Unpublished] string Connection,
    [property: Unpublished] string Gateway) : Event;

[GenerateSerializer, Immutable, Alias("participant_left")]
public sealed record ParticipantLeft(string Participant, LeaveReason Reason) : Event;

/// <summary>Kept out from here; followed by <see cref="ParticipantLeft"/> where they were in.</summary>
[GenerateSerializer, Immutable, Alias("participant_banned")]
public sealed record ParticipantBanned(string Participant) : Event;

[GenerateSerializer, Immutable, Alias("participant_unbanned")]
public sealed record ParticipantUnbanned(string Participant) : Event;

/// <param name="Succession">True where the product promoted because no host was left.</param>
[GenerateSerializer, Immutable, Alias("role_changed")]
public sealed record RoleChanged(string Participant, Role Role, bool Succession = false) : Event;

/// <summary>From the waiting room to the main room.</summary>
/// <param name="Through">Set while more follow: everybody who waited by that event of the meeting is being admitted.</param>
/// <param name="Held">True with that where it is only those who waited for the start and for nothing else.</param>
[GenerateSerializer, Immutable, Alias("participants_admitted")]
public sealed record ParticipantsAdmitted(ImmutableArray<string> Participants, long? Through = null, [property: Unpublished] bool? Held = null) : Event;

/// <summary>From wherever they were to the waiting room.</summary>
[GenerateSerializer, Immutable, Alias("participant_put_back")]
public sealed record ParticipantPutBack(string Participant) : Event;
