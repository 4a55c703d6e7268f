using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>Creates the meeting that the grain's key names. Repeating it with the same content is accepted as a repeat; with other content it is <c>meeting_exists</c>.</summary>
/// <param name="Schedule">Null: instant.</param>
/// <param name="Series">Its own id, where it is to come again: by its schedule's plan, or (persistent) as soon as it has ended.</param>
[GenerateSerializer, Immutable, Alias("create_meeting")]
public sealed record CreateMeeting(
    string Title,
    MeetingSettings Settings,
    ImmutableDictionary<string, string>? Metadata = null,
    ImmutableArray<string>? Tags = null,
    MeetingSchedule? Schedule = null,
    string? Series = null,
    string? Passcode = null) : Command;

/// <summary>
/// A connection asks for its place. <paramref name="Session"/> survives reconnects, <paramref name="Connection"/> names one socket,
/// <paramref name="Gateway"/> the incarnation of the process that holds it. The answer's first number is the session's epoch.
/// </summary>
/// <param name="Guest">The token says guest.</param>
/// <param name="Foreign">The token's holder is at home in another tenant than the meeting's.</param>
/// <param name="Passcode">As the person typed it.</param>
/// <param name="Locked">Abilities that the token takes from them.</param>
[GenerateSerializer, Immutable, Alias("join")]
public sealed record Join(
    string Participant,
    string Name,
    Role Role,
    Kind Kind,
    bool Guest,
    string Session,
    string Connection,
    string Gateway,
    DateTimeOffset TokenIssuedAt,
    ImmutableDictionary<string, string>? Attributes = null,
    bool Foreign = false,
    string? Passcode = null,
    ImmutableArray<Ability>? Locked = null) : Command;

[GenerateSerializer, Immutable, Alias("connection")]
public sealed record Connection(string Participant, string Session, string Id);

/// <summary>
/// Connections of one gateway broke, <see cref="Limits.ConnectionsPerDisconnect"/> at most. Each counts only if it is still its session's newest.
/// </summary>
[GenerateSerializer, Immutable, Alias("disconnect")]
public sealed record Disconnect(ImmutableArray<Connection> Connections, LeaveReason Reason) : Command;

/// <summary>Time has passed: what is due by now happens.</summary>
[GenerateSerializer, Immutable, Alias("tick")]
public sealed record Tick : Command;

/// <summary>The collected pointers of several members, written by the thread's shell.</summary>
[GenerateSerializer, Immutable, Alias("record_pointers")]
public sealed record RecordPointers(ImmutableArray<Pointer> Pointers) : Command;

/// <summary>A message is older than its thread keeps messages.</summary>
[GenerateSerializer, Immutable, Alias("expire_message")]
public sealed record ExpireMessage(long Message) : Command;

/// <summary>The text of a deleted message and of its edits is gone from storage.</summary>
[GenerateSerializer, Immutable, Alias("record_redaction")]
public sealed record RecordRedaction(long Message) : Command;

/// <summary>The inboxes of everybody who was added to or removed from a channel up to its event <paramref name="Through"/> know it.</summary>
[GenerateSerializer, Immutable, Alias("record_inboxes_told")]
public sealed record RecordInboxesTold(long Through) : Command;

/// <summary>The tenant's register of threads has this one.</summary>
[GenerateSerializer, Immutable, Alias("record_registered")]
public sealed record RecordRegistered : Command;
