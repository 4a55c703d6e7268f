using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>Who sees what: the closed list of classes for which a stream is encoded.</summary>
[GenerateSerializer, Alias("audience")]
public enum Audience
{
    /// <summary>Hosts, co-hosts and the tenant's backend.</summary>
    Moderators,

    /// <summary>Everybody else in the main room or a breakout room.</summary>
    Members,

    /// <summary>View-only attendees: no roster, counts.</summary>
    Attendees,

    /// <summary>People in the waiting room: the meeting's title and what is addressed to them.</summary>
    Waiting,
}

[GenerateSerializer, Immutable, Alias("view_request")]
public sealed record ViewRequest(Audience Audience, long Seen = 0, string? Participant = null);

/// <summary>A stream's state at event <paramref name="Number"/>: a reader goes on from there.</summary>
[GenerateSerializer, Immutable, Alias("view")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "view")]
[JsonDerivedType(typeof(MeetingView), "meeting")]
[JsonDerivedType(typeof(RoomView), "room")]
[JsonDerivedType(typeof(ThreadView), "thread")]
public abstract record View(long Number);

[GenerateSerializer, Alias("meeting_status")]
public enum MeetingStatus
{
    [JsonStringEnumMemberName("none")] None,
    [JsonStringEnumMemberName("created")] Created,
    [JsonStringEnumMemberName("live")] Live,
    [JsonStringEnumMemberName("ended")] Ended,
}

/// <summary>Defaults (participant, person, main, joined, off) are left out of the JSON: a thousand of these travel at once.</summary>
[GenerateSerializer, Immutable, Alias("participant_view")]
public sealed record ParticipantView(
    string Id,
    string Name,
    Role? Role = null,
    Kind? Kind = null,
    string? Place = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Reconnecting = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Microphone = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Camera = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Share = false,
    ImmutableDictionary<string, string>? Attributes = null,
    ImmutableArray<Ability>? Locked = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Turns = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Away = false);

/// <summary>A space's timer, running: a countdown to <paramref name="EndsAt"/>, or (null) a stopwatch since its start.</summary>
[GenerateSerializer, Immutable, Alias("timer_view")]
public sealed record TimerView(DateTimeOffset StartedAt, DateTimeOffset? EndsAt = null);

[GenerateSerializer, Alias("rooms_status")]
public enum RoomsStatus
{
    [JsonStringEnumMemberName("none")] None,
    [JsonStringEnumMemberName("created")] Created,
    [JsonStringEnumMemberName("open")] Open,
    [JsonStringEnumMemberName("closing")] Closing,
}

/// <param name="Hands">The queue of the main room, first to speak first; to a view-only attendee who asks for themself their own hand, to other attendees none.</param>
/// <param name="WaitingCount">Moderators also see the waiting people among <paramref name="Participants"/>.</param>
/// <param name="Assignments">For moderators: who will go where.</param>
/// <param name="EndsAt">When the time limit ends it.</param>
/// <param name="Passcode">True where one is needed.</param>
/// <param name="WaitingMessage">What was said last to the waiting; to them and to moderators.</param>
/// <param name="Next">Id of the occurrence that follows this ended one.</param>
/// <param name="Help">For moderators: who asks for help in a breakout room, in the order of asking; left out where nobody does.</param>
/// <param name="RoomsSelfSelect">True where people choose their breakout rooms themselves.</param>
/// <param name="Polls">Of the main room, oldest first; left out where there are none.</param>
/// <param name="Spotlight">Who is in that of the main room; left out where nobody is.</param>
/// <param name="Timer">Of the main room, while it runs.</param>
/// <param name="WaitingThread">For moderators: true once somebody has waited, from when on the waiting room has a thread.</param>
/// <param name="AttendeeHands">View-only attendees whose hands are raised, in the order of raising: nothing else lists them. Left out where there are none.</param>
/// <param name="Raised">
/// Everybody whose hand is raised, in the order of raising, those included who are in a breakout room meanwhile and come back to their place; left out where
/// <paramref name="Hands"/> says the same.
/// </param>
[GenerateSerializer, Immutable, Alias("meeting_view")]
public sealed record MeetingView(
    long Number,
    MeetingStatus Status,
    string Title,
    MeetingSettings Settings,
    bool Locked,
    ImmutableArray<ParticipantView> Participants,
    int Attendees,
    ImmutableArray<string> Hands,
    RoomsStatus RoomsStatus,
    ImmutableArray<Room> Rooms,
    int? WaitingCount = null,
    DateTimeOffset? RoomsCloseAt = null,
    ImmutableArray<Assignment>? Assignments = null,
    ImmutableDictionary<string, string>? Metadata = null,
    DateTimeOffset? StartedAt = null,
    DateTimeOffset? EndedAt = null,
    ImmutableArray<string>? Tags = null,
    MeetingSchedule? Schedule = null,
    SeriesPosition? Series = null,
    DateTimeOffset? EndsAt = null,
    bool? Passcode = null,
    string? WaitingMessage = null,
    bool? Cancelled = null,
    string? Next = null,
    bool? RoomsSelfSelect = null,
    ImmutableArray<string>? Help = null,
    ImmutableArray<PollView>? Polls = null,
    ImmutableArray<string>? Spotlight = null,
    TimerView? Timer = null,
    bool? WaitingThread = null,
    ImmutableArray<ParticipantView>? AttendeeHands = null,
    ImmutableArray<string>? Raised = null) : View(Number);

/// <param name="Raised">The hands in the order of raising; left out where <paramref name="Hands"/> says the same.</param>
[GenerateSerializer, Immutable, Alias("room_view")]
public sealed record RoomView(
    long Number,
    string Name,
    bool Closed,
    SpacePolicy Policy,
    ImmutableArray<ParticipantView> Participants,
    ImmutableArray<string> Hands,
    ImmutableArray<PollView>? Polls = null,
    ImmutableArray<string>? Spotlight = null,
    TimerView? Timer = null,
    ImmutableArray<string>? Raised = null) : View(Number);

/// <param name="Messages">Messages not deleted.</param>
/// <param name="LastMessage">Number of the newest message, 0 where there is none.</param>
/// <param name="Own">The asking participant's pointers and counts.</param>
/// <param name="LastMessageAt">When the newest message was posted.</param>
/// <param name="Held">True under a legal hold; to moderators.</param>
/// <param name="KeepDays">How long messages are kept; null: for ever.</param>
/// <param name="Name">Of a channel.</param>
/// <param name="Posting">Who may write, in a channel.</param>
/// <param name="Pins">Pinned messages in the order of pinning; left out where there are none.</param>
[GenerateSerializer, Immutable, Alias("thread_view")]
public sealed record ThreadView(
    long Number,
    bool Closed,
    int Messages,
    long LastMessage,
    int Members,
    MemberPointers? Own = null,
    DateTimeOffset? LastMessageAt = null,
    ImmutableArray<long>? Pins = null,
    bool? Held = null,
    string? Name = null,
    Posting? Posting = null,
    int? KeepDays = null) : View(Number);

/// <param name="Unread">Messages of others since they came that they have not read.</param>
/// <param name="Mentions">Those of them that mention them by name (the newest <see cref="Limits.UnreadMentions"/> are counted) or everyone.</param>
[GenerateSerializer, Immutable, Alias("member_pointers")]
public sealed record MemberPointers(string Participant, long Delivered, long Read, int Unread, int Mentions = 0);
