using System.Globalization;
using Actors.Load.Checking;
using Actors.Load.Client;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>The middle of the lesson: what a teacher shows, asks and locks.</summary>
internal static class Quiz
{
    private const int TimerSeconds = 60;

    private static readonly string[] Options = ["12 cm", "24 cm", "48 cm"];

    /// <summary>Called while everybody is in the main room. Answers how many messages were posted.</summary>
    public static async Task<int> Tell(Lesson lesson)
    {
        await lesson.Do(lesson.Teacher, Command.Spotlight(lesson.Teacher.Participant, lesson.Students[41].Participant));
        await lesson.Do(lesson.Teacher, Command.LockMeeting(true));
        lesson.Tell($"Ms Weber puts herself and {lesson.Name(lesson.Students[41])} in the spotlight and locks the meeting: {lesson.Students.Count} are there, nobody is missing.");
        await Poll(lesson);
        await Quiet(lesson);
        var rule = await lesson.Do(lesson.Teacher, Command.Post(Places.Main, "Wavelength times frequency is speed."));
        await lesson.Do(lesson.Teacher, Command.Pin(Places.Main, rule.From));
        var direct = await Aside(lesson);
        await lesson.Do(lesson.Teacher, Command.Spotlight());
        await lesson.Do(lesson.Teacher, Command.LockMeeting(false));
        lesson.Tell($"\"Wavelength times frequency is speed\" is pinned. The meeting is open again; what was said aside stays in {direct}.");
        return 1;
    }

    private static async Task Poll(Lesson lesson)
    {
        var poll = (await lesson.Do(lesson.Teacher, Command.CreatePoll("How long is this wave?", Options))).From;
        await lesson.Do(lesson.Teacher, Command.StartPoll(poll));
        await lesson.Do(lesson.Teacher, Command.StartTimer(TimerSeconds));
        await Task.WhenAll(lesson.Students.Select((student, i) => lesson.Do(student, Command.Vote(poll, i % 5 == 0 ? 0 : i % 7 == 0 ? 2 : 1))));
        await lesson.Do(lesson.Teacher, Command.StopTimer());
        await lesson.Do(lesson.Teacher, Command.ClosePoll(poll));
        // The votes are sealed until they have been counted, moments after the poll was closed.
        await lesson.Until(async () => (await lesson.Teacher.Send(Command.PublishPoll(poll), CancellationToken.None)).Accepted, "the poll is published");
        var result = (await lesson.View()).GetProperty("polls").EnumerateArray().Single();
        var counts = result.GetProperty("counts").EnumerateArray().Select(c => c.GetInt32()).ToList();
        if (counts.Sum() != lesson.Students.Count) throw new LoadException($"{lesson.Students.Count} voted, {counts.Sum()} votes were counted.");
        lesson.Tell("An anonymous poll, one minute on the clock: " + string.Join(", ", Options.Zip(counts, (option, count) =>
            string.Create(CultureInfo.InvariantCulture, $"{option} {count}"))) + ".");
    }

    private static async Task Quiet(Lesson lesson)
    {
        await lesson.Do(lesson.Assistant, Command.LockChat(true));
        var answer = await lesson.Teacher.Send(Command.Post(Places.Main, ""), CancellationToken.None);
        var student = lesson.Students[13];
        var refused = await student.Send(Command.Post(Places.Main, "Can I say something?"), CancellationToken.None);
        if (answer.Accepted || refused.Accepted) throw new LoadException("An empty message, or one while the chat is locked, was accepted.");
        await lesson.Do(lesson.Assistant, Command.LockChat(false));
        lesson.Tell($"Mr Okafor locks the chat for a minute: {lesson.Name(student)}'s message is refused ({refused.Reason}).");
    }

    private static async Task<string> Aside(Lesson lesson)
    {
        var student = lesson.Students[13];
        await lesson.Do(lesson.Assistant, Command.OpenDirect(student.Participant));
        var thread = string.Join('~', new[] { lesson.Assistant.Participant, student.Participant }.Order(StringComparer.Ordinal));
        await lesson.Do(lesson.Assistant, Command.Post(thread, "Please be kind in the chat."));
        await lesson.Do(student, Command.Post(thread, "Sorry."));
        return thread;
    }
}
