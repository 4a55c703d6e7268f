using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>A countdown or stopwatch that everybody in a space sees; the end of a countdown is a deadline of its stream.</summary>
internal static class SpaceTimer
{
    public static Outcome Start(StartTimer wanted, DateTimeOffset now) =>
        Arguments.Range(wanted.Seconds, "seconds", 1, Limits.TimerSeconds) ?? Outcome.Of(new TimerStarted(now, wanted.Seconds is { } seconds ? now.AddSeconds(seconds) : null));

    public static Outcome Extend(SpaceState space, ExtendTimer wanted)
    {
        if (Arguments.Range(wanted.Seconds, "seconds", 1, Limits.TimerSeconds) is { } refusal) return refusal;
        if (space.Timer is not { EndsAt: { } ends } timer) return Outcome.Refuse(Refusal.NotAllowed, "no countdown is running");
        var later = ends.AddSeconds(wanted.Seconds);
        return later > timer.StartedAt.AddSeconds(Limits.TimerSeconds)
            ? Outcome.Refuse(Refusal.LimitReached, $"{Limits.TimerSeconds} seconds from the start")
            : Outcome.Of(new TimerExtended(later));
    }

    public static Outcome Stop(SpaceState space) => space.Timer is null ? Outcome.Nothing : Outcome.Of(new TimerStopped());
}
