using System.Text.Json;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>After the lesson: the class goes on talking in a channel, and finds again what was said.</summary>
internal static class Afterwards
{
    public static async Task Tell(Lesson lesson, CancellationToken ct)
    {
        var (asks, answers) = (lesson.Students[2], lesson.Students[19]);
        var channel = await lesson.Api.CreateChannel("Physics 9b", [lesson.Teacher.Participant, .. lesson.Students.Select(s => s.Participant)], ct);
        await lesson.Api.Post(channel, asks.Participant, "Is the wavelength measured from crest to crest?", [answers.Participant], ct);
        JsonElement? entry = null;
        await lesson.Until(
            async () => (entry = (await lesson.Api.Inbox(answers.Participant, ct)).Where(e => e.GetProperty("thread").GetString()!.EndsWith(channel, StringComparison.Ordinal) && e.GetProperty("mentions").GetInt64() == 1).Cast<JsonElement?>().FirstOrDefault()) is not null,
            "the mention is in the inbox");
        var unread = entry!.Value.GetProperty("unread").GetInt64();
        lesson.Tell($"In the evening {lesson.Name(asks)} asks in the class's channel; {lesson.Name(answers)}'s inbox says: {unread} unread, mentioned once.");
        var found = await lesson.Api.Search("wavelength", asks.Participant, ct);
        if (!found.Any(f => f.TryGetProperty("channel", out var id) && id.GetString() == channel)) throw new LoadException("The search does not find the question in the channel.");
        lesson.Tell($"Searching \"wavelength\" finds {found.Count} message{(found.Count == 1 ? "" : "s")} in what {lesson.Name(asks)} may read.");
    }
}
