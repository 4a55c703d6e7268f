using Actors.Load.Client;

namespace Actors.Load.Modes;

/// <summary>How long commands to one meeting waited for an answer, over reconnects, since they were taken last.</summary>
internal sealed class Waits
{
    private readonly Lock _gate = new();
    private Waited _waited;

    public void Answered(Answer answer, TimeSpan wait)
    {
        lock (_gate)
        {
            var meeting = answer is { Accepted: true, Stream: Outages.MeetingStream } ? wait : TimeSpan.Zero;
            // Refusals for which the caller has to try again: the product's own patience was over, or its queues were full.
            var refused = answer.Reason is "unavailable" or "busy" ? 1 : 0;
            _waited = _waited.And(new Waited(wait, meeting, refused));
        }
    }

    public Waited Take()
    {
        lock (_gate)
            return (_waited, _waited = default).Item1;
    }
}

/// <param name="Longest">Of all commands.</param>
/// <param name="Meeting">Of those that the meeting itself accepted: how long it did not answer. Zero where it was asked nothing.</param>
/// <param name="Refused">Commands that the caller has to send again.</param>
internal readonly record struct Waited(TimeSpan Longest, TimeSpan Meeting, int Refused)
{
    public Waited And(Waited other) => new(Max(Longest, other.Longest), Max(Meeting, other.Meeting), Refused + other.Refused);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
