using Actors.Load.Client;

namespace Actors.Load.Checking;

/// <summary>Whatever is shown contains what its reader has seen acknowledged (P9): also by an activation that has lost its place and does not know.</summary>
internal static class StaleRules
{
    public static void Judge(MeetingHistory meeting, Verdict verdict)
    {
        foreach (var read in meeting.Reads.Where(r => r.Shown < r.Seen))
            verdict.AddStale($"{meeting.Meeting}: {read.Participant} knew {read.Stream} {read.Seen} and was shown {read.Shown}");
        foreach (var client in meeting.Clients)
            JudgeSnapshots(meeting.Meeting, client, verdict);
    }

    private static void JudgeSnapshots(string meeting, ClientRecord client, Verdict verdict)
    {
        var acknowledged = new Dictionary<string, long>();
        foreach (var delivery in client.Deliveries)
        {
            if (delivery is Acknowledged(var stream, var to))
                acknowledged[stream] = Math.Max(to, acknowledged.GetValueOrDefault(stream));
            else if (delivery is Snapshot snapshot && snapshot.At < acknowledged.GetValueOrDefault(snapshot.Stream))
                verdict.AddStale($"{meeting}: {client.Participant} had {snapshot.Stream} {acknowledged[snapshot.Stream]} acknowledged and got a snapshot at {snapshot.At}");
        }
    }
}
