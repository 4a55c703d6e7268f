using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Actors.Load.Checking;
using Actors.Load.Client;
using Actors.Load.Measuring;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>A lesson with 200 participants from the waiting room to the end, told as it happens, and then once more from what is stored.</summary>
internal static class Demo
{
    private const int Students = 198;
    private const int Rooms = 20;
    private const int CountdownSeconds = 5;
    private const int RoundSeconds = 600;
    private const int ExtensionSeconds = 120;

    public static async Task<Figures> Run(Testbed testbed, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var settings = new JsonObject { ["capacity"] = Students + 2, ["waitingRoom"] = "everyone" };
        var meeting = await testbed.Api.CreateMeeting("Physics 9b: waves", settings, ct, NextWeek.Extras());
        var lesson = new Lesson(testbed, meeting, ct);
        Console.WriteLine($"Physics 9b: waves (meeting {meeting})");
        await lesson.Invite(Students);
        await Arrive(lesson, ct);
        var messages = await Chat(lesson);
        await Hands(lesson);
        messages += await Quiz.Tell(lesson);
        var moves = await BreakoutRooms(lesson);
        await Homework(lesson);
        var number = (await lesson.View()).GetProperty("number").GetInt64();
        await lesson.Until(() => lesson.Everybody.All(c => c.MeetingNumber >= number), "everybody has followed the lesson to its end");
        // The end closes the teacher's connection too, perhaps before the answer.
        await lesson.Teacher.Send(Command.EndMeeting(), ct);
        await lesson.Until(() => lesson.Everybody.All(c => c.ClosedFor == CloseCodes.MeetingEnded), "everybody has been told that the meeting ended");
        lesson.Tell("Ms Weber ends the meeting; all 200 connections were closed with meeting_ended.");
        await NextWeek.Tell(lesson, Rooms, ct);
        await Afterwards.Tell(lesson, ct);
        await LessonReport.Tell(lesson, ct);
        Crowd.RequireContinuity(lesson.Everybody);
        var delivered = lesson.Everybody.Sum(c => c.Continuity.Delivered);
        await Crowd.Vanish(lesson.Everybody);
        return new Figures("demo", testbed)
            .Add("participants", Students + 2)
            .Add("rooms", Rooms)
            .Add("moves", moves)
            .Add("messages", messages + 1)
            .Add("deliveries", delivered)
            .Add("gaps", 0L).Add("duplicates", 0L)
            .Add("seconds", Stopwatch.GetElapsedTime(started).TotalSeconds, 1);
    }

    private static async Task Arrive(Lesson lesson, CancellationToken ct)
    {
        await lesson.Teacher.Join(ct);
        await lesson.Assistant.Join(ct);
        lesson.Tell("Ms Weber opens the meeting; Mr Okafor assists as co-host.");
        await Crowd.ForEach(lesson.Students, (c, token) => c.Join(token), ct);
        var waiting = lesson.Students.Count(s => s.Place == Places.Waiting);
        lesson.Tell($"{waiting} students are in the waiting room; {await Seated(lesson, Places.Main)} people are in the main room.");
        await lesson.Do(lesson.Teacher, Command.MessageWaiting("We begin in a moment: please have the slinky ready."));
        lesson.Tell($"They read: {(await lesson.View()).GetProperty("waitingMessage").GetString()}");
        var first = lesson.Students[0];
        await lesson.Do(lesson.Teacher, Command.Admit(first.Participant));
        await lesson.Until(() => first.Place == Places.Main, "the first student was admitted");
        await lesson.Do(lesson.Assistant, Command.Admit([.. lesson.Students.Skip(1).Take(9).Select(s => s.Participant)]));
        await lesson.Until(() => lesson.Students.Take(10).All(s => s.Place == Places.Main), "the first row was admitted");
        lesson.Tell($"{lesson.Name(first)} is admitted first, then the first row; {lesson.Students.Count(s => s.Place == Places.Waiting)} still wait.");
        await lesson.Do(lesson.Teacher, Command.AdmitAll());
        await lesson.Until(() => lesson.Students.All(s => s.Place == Places.Main), "all were admitted");
        lesson.Tell($"Admit all: {await Seated(lesson, Places.Main)} people are in the main room, each told so by the server.");
    }

    private static async Task<int> Chat(Lesson lesson)
    {
        var hello = await lesson.Do(lesson.Teacher, Command.Post(Places.Main, "Good morning! Today: wavs."));
        await lesson.Do(lesson.Teacher, Command.Edit(Places.Main, hello.From, "Good morning! Today: waves."));
        await Task.WhenAll(lesson.Students.Take(30).Select(s => lesson.Do(s, Command.Post(Places.Main, $"Good morning from {lesson.Name(s)}"))));
        await Task.WhenAll(lesson.Students.Skip(30).Take(40).Select((s, i) => lesson.Do(s, Command.React(Places.Main, hello.From, i % 4 == 0 ? "🎉" : "👋"))));
        var rude = await lesson.Do(lesson.Students[13], Command.Post(Places.Main, "This is boring, and here is my neighbour's phone number"));
        await lesson.Do(lesson.Assistant, Command.Delete(Places.Main, rude.From));
        lesson.Tell("Chat: a greeting, corrected; 30 answers; 40 reactions; one message deleted by Mr Okafor, its text erased from storage.");
        return 32;
    }

