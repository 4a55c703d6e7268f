using Actors.Load.Client;

namespace Actors.Load.Checking;

/// <summary>What a client was told continues without gaps, is in the log, and leaves out nothing that it may see (P1, P4).</summary>
internal static class DeliveryRules
{
    /// <summary>Events that nobody in a thread is kept from seeing.</summary>
    private static readonly HashSet<string> SeenByAll = ["message_posted", "message_edited", "message_deleted", "reaction_changed"];

    public static void Judge(MeetingHistory meeting, Verdict verdict)
    {
        var logs = meeting.Logs.ToDictionary(l => l.Key, l => l.Value.GroupBy(e => e.Number).ToDictionary(g => g.Key, g => g.First()));
        // Clients of one class share their frames: each is compared with the log once.
        var compared = new HashSet<EventsFrame>(ReferenceEqualityComparer.Instance);
        foreach (var client in meeting.Clients)
        {
            var continuity = new Continuity();
            foreach (var delivery in client.Deliveries)
            {
                delivery.ApplyTo(continuity);
                if (delivery is Events { Frame: var frame } && compared.Add(frame))
                    Compare(frame, logs.GetValueOrDefault(frame.Stream) ?? [], $"{meeting.Meeting} {client.Participant}", verdict);
                if (delivery is Snapshot snapshot && snapshot.At > (logs.GetValueOrDefault(snapshot.Stream)?.Count ?? 0))
                    verdict.AddLost($"{meeting.Meeting} {client.Participant}: a snapshot of {snapshot.Stream} at {snapshot.At}, beyond the log");
            }
            verdict.Add(continuity, $"{meeting.Meeting} {client.Participant}");
        }
    }

    private static void Compare(EventsFrame frame, Dictionary<long, LogEvent> log, string who, Verdict verdict)
    {
        foreach (var e in frame.Events)
            if (!log.TryGetValue(e.Number, out var stored) || stored.Type != e.Type || stored.At != e.At)
                verdict.AddLost($"{who}: was shown {frame.Stream} {e.Number} {e.Type}, and the log has {stored?.ToString() ?? "nothing"}");
        for (var number = frame.From; number <= frame.To; number++)
        {
            if (!log.TryGetValue(number, out var stored))
                verdict.AddLost($"{who}: was told that {frame.Stream} has reached {number}, and the log has not");
            else if (SeenByAll.Contains(stored.Type) && !frame.Events.Any(e => e.Number == number))
                verdict.AddGap($"{who}: {frame.Stream} {frame.From}-{frame.To} leaves out {stored}");
        }
    }
}
