using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Actors.Load.Client;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>The people of the demonstration and what its script needs: telling, acting, waiting until everybody has seen something.</summary>
internal sealed class Lesson(Testbed testbed, string meeting, CancellationToken ct)
{
    /// <summary>On one's own machine everything in a lesson is a matter of moments.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private static readonly string[] FirstNames =
    [
        "Ada", "Ben", "Chidi", "Dana", "Elif", "Finn", "Gita", "Hugo", "Ines", "Jun", "Kofi", "Lena", "Mateo", "Noor", "Olga", "Pia", "Quim", "Rosa", "Sami", "Tova",
    ];

    private static readonly string[] LastNames = ["Abel", "Brandt", "Costa", "Diallo", "Eriksen", "Fischer", "Gupta", "Horvat", "Ito", "Jansen"];

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ClientSetup _setup = testbed.Clients();

    public string Meeting => meeting;
    public Api Api => testbed.Api;
    public MeetingClient Teacher { get; private set; } = null!;
    public MeetingClient Assistant { get; private set; } = null!;
    public IReadOnlyList<MeetingClient> Students { get; private set; } = [];
    public IEnumerable<MeetingClient> Everybody => [Teacher, Assistant, .. Students];

    public Dictionary<string, string> Names { get; } = new() { ["teacher"] = "Ms Weber", ["assistant"] = "Mr Okafor" };

    public async Task Invite(int students)
    {
        Teacher = await Client("teacher", "host");
        Assistant = await Client("assistant", "co_host");
        var invited = new MeetingClient[students];
        for (var i = 0; i < students; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"s{i + 1}");
            Names[id] = $"{FirstNames[i % FirstNames.Length]} {LastNames[i / FirstNames.Length]}";
        }
        await Parallel.ForAsync(0, students, ct, async (i, _) =>
            invited[i] = await Client(string.Create(CultureInfo.InvariantCulture, $"s{i + 1}"), "participant"));
        Students = invited;
    }

    public void Tell(string line) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Stopwatch.GetElapsedTime(_started).TotalSeconds,5:F1} s  {line}"));

    public string Name(MeetingClient client) => Names[client.Participant];

    /// <exception cref="LoadException">It was refused: the script's commands are all allowed.</exception>
    public async Task<Answer> Do(MeetingClient who, Command command)
    {
        var answer = await who.Send(command, ct);
        return answer.Accepted ? answer : throw new LoadException($"{Name(who)}'s {command.Type} was refused: {answer.Reason} {answer.Detail}");
    }

    public async Task Until(Func<bool> seen, string what)
    {
        for (var started = testbed.Time.GetTimestamp(); !seen();)
        {
            if (testbed.Time.GetElapsedTime(started) > Patience)
                throw new LoadException($"After {Patience.TotalSeconds:F0} s it is still not so that {what}.");
            await Task.Delay(Poll, testbed.Time, ct);
        }
    }

    public Task<JsonElement> View() => testbed.Api.Meeting(meeting, ct);

    /// <summary>As <see cref="Until(Func{bool}, string)"/>, for what is asked of the server.</summary>
    public async Task Until(Func<Task<bool>> seen, string what)
    {
        for (var started = testbed.Time.GetTimestamp(); !await seen();)
        {
            if (testbed.Time.GetElapsedTime(started) > Patience)
                throw new LoadException($"After {Patience.TotalSeconds:F0} s it is still not so that {what}.");
            await Task.Delay(Poll, testbed.Time, ct);
        }
    }

    public Task Rest(TimeSpan duration) => Task.Delay(duration, testbed.Time, ct);

    /// <summary>To how many members of the main chat a message was delivered, and how many have read it.</summary>
    public async Task<(int Delivered, int Read)> Receipts(long message)
    {
        var members = (await testbed.Api.Receipts(meeting, "main", ct)).GetProperty("members").EnumerateArray().ToList();
        return (members.Count(m => m.GetProperty("delivered").GetInt64() >= message), members.Count(m => m.GetProperty("read").GetInt64() >= message));
    }

    private async Task<MeetingClient> Client(string id, string role) =>
        new(_setup, meeting, id, await testbed.Api.Token(meeting, id, Names[id], role, ct), Ids.NewSession(), new Random(testbed.Options.Seed));
}
