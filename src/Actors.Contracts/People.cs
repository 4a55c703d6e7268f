using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>What somebody may do, highest first.</summary>
[GenerateSerializer, Alias("role")]
public enum Role
{
    [JsonStringEnumMemberName("host")] Host,
    [JsonStringEnumMemberName("co_host")] CoHost,
    [JsonStringEnumMemberName("presenter")] Presenter,
    [JsonStringEnumMemberName("participant")] Participant,
    /// <summary>View-only: not announced one by one, sends no media, is counted.</summary>
    [JsonStringEnumMemberName("attendee")] Attendee,
}

[GenerateSerializer, Alias("kind")]
public enum Kind
{
    [JsonStringEnumMemberName("person")] Person,
    [JsonStringEnumMemberName("phone")] Phone,
    [JsonStringEnumMemberName("bot")] Bot,
    [JsonStringEnumMemberName("recorder")] Recorder,
}

/// <summary>Who somebody is to the waiting-room policy, as their token says.</summary>
[GenerateSerializer, Alias("standing")]
public enum Standing
{
    [JsonStringEnumMemberName("own")] Own,

    /// <summary>At home in another tenant.</summary>
    [JsonStringEnumMemberName("foreign")] Foreign,

    [JsonStringEnumMemberName("guest")] Guest,
}

/// <summary>Whether a participant is connected right now.</summary>
[GenerateSerializer, Alias("presence")]
public enum Presence
{
    [JsonStringEnumMemberName("joined")] Joined,
    /// <summary>Connection lost, within the grace: place, role and hand are kept.</summary>
    [JsonStringEnumMemberName("reconnecting")] Reconnecting,
}

/// <summary>Why somebody is no longer in the meeting, or a session was closed. Closed list.</summary>
[GenerateSerializer, Alias("leave_reason")]
public enum LeaveReason
{
    [JsonStringEnumMemberName("left")] Left,
    [JsonStringEnumMemberName("removed")] Removed,
    [JsonStringEnumMemberName("banned")] Banned,
    [JsonStringEnumMemberName("denied")] Denied,
    [JsonStringEnumMemberName("connection_lost")] ConnectionLost,
    [JsonStringEnumMemberName("gateway_lost")] GatewayLost,
    [JsonStringEnumMemberName("taken_over")] TakenOver,
    [JsonStringEnumMemberName("meeting_ended")] MeetingEnded,
}

[GenerateSerializer, Alias("waiting_room_policy")]
public enum WaitingRoomPolicy
{
    [JsonStringEnumMemberName("off")] Off,
    /// <summary>Everybody but hosts and co-hosts waits.</summary>
    [JsonStringEnumMemberName("everyone")] Everyone,
    /// <summary>Those whose token says guest wait.</summary>
    [JsonStringEnumMemberName("guests")] Guests,
    /// <summary>Guests wait, and those who are at home in another tenant.</summary>
    [JsonStringEnumMemberName("unknown_tenants")] UnknownTenants,
    /// <summary>Who comes while the meeting is locked waits instead of being refused.</summary>
    [JsonStringEnumMemberName("after_lock")] AfterLock,
}

/// <summary>What happens when a user joins from a second device.</summary>
[GenerateSerializer, Alias("device_policy")]
public enum DevicePolicy
{
    [JsonStringEnumMemberName("take_over")] TakeOver,
    [JsonStringEnumMemberName("reject")] Reject,
    [JsonStringEnumMemberName("allow")] Allow,
}

/// <summary>
/// What people without a moderating role may do in the main room and in every breakout room alike. Presenters may always use microphone,
/// camera and share.
/// </summary>
/// <param name="HandOrder">Null: the order of raising.</param>
/// <param name="PrivateChat">Null: everyone. Where <paramref name="MayChat"/> is off only moderators write, privately too.</param>
/// <param name="MuteOnEntry">Everybody enters with everything off; this asks clients not to turn on the microphone by themselves.</param>
[GenerateSerializer, Immutable, Alias("space_policy")]
public sealed record SpacePolicy(
    bool MuteOnEntry = false,
    bool MayUnmute = true,
    bool MayUseCamera = true,
    bool MayShare = true,
    bool MayChat = true,
    bool MayRaiseHand = true,
    bool MayReact = true,
    bool MayRename = true,
    HandOrder? HandOrder = null,
    PrivateChat? PrivateChat = null);

