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
/// <param name="MuteOnEntry">Everybody enters with everything off; this asks clients not to turn on the microphone by themselves.</param>
[GenerateSerializer, Immutable, Alias("space_policy")]
public sealed record SpacePolicy(
    bool MuteOnEntry = false,
    bool MayUnmute = true,
    bool MayUseCamera = true,
    bool MayShare = true,
    bool MayChat = true,
    bool MayRaiseHand = true);

/// <param name="Capacity">Everybody in the meeting, waiting people included; 1 to 10 000.</param>
/// <param name="WaitForHost">The meeting starts with its first host; until then joiners are refused <c>meeting_not_started</c>.</param>
/// <param name="Inbox">Its threads appear in the inboxes of the people in it.</param>
[GenerateSerializer, Immutable, Alias("meeting_settings")]
public sealed record MeetingSettings(
    SpacePolicy Policy,
    int Capacity = 1_000,
    bool WaitForHost = false,
    WaitingRoomPolicy WaitingRoom = WaitingRoomPolicy.Off,
    DevicePolicy Devices = DevicePolicy.TakeOver,
    bool Inbox = false)
{
    public static readonly MeetingSettings Default = new(new SpacePolicy());
}

/// <summary>Changes to <see cref="MeetingSettings"/>: what is null stays.</summary>
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
    bool? MayRaiseHand = null)
{
    public MeetingSettings Apply(MeetingSettings to) => new(
        new SpacePolicy(
            MuteOnEntry ?? to.Policy.MuteOnEntry,
            MayUnmute ?? to.Policy.MayUnmute,
            MayUseCamera ?? to.Policy.MayUseCamera,
            MayShare ?? to.Policy.MayShare,
            MayChat ?? to.Policy.MayChat,
            MayRaiseHand ?? to.Policy.MayRaiseHand),
        Capacity ?? to.Capacity,
        WaitForHost ?? to.WaitForHost,
        WaitingRoom ?? to.WaitingRoom,
        Devices ?? to.Devices,
        Inbox ?? to.Inbox);
}
