namespace Actors.Load.Checking;

/// <summary>The history pages show what the thread's log says: last texts, and which messages were deleted.</summary>
internal static class MessageRules
{
    /// <summary>How a deleted message reads; no driver posts such a text.</summary>
    public const string Deleted = "(deleted)";

    public static void Judge(MeetingHistory meeting, Verdict verdict)
    {
        foreach (var (thread, shown) in meeting.Messages)
        {
            var events = meeting.Logs.GetValueOrDefault("thread/" + thread) ?? [];
            var stored = Fold(events);
            foreach (var number in stored.Keys.Union(shown.Keys))
            {
                var (log, page) = (stored.GetValueOrDefault(number), shown.GetValueOrDefault(number));
                if (log != page)
                    verdict.AddLost($"{meeting.Meeting} thread/{thread}: message {number} reads \"{page}\" and is \"{log}\" by the log of {events.Count} events");
            }
        }
    }

    private static Dictionary<long, string?> Fold(IReadOnlyList<LogEvent> log)
    {
        var messages = new Dictionary<long, string?>();
        foreach (var e in log)
        {
            if (e.Type == "message_posted")
                messages[e.Number] = e.Text("text");
            else if (e.Type == "message_edited" && e.Long("message") is { } edited && messages.ContainsKey(edited))
                messages[edited] = e.Text("text");
            else if (e.Type == "message_deleted" && e.Long("message") is { } deleted)
                messages[deleted] = Deleted;
        }
        return messages;
    }
}