/// <param name="Capacity">Everybody in the meeting, waiting people included; 1 to <see cref="Limits.ParticipantsPerMeeting"/>.</param>
/// <param name="WaitForHost">
/// The meeting starts with its first host or co-host; until then joiners wait, and are let in with the start unless the waiting-room policy keeps them.
/// </param>
/// <param name="Inbox">Its threads appear in the inboxes of the people in it.</param>
/// <param name="EndWhenEmptySeconds">It ends when nobody has been in (waiting people included) for so long; null: it stays.</param>
/// <param name="EndWithoutHostSeconds">It ends when the last host has been gone for so long and nobody could follow; null: it stays.</param>
/// <param name="TimeLimitMinutes">It ends so long after its start, with warnings before; null: no limit.</param>
/// <param name="JoinBeforeMinutes">Where it has a schedule, people other than moderators cannot start it earlier than this before it; null: at any time.</param>
/// <param name="WaitingMayChat">
/// Who waits may write in the waiting room's thread, to moderators and to everybody else who waits, where <see cref="SpacePolicy.MayChat"/> allows it too.
/// Strangers wait together: it has to be switched on.
/// </param>
[GenerateSerializer, Immutable, Alias("meeting_settings")]
public sealed record MeetingSettings(
    SpacePolicy Policy,
    int Capacity = 1_000,
    bool WaitForHost = false,
    WaitingRoomPolicy WaitingRoom = WaitingRoomPolicy.Off,
    DevicePolicy Devices = DevicePolicy.TakeOver,
    bool Inbox = false,
    int? EndWhenEmptySeconds = null,
    int? EndWithoutHostSeconds = null,
    int? TimeLimitMinutes = null,
    int? JoinBeforeMinutes = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool WaitingMayChat = false)
{
    public static readonly MeetingSettings Default = new(new SpacePolicy());
}

/// <summary>Changes to <see cref="MeetingSettings"/>: what is null stays. Times of 0 switch their rule off.</summary>
[GenerateSerializer, Immutable, Alias("settings_patch")]
public sealed record SettingsPatch(
    int? Capacity = null,
    bool? WaitForHost = null,
    WaitingRoomPolicy? WaitingRoom = null,
    DevicePolicy? Devices = null,
    bool? Inbox = null,
    bool? MuteOnEntry = null,
    bool? MayUnmute = null,
    bool? MayUseCamera = null,
    bool? MayShare = null,
    bool? MayChat = null,
    bool? MayRaiseHand = null,
    bool? MayReact = null,
    bool? MayRename = null,
    int? EndWhenEmptySeconds = null,
    int? EndWithoutHostSeconds = null,
    int? TimeLimitMinutes = null,
    int? JoinBeforeMinutes = null,
    HandOrder? HandOrder = null,
    PrivateChat? PrivateChat = null,
    bool? WaitingMayChat = null)
{
    public MeetingSettings Apply(MeetingSettings to) => new(
        new SpacePolicy(
            MuteOnEntry ?? to.Policy.MuteOnEntry,
            MayUnmute ?? to.Policy.MayUnmute,
            MayUseCamera ?? to.Policy.MayUseCamera,
            MayShare ?? to.Policy.MayShare,
            MayChat ?? to.Policy.MayChat,
            MayRaiseHand ?? to.Policy.MayRaiseHand,
            MayReact ?? to.Policy.MayReact,
            MayRename ?? to.Policy.MayRename,
            HandOrder ?? to.Policy.HandOrder,
            PrivateChat ?? to.Policy.PrivateChat),
        Capacity ?? to.Capacity,
        WaitForHost ?? to.WaitForHost,
        WaitingRoom ?? to.WaitingRoom,
        Devices ?? to.Devices,
        Inbox ?? to.Inbox,
        Time(EndWhenEmptySeconds, to.EndWhenEmptySeconds),
        Time(EndWithoutHostSeconds, to.EndWithoutHostSeconds),
        Time(TimeLimitMinutes, to.TimeLimitMinutes),
        Time(JoinBeforeMinutes, to.JoinBeforeMinutes),
        WaitingMayChat ?? to.WaitingMayChat);

    private static int? Time(int? wanted, int? present) => wanted switch
    {
        null => present,
        0 => null,
        _ => wanted,
    };
}
