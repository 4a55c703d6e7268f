using Actors.Meetings;

namespace Actors.Grains;

/// <summary>
/// The product's time. A registration of its own: the silo's TimeProvider drives the runtime, and tests move this one alone.
/// </summary>
public sealed class MeetingClock(TimeProvider time)
{
    public TimeProvider Time { get; } = time;

    /// <summary>As events store it, so that state folded live equals state replayed.</summary>
    public DateTimeOffset Now => EventCodec.StoredTime(Time.GetUtcNow());
}
