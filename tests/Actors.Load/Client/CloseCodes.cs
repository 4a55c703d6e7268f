namespace Actors.Load.Client;

/// <summary>After which close codes a client comes back by itself.</summary>
internal static class CloseCodes
{
    public const int MeetingEnded = 4006;
    public const int TakenOver = 4010;
    public const int Resync = 4014;
    public const int HeartbeatTimeout = 4015;
    public const int RateLimited = 4016;
    public const int GoingAway = 4017;
    public const int HelloTimeout = 4018;
    public const int Unavailable = 4019;

    /// <summary>Codes below belong to the WebSocket protocol itself: a broken connection.</summary>
    private const int FirstOwn = 4000;

    public static bool MayReconnect(int code) =>
        code is < FirstOwn or Resync or HeartbeatTimeout or RateLimited or GoingAway or HelloTimeout or Unavailable;
}
