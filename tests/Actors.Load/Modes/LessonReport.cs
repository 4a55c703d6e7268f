using System.Globalization;
using System.Text.Json;
using Actors.Load.Checking;

namespace Actors.Load.Modes;

/// <summary>After the lesson: what is stored, read over HTTP.</summary>
internal static class LessonReport
{
    private const int ShownMessages = 8;

    private static readonly string[] Shown = ["teacher", "s1", "s78", "s198"];

    public static async Task Tell(Lesson lesson, CancellationToken ct)
    {
        var log = (await lesson.Api.Events(lesson.Meeting, "meeting", ct)).Select(LogEvent.Parse).ToList();
        Console.WriteLine();
        Console.WriteLine($"Who was where (from the {log.Count} events of the meeting's log):");
        var stays = Places.Of(log).Stays;
        var began = log[0].At;
        foreach (var participant in Shown)
        {
            var path = stays.Where(s => s.Participant == participant)
                .Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Place} {Seconds(s.Since - began)}–{Seconds((s.Until ?? began) - began)}"));
            Console.WriteLine($"  {lesson.Names[participant],-14} {string.Join("   ", path)}");
        }
        Console.WriteLine($"  … and {stays.Select(s => s.Participant).Distinct().Count() - Shown.Length} more; {stays.Count} stays in all.");
        Console.WriteLine();
        var messages = await lesson.Api.Messages(lesson.Meeting, Places.Main, ct);
        Console.WriteLine($"The chat, as it reads now ({messages.Count} messages):");
        foreach (var message in messages.Take(ShownMessages / 2).Concat(messages.TakeLast(ShownMessages / 2)))
            Console.WriteLine("  " + Line(lesson, message));
        var (delivered, read) = await lesson.Receipts(messages[^1].GetProperty("number").GetInt64());
        Console.WriteLine($"  The last message was delivered to {delivered} members and read by {read}.");
        Console.WriteLine();
    }

    private static string Line(Lesson lesson, JsonElement message)
    {
        var number = message.GetProperty("number").GetInt64();
        var deleted = message.TryGetProperty("deleted", out var gone) && gone.GetBoolean();
        var who = lesson.Names.GetValueOrDefault(message.GetProperty("by").GetString()!, "?");
        var text = deleted ? "(deleted)" : message.GetProperty("text").GetString();
        var edited = message.TryGetProperty("editedAt", out _) ? " (edited)" : "";
        var reactions = message.TryGetProperty("reactions", out var given)
            ? "  " + string.Join(' ', given.EnumerateArray().Select(r => $"{r.GetProperty("reaction").GetString()}{r.GetProperty("count").GetInt32()}"))
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"{number,4}  {who}: {text}{edited}{reactions}");
    }

    private static string Seconds(long milliseconds) => (milliseconds / 1000.0).ToString("F1", CultureInfo.InvariantCulture);
}
