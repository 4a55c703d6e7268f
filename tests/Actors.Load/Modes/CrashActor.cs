using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Actors.Load.Checking;
using Actors.Load.Client;
using Actors.Load.Processes;

namespace Actors.Load.Modes;

/// <summary>One participant who acts at random, loses connections, leaves and returns, changes devices; everything is recorded for the judge.</summary>
internal sealed class CrashActor(CrashMeeting meeting, string participant, string token, Random random)
{
    /// <summary>An answer due for longer means that the connection is dead without a word.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly Lock _gate = new();
    private readonly List<MeetingClient> _sessions = [];
    private readonly List<SentCommand> _sent = [];
    private readonly List<(string Thread, long Number)> _posts = [];
    private int _markers;
    private readonly List<ReadRecord> _reads = [];
    private Answer? _lastAccepted;
    private bool _hand;

    public string Participant => participant;

    /// <summary>The newest session that has not ended.</summary>
    public MeetingClient Client
    {
        get
        {
            lock (_gate)
                return _sessions.FindLast(s => s.ClosedFor is null) ?? _sessions[^1];
        }
    }

    /// <summary>Gone for good: nobody may see this participant when the grace is over.</summary>
    public bool Gone { get; private set; }

    public IEnumerable<CommandRecord> Commands => _sent.Select(CommandRecord.Of);

    /// <summary>What views showed to somebody who knew what had been acknowledged.</summary>
    public IReadOnlyList<ReadRecord> Reads => _reads;

    /// <summary>Where this participant is by now, without what it was told on the way.</summary>
    public ClientRecord Present => new(participant, !Gone && Client.IsConnected, Client.Place, []);

    public IEnumerable<ClientRecord> Clients => Sessions().Select(c => new ClientRecord(
        participant, !Gone && c == Client && c.IsConnected, c.Place, c.Record!.ToArray()));

    public IEnumerable<string> Faults => Sessions().Select(c => c.Fault).OfType<string>();

    public async Task Join(CancellationToken ct)
    {
        var client = new MeetingClient(meeting.Setup, meeting.Id, participant, token, Ids.NewSession(), new Random(random.Next()))
        {
            Record = new Recording(),
            Journal = _sent,
        };
        lock (_gate)
        {
            if (Gone) return;
            _sessions.Add(client);
        }
        try
        {
            await client.Join(ct);
        }
        catch (LoadException) when (Gone || client.ClosedFor == CloseCodes.TakenOver)
        {
            // Sent away by the run while on the way in; or the other device came back just then and took over again.
        }
    }

    public async Task Vanish()
    {
        lock (_gate)
            Gone = true;
        await Task.WhenAll(Sessions().Select(s => s.Vanish()));
    }

    public void BreakIfSilent() => Client.BreakIfSilent(Patience);

    /// <summary>Acts until told to stop, and waits for the last answer.</summary>
    public async Task Act(bool mayGo, CancellationToken stop, CancellationToken ct)
    {
        while (!stop.IsCancellationRequested && !Gone)
        {
            await Task.Delay(meeting.Style.Act(random), TimeProvider.System, ct);
            var dice = random.Next(100);
            if (Client.ClosedFor is not null)
                await Join(ct);
            else if (dice < 2)
                Client.Break();
            else if (dice < 3 && mayGo)
                await Return(ct);
            else if (dice < 4 && mayGo)
                await ChangeDevice(ct);
            else if (dice < 6)
                await ReadSomething(ct);
            else if (dice < 8 && _sent.Count > 0)
                await Repeat(ct);
            else
                await Send(Choose(dice), ct);
        }
    }

    public async Task<Answer> Send(Command command, CancellationToken ct)
    {
        var (client, sentAt) = (Client, Stopwatch.GetTimestamp());
        var answer = await client.Send(command, ct);
        meeting.Waits.Answered(answer, Stopwatch.GetElapsedTime(sentAt));
        if (answer.Accepted)
        {
            meeting.Outages.Accepted(meeting.Id, answer.Stream, Math.Max(sentAt, client.WelcomedAt));
            Volatile.Write(ref _lastAccepted, answer);
            if (command.Type == "post_message") _posts.Add((command.Thread!, answer.From));
        }
        return answer;
    }

    private List<MeetingClient> Sessions()
    {
        lock (_gate)
            return [.. _sessions];
    }

    private Command Choose(int dice)
    {
        var thread = Thread;
        var posts = _posts.FindAll(p => p.Thread == thread);
        var number = posts.Count > 0 ? posts[random.Next(posts.Count)].Number : 0;
        return dice switch
        {
            < 25 => (_hand = !_hand) ? Command.RaiseHand() : Command.LowerHand(),
            < 45 => Command.SetMedia(random.Next(2) == 0, random.Next(2) == 0),
            < 55 when number > 0 => Command.Edit(thread, number, Marker()),
            < 60 when number > 0 => Command.Delete(thread, number),
            < 70 when number > 0 => Command.React(thread, number, random.Next(2) == 0 ? "👍" : "🎉", random.Next(3) > 0),
            < 72 when number > 0 => Command.MovePointers(thread, number, number),
            _ => Command.Post(thread, Marker()),
        };
    }

    /// <summary>The chat of the place where the server last said we are.</summary>
    private string Thread => Client.Place is { } place and not Places.Waiting ? place : Places.Main;

    /// <summary>No two texts are alike: what is executed twice shows in the log.</summary>
    private string Marker() => string.Create(CultureInfo.InvariantCulture, $"{meeting.Id}:{participant}:{++_markers}");

    /// <summary>A client that is not sure whether it got the answer: the same command of the present session again.</summary>
    private async Task Repeat(CancellationToken ct)
    {
        var recent = _sent.TakeLast(10).Where(s => s.Session == Client.Session && s.Answers.Count > 0).ToList();
        if (recent.Count > 0)
            await Client.Repeat(recent[random.Next(recent.Count)], ct);
    }

    /// <summary>Reads a view through any gateway, with the number that was acknowledged last: it may show more, never less (P9).</summary>
    private async Task ReadSomething(CancellationToken ct)
    {
        if (Volatile.Read(ref _lastAccepted) is not { } known || known.Stream.StartsWith("thread/", StringComparison.Ordinal)) return;
        var view = known.Stream == "meeting"
            ? await meeting.Api.Meeting(meeting.Id, ct, known.To)
            : await meeting.Api.Room(meeting.Id, known.Stream["room/".Length..], ct, known.To);
        _reads.Add(new ReadRecord(participant, known.Stream, known.To, view.ValueKind == JsonValueKind.Undefined ? 0 : view.GetProperty("number").GetInt64()));
    }

    private async Task Return(CancellationToken ct)
    {
        await Send(Command.Leave(), ct);
        await Client.Vanish();
        _hand = false;
        await Join(ct);
    }

    private async Task ChangeDevice(CancellationToken ct)
    {
        var old = Client;
        await Join(ct);
        if (Client != old) await old.Vanish();
    }
}
