using Actors.Contracts;

namespace Actors.Gateway;

/// <summary>Why the product closed a socket. Closed list; the name in snake_case is the close frame's reason text.</summary>
public enum CloseCode
{
    /// <summary>A binary message, or something other than one <c>hello</c> first.</summary>
    ProtocolError = 4000,
    Unauthenticated = 4001,
    TokenExpired = 4002,
    TokenRevoked = 4003,
    MeetingNotFound = 4004,
    MeetingNotStarted = 4005,
    MeetingEnded = 4006,
    MeetingFull = 4007,
    MeetingLocked = 4008,
    Banned = 4009,
    /// <summary>Another device, or a newer socket of the same session, took over.</summary>
    TakenOver = 4010,
    Removed = 4011,
    Denied = 4012,
    AlreadyJoined = 4013,
    /// <summary>The client fell behind: reconnect at once and resume.</summary>
    Resync = 4014,
    HeartbeatTimeout = 4015,
    RateLimited = 4016,
    /// <summary>The process stops: reconnect elsewhere.</summary>
    GoingAway = 4017,
    HelloTimeout = 4018,
    /// <summary>Try again with growing pauses.</summary>
    Unavailable = 4019,
    Left = 4020,
    /// <summary>The meeting has a passcode: say <c>hello</c> with it on a new socket.</summary>
    WrongPasscode = 4021,

    /// <summary>Over 64 KiB; RFC 6455's own code.</summary>
    MessageTooBig = 1009,
}

internal static class CloseCodes
{
    /// <summary>How a refused join ends its socket.</summary>
    public static CloseCode Of(Refusal refusal) => refusal switch
    {
        Refusal.TokenRevoked => CloseCode.TokenRevoked,
        Refusal.MeetingNotFound => CloseCode.MeetingNotFound,
        Refusal.MeetingNotStarted => CloseCode.MeetingNotStarted,
        Refusal.MeetingEnded => CloseCode.MeetingEnded,
        Refusal.MeetingFull or Refusal.LimitReached => CloseCode.MeetingFull,
        Refusal.MeetingLocked => CloseCode.MeetingLocked,
        Refusal.Banned => CloseCode.Banned,
        Refusal.NotAllowed => CloseCode.Denied,
        Refusal.AlreadyJoined => CloseCode.AlreadyJoined,
        Refusal.WrongPasscode => CloseCode.WrongPasscode,
        Refusal.SessionReplaced => CloseCode.TakenOver,
        Refusal.Busy or Refusal.Unavailable => CloseCode.Unavailable,
        _ => CloseCode.ProtocolError,
    };

    /// <summary>How somebody's departure ends their sockets. Null where the socket outlives it: it joins again by itself.</summary>
    public static CloseCode? Of(LeaveReason reason) => reason switch
    {
        LeaveReason.Left => CloseCode.Left,
        LeaveReason.Removed => CloseCode.Removed,
        LeaveReason.Banned => CloseCode.Banned,
        LeaveReason.Denied => CloseCode.Denied,
        LeaveReason.TakenOver => CloseCode.TakenOver,
        LeaveReason.MeetingEnded => CloseCode.MeetingEnded,
        LeaveReason.ConnectionLost or LeaveReason.GatewayLost => null,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "unknown leave reason"),
    };

    /// <summary>The reason text of the close frame.</summary>
    public static string Name(CloseCode code) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString());
}