    private static async Task Hands(Lesson lesson)
    {
        foreach (var student in new[] { 41, 7, 120, 66, 19 }.Select(i => lesson.Students[i]))
            await lesson.Do(student, Command.RaiseHand());
        lesson.Tell("\"What is a wave?\" Hands, in the server's order: " + string.Join(", ", await Queue(lesson)));
        foreach (var next in new[] { 41, 7 }.Select(i => lesson.Students[i]))
        {
            await lesson.Do(lesson.Teacher, Command.NextSpeaker());
            await lesson.Do(next, Command.SetMedia(microphone: true, camera: null));
            lesson.Tell($"{lesson.Name(next)} speaks. Still raised: {string.Join(", ", await Queue(lesson))}");
        }
        await lesson.Do(lesson.Teacher, Command.LowerAllHands());
        await lesson.Do(lesson.Teacher, Command.MuteAll());
        lesson.Tell($"All hands lowered ({(await Queue(lesson)).Count} raised), everybody muted.");
    }

    private static async Task<int> BreakoutRooms(Lesson lesson)
    {
        await lesson.Do(lesson.Teacher, Command.CreateRooms([.. Enumerable.Range(1, Rooms).Select(i => string.Create(CultureInfo.InvariantCulture, $"Group {i}"))]));
        await lesson.Do(lesson.Teacher, Command.AssignEvenly(seed: 9));
        await lesson.Do(lesson.Teacher, Command.OpenRooms(RoundSeconds));
        await lesson.Until(() => lesson.Students.All(s => s.Place != Places.Main), "every student is in a room");
        var sizes = lesson.Students.GroupBy(s => s.Place!).Select(g => g.Count()).ToList();
        lesson.Tell($"{sizes.Count} breakout rooms open: {lesson.Students.Count} students in groups of {sizes.Min()} to {sizes.Max()}.");
        await Task.WhenAll(lesson.Students.Take(60).Select(s => lesson.Do(s, Command.Post(s.Place!, $"{lesson.Name(s)}: I have the slinky"))));
        await lesson.Do(lesson.Students[3], Command.RaiseHand());
        var helpless = lesson.Students[50];
        var goal = helpless.Place!;
        await lesson.Do(helpless, Command.RequestHelp());
        var wanderers = lesson.Students.Where(s => s.Place != goal).Take(3).Append(lesson.Teacher).ToList();
        await lesson.Do(lesson.Teacher, Command.Move([.. wanderers.Select(w => new RoomMove(w.Participant, goal))]));
        await lesson.Until(() => wanderers.All(w => w.Place == goal), "the movers have arrived");
        await lesson.Do(lesson.Teacher, Command.AnswerHelp(helpless.Participant));
        lesson.Tell($"{lesson.Name(helpless)} asks for help: Ms Weber goes to {goal} and takes {string.Join(", ", wanderers.Take(3).Select(lesson.Name))} along.");
        await Corner(lesson, lesson.Students[60]);
        await Reconnect(lesson, lesson.Students[77]);
        await lesson.Do(lesson.Teacher, Command.Broadcast("Five more minutes: measure the wavelength."));
        await lesson.Do(lesson.Teacher, Command.CloseRooms(CountdownSeconds));
        lesson.Tell($"Broadcast to all rooms; they close in {CountdownSeconds} s.");
        await lesson.Until(() => lesson.Everybody.All(c => c.Place == Places.Main), "everybody is back in the main room");
        lesson.Tell($"Everybody is back: {await Seated(lesson, Places.Main)} people in the main room.");
        return 2 * lesson.Students.Count + wanderers.Count + 2;
    }

    private static async Task Corner(Lesson lesson, MeetingClient student)
    {
        await lesson.Do(lesson.Teacher, Command.AddRoom("Quiet corner"));
        var corner = (await lesson.View()).GetProperty("rooms").EnumerateArray().Last().GetProperty("id").GetString()!;
        await lesson.Do(lesson.Teacher, Command.Move(new RoomMove(student.Participant, corner)));
        await lesson.Until(() => student.Place == corner, "the student is in the corner");
        await lesson.Do(lesson.Teacher, Command.ExtendRooms(ExtensionSeconds));
        lesson.Tell($"A room is added while the others are open, {corner}, for {lesson.Name(student)}; everybody gets {ExtensionSeconds} s more.");
    }

    private static async Task Reconnect(Lesson lesson, MeetingClient student)
    {
        var (place, welcomed) = (student.Place, student.WelcomedAt);
        student.Break();
        await lesson.Until(() => student.WelcomedAt != welcomed && student.IsConnected, "the connection is back");
        lesson.Tell($"{lesson.Name(student)}'s connection broke in {place} and came back in {student.Place}, streams continued where they were.");
    }

    private const int ReceiptPatienceSeconds = 10;

    private static async Task Homework(Lesson lesson)
    {
        var last = await lesson.Do(lesson.Teacher, Command.Post(Places.Main, "Homework: page 12. Please read this."));
        await Task.WhenAll(lesson.Students.Select((s, i) => lesson.Do(s, Command.MovePointers(Places.Main, last.From, i % 3 == 0 ? last.From : 1))));
        var (delivered, read) = (0, 0);
        // Pointers are collected for a few seconds before they are stored: everybody's is expected, but not waited for without end.
        for (var second = 0; second < ReceiptPatienceSeconds && delivered <= lesson.Students.Count; second++)
        {
            await lesson.Rest(TimeSpan.FromSeconds(1));
            (delivered, read) = await lesson.Receipts(last.From);
        }
        lesson.Tell($"Homework is in the chat: delivered to {delivered}, read by {read}, says its receipt.");
    }

    private static async Task<int> Seated(Lesson lesson, string place) =>
        (await lesson.View()).GetProperty("participants").EnumerateArray().Count(p => (p.TryGetProperty("place", out var at) ? at.GetString() : Places.Main) == place);

    private static async Task<List<string>> Queue(Lesson lesson) =>
        (await lesson.View()).GetProperty("hands").EnumerateArray().Select(p => lesson.Names[p.GetString()!]).ToList();
}
