using Actors.Contracts;
using Microsoft.AspNetCore.Http;

namespace Actors.Gateway;

/// <summary>Refusals as HTTP answers (RFC 9457).</summary>
internal static class Problems
{
    private const string ContentType = "application/problem+json";

    // Busy and unavailable pass within moments; a client that cannot pace itself is told when to come back.
    private const string RetryAfterSeconds = "1";

    public static IResult Of(Refused refused) => Of(refused.Reason, refused.Detail);

    public static IResult Of(Refusal reason, string? detail = null) => new Result(Status(reason), RefusalNames.Of(reason), detail);

    public static IResult Unauthenticated() => new Result(StatusCodes.Status401Unauthorized, "unauthenticated", null);

    public static IResult NotFound(string detail) => new Result(StatusCodes.Status404NotFound, "not_found", detail);

    public static int Status(Refusal reason) => reason switch
    {
        Refusal.InvalidArgument or Refusal.TooLarge or Refusal.UnknownType => StatusCodes.Status422UnprocessableEntity,
        Refusal.NotAllowed or Refusal.Banned or Refusal.TokenRevoked or Refusal.NotJoined or Refusal.Waiting
            or Refusal.WrongPasscode => StatusCodes.Status403Forbidden,
        Refusal.MeetingNotFound or Refusal.UnknownParticipant or Refusal.UnknownRoom or Refusal.UnknownMessage
            or Refusal.ChannelNotFound or Refusal.UnknownPoll or Refusal.UnknownOccurrence => StatusCodes.Status404NotFound,
        Refusal.MeetingExists or Refusal.MeetingNotStarted or Refusal.MeetingEnded or Refusal.MeetingLocked or Refusal.MeetingFull
            or Refusal.AlreadyJoined or Refusal.SessionReplaced or Refusal.StaleCommand or Refusal.MessageDeleted or Refusal.RoomsNotOpen
            or Refusal.RoomsOpen or Refusal.RoomClosed or Refusal.LimitReached or Refusal.ChannelExists
            or Refusal.PollNotOpen or Refusal.PollOpen or Refusal.OccurrencePast => StatusCodes.Status409Conflict,
        Refusal.Busy or Refusal.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "a refusal without a status"),
    };

    private sealed class Result(int status, string reason, string? detail) : IResult
    {
        public Task ExecuteAsync(HttpContext context)
        {
            var response = context.Response;
            response.StatusCode = status;
            if (status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
            if (status == StatusCodes.Status503ServiceUnavailable) response.Headers.RetryAfter = RetryAfterSeconds;
            var problem = new Problem("about:blank", reason.Replace('_', ' '), status, reason, detail);
            return response.WriteAsJsonAsync(problem, GatewayJson.Default.Problem, ContentType, context.RequestAborted);
        }
    }
}
