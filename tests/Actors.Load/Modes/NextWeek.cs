using System.Globalization;
using System.Text.Json.Nodes;

namespace Actors.Load.Modes;

/// <summary>The lesson is one of a series: listed by its tag, and followed by the next one with the same groups.</summary>
internal static class NextWeek
{
    private const string Tag = "physics-9b";

    /// <summary>What makes a meeting one of a series, on creating it.</summary>
    public static JsonObject Extras() => new() { ["persistent"] = true, ["tags"] = new JsonArray(Tag) };

    /// <summary>Called once the lesson has ended.</summary>
    public static async Task Tell(Lesson lesson, int rooms, CancellationToken ct)
    {
        await lesson.Until(async () => (await lesson.Api.Meetings("past", Tag, ct)).Contains(lesson.Meeting), "the lesson is among the past ones");
        await lesson.Until(async () => (await lesson.Api.Occurrences(lesson.Meeting, ct)).Count == 2, "there is a next lesson");
        var next = (await lesson.Api.Occurrences(lesson.Meeting, ct))[0];
        await lesson.Until(
            async () => (await lesson.Api.Meeting(next, ct)).TryGetProperty("assignments", out var groups) && groups.GetArrayLength() >= lesson.Students.Count,
            "the next lesson has the groups of this one");
        var view = await lesson.Api.Meeting(next, ct);
        lesson.Tell(string.Create(
            CultureInfo.InvariantCulture,
            $"It is listed as past; the next lesson ({next}) has its {view.GetProperty("rooms").GetArrayLength()} of {rooms} groups with {view.GetProperty("assignments").GetArrayLength()} people."));
    }
}
