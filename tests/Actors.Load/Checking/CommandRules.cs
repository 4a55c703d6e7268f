using Actors.Load.Client;

namespace Actors.Load.Checking;

/// <summary>Acknowledged commands are in the log, once, under the acknowledged numbers; refused ones are not (P1, P3, P10).</summary>
internal static class CommandRules
{
    /// <summary>Receipt pointers are exempt from durability and from having numbers of their own.</summary>
    private const string Exempt = "move_pointers";

    public static void Judge(MeetingHistory meeting, Verdict verdict)
    {
        var claims = new Dictionary<(string Stream, long Number), CommandRecord>();
        var logs = meeting.Logs.ToDictionary(l => l.Key, l => l.Value.ToLookup(e => e.Number));
        var unknown = new List<CommandRecord>();
        foreach (var command in meeting.Commands)
        {
            var accepted = command.Answers.Where(a => a.Accepted).ToList();
            if (accepted.Count > 0)
            {
                verdict.Acked++;
                if (command.Command.Type != Exempt)
                    JudgeAccepted(meeting, logs, command, accepted, claims, verdict);
            }
            else if (IsUnknown(command))
            {
                verdict.Unknown++;
                unknown.Add(command);
            }
        }
        JudgeUnclaimed(meeting, unknown, claims, verdict);
    }

    /// <summary>No answer, or one that leaves it open. Any other refusal says that nothing was executed, also to a repeat (P3, P10).</summary>
    public static bool IsUnknown(CommandRecord command) => command.Answers.Count == 0
        || !command.Answers.Any(a => a.Accepted) && IsOpen(command);

    private static bool IsOpen(CommandRecord command) => command.Answers[^1].Reason is "unavailable" or "stale_command";

    private static void JudgeAccepted(
        MeetingHistory meeting,
        Dictionary<string, ILookup<long, LogEvent>> logs,
        CommandRecord command,
        List<Answer> accepted,
        Dictionary<(string Stream, long Number), CommandRecord> claims,
        Verdict verdict)
    {
        var first = accepted[0];
        foreach (var other in accepted.Skip(1).Where(a => (a.Stream, a.From, a.To) != (first.Stream, first.From, first.To)))
            verdict.AddDuplicate($"{meeting.Meeting}: {command} was acknowledged as {first.Stream} {first.From}-{first.To} and as {other.Stream} {other.From}-{other.To}");
        var log = meeting.Logs.GetValueOrDefault(first.Stream) ?? [];
        var events = new List<LogEvent>();
        for (var number = first.From; number <= first.To && logs.TryGetValue(first.Stream, out var byNumber); number++)
            events.AddRange(byNumber[number]);
        if (events.Count != first.To - first.From + 1 || !events.Any(e => Execution.Matches(command, e, log)))
            verdict.AddLost($"{meeting.Meeting}: {command}, acknowledged as {first.Stream} {first.From}-{first.To}, where the log has [{string.Join(", ", events)}]");
        foreach (var e in events.Where(e => !claims.TryAdd((first.Stream, e.Number), command)))
            verdict.AddDuplicate($"{meeting.Meeting} {first.Stream} {e}: acknowledged to {command} and to {claims[(first.Stream, e.Number)]}");
    }

    /// <summary>What nobody was told is accepted must come from a command whose fate is unknown, one event for each: else something ran twice, or in spite of a refusal.</summary>
    private static void JudgeUnclaimed(
        MeetingHistory meeting, List<CommandRecord> unknown, Dictionary<(string Stream, long Number), CommandRecord> claims, Verdict verdict)
    {
        var participants = meeting.Clients.Select(c => c.Participant).ToHashSet();
        foreach (var (stream, log) in meeting.Logs)
        {
            foreach (var e in log.Where(e => Execution.IsOfOneCommand(e) && e.Actor is { } actor && participants.Contains(actor)))
            {
                if (claims.ContainsKey((stream, e.Number))) continue;
                var cause = unknown.FindIndex(c => Execution.Matches(c, e, log));
                if (cause >= 0)
                    unknown.RemoveAt(cause);
                else if (meeting.Commands.Any(c => !c.Answers.Any(a => a.Accepted) && Execution.Matches(c, e, log)))
                    verdict.AddLost($"{meeting.Meeting} {stream} {e}: was refused, and is in the log");
                else
                    verdict.AddDuplicate($"{meeting.Meeting} {stream} {e}: executed once more than it was acknowledged");
            }
        }
    }
}
