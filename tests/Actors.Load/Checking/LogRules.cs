namespace Actors.Load.Checking;

/// <summary>Every log numbers its events 1, 2, 3 …, and time does not run backwards in it (P4, P12).</summary>
internal static class LogRules
{
    public static void Judge(MeetingHistory meeting, Verdict verdict)
    {
        foreach (var (stream, log) in meeting.Logs)
        {
            var (number, at) = (0L, 0L);
            foreach (var e in log)
            {
                if (e.Number <= number)
                    verdict.AddDuplicate($"{meeting.Meeting} {stream}: the log has {e.Number} after {number}");
                else if (e.Number > number + 1)
                    verdict.AddGap($"{meeting.Meeting} {stream}: the log goes from {number} to {e.Number}");
                if (e.At < at)
                    verdict.AddGap($"{meeting.Meeting} {stream}: time runs backwards at {e.Number}");
                (number, at) = (Math.Max(number, e.Number), e.At);
            }
        }
    }
}
