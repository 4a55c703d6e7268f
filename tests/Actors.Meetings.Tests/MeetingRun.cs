using System.Collections.Immutable;
using Actors.Contracts;
// Where this file is linked, the project has it already.
#pragma warning disable IDE0005
using Shouldly;
#pragma warning restore IDE0005

namespace Actors.Meetings.Tests;

/// <summary>What a command came to.</summary>
internal sealed record Sent(Refusal? Refusal, string? Detail, long First, long Last, bool Repeat, ImmutableArray<Event> Events)
{
    public void ShouldBeRefused(Refusal reason) => Refusal.ShouldBe(reason, Detail ?? string.Join(", ", Events.IsDefault ? [] : Events));

    public void ShouldChangeNothing()
    {
        ShouldBeAccepted();
        Events.ShouldHaveSingleItem().ShouldBeOfType<NothingChanged>();
    }

    public Sent ShouldBeAccepted()
    {
        Refusal.ShouldBeNull(Detail);
        return this;
    }
}

/// <summary>Does to a meeting what its shell does, without storage: remember, decide, number, fold.</summary>
internal sealed class MeetingRun
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, long> _counters = new(StringComparer.Ordinal);
    private int _connections;

    public MeetingState State { get; private set; } = MeetingState.Empty;

    public List<Recorded> Log { get; } = [];

    public DateTimeOffset Now { get; set; } = Start;

    public Participant this[string id] => State.Participants[id];

    /// <summary>A meeting with these settings and these people, each on session <c>{id}-s</c>.</summary>
    public static MeetingRun With(MeetingSettings settings, params (string Id, Role Role)[] people)
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", settings)).ShouldBeAccepted();
        foreach (var (id, role) in people) run.Join(id, role).ShouldBeAccepted();
        return run;
    }

    public static MeetingRun With(params (string Id, Role Role)[] people) => With(MeetingSettings.Default, people);

    public Sent Api(Command command) => Send(Caller.Backend("api:test"), Next("api-session"), command);

    public Sent As(string participant, Command command) => As(participant, participant + "-s", command);

    public Sent As(string participant, string session, Command command) => Send(Caller.Participant(participant), Next(session), command);

    public Sent System(Command command) => Send(Caller.System, Next("product"), command);

    public Sent Tick(TimeSpan later)
    {
        Now += later;
        return System(new Tick());
    }

    public Sent Join(string id, Role role = Role.Participant, string? session = null, string? connection = null, bool guest = false,
        Kind kind = Kind.Person, DateTimeOffset? issued = null, string gateway = "g1")
    {
        connection ??= $"{id}-c{++_connections}";
        return Send(Caller.System, new CommandId(connection, 1),
            new Join(id, "Name of " + id, role, kind, guest, session ?? id + "-s", connection, gateway, issued ?? Now));
    }

    /// <summary>Breaks the newest connection of a session.</summary>
    public Sent Break(string id, string? session = null)
    {
        var known = this[id].SessionOf(session ?? id + "-s")!;
        return System(new Disconnect([new Connection(id, known.Id, known.Connection)], LeaveReason.ConnectionLost));
    }

    public CommandId Next(string source) => new(source, _counters[source] = _counters.GetValueOrDefault(source) + 1);

    public Sent Send(Caller caller, CommandId id, Command command)
    {
        switch (State.Memory.Find(caller.By, id, out var first, out var last))
        {
            case Remembered.Yes: return new Sent(null, null, first, last, true, []);
            case Remembered.Stale: return new Sent(Refusal.StaleCommand, null, 0, 0, false, default);
            case Remembered.Full: return new Sent(Refusal.Busy, null, 0, 0, false, default);
        }
        var ballot = Polls.ToSeal(State.Main.Polls, command) is { } vote ? Seal(vote.Marked) : null;
        var outcome = Meeting.Decide(State, new Request(id, caller, command), Now, ballot);
        if (outcome.IsRefused) return new Sent(outcome.Reason, outcome.Detail, 0, 0, false, default);
        var at = Now < State.LastTime ? State.LastTime : Now;
        var by = caller.By;
        foreach (var happened in outcome.Events)
        {
            var recorded = new Recorded(State.Version + 1, at, by, id, happened);
            State = State.Evolve(recorded);
            Log.Add(recorded);
        }
        return new Sent(null, null, State.Version - outcome.Events.Length + 1, State.Version, false, outcome.Events);
    }

    /// <summary>Stands for the shell's sealing, which no test of the core needs to be hard to open.</summary>
    public Func<int, string> Seal { get; set; } = marked => $"sealed {marked}";

    /// <summary>Does what the shell does with the keys to ballots: counts what is closed, and destroys keys that are spent.</summary>
    public void CountPolls()
    {
        foreach (var (id, poll) in State.Main.Polls.Uncounted.ToArray())
            System(TallyOf(id, poll)).ShouldBeAccepted();
        foreach (var id in State.Main.Polls.SpentKeys.ToArray()) System(new RecordKeyDestroyed(id)).ShouldBeAccepted();
    }

    public static RecordTally TallyOf(long id, Poll poll) => new(id, Poll.Count(poll.Options.Length, poll.Ballots.Values.Select(
        ballot => int.Parse(ballot.Sealed!.Split(' ')[1], global::System.Globalization.CultureInfo.InvariantCulture))));

    /// <summary>The process dies: what comes after event <paramref name="durable"/> was not stored yet, and was told to nobody.</summary>
    public void Crash(long durable)
    {
        Log.RemoveRange((int)durable, Log.Count - (int)durable);
        State = Replay(MeetingState.Empty, Log);
    }

    public static MeetingState Replay(MeetingState from, IEnumerable<Recorded> events) =>
        events.Aggregate(from, (state, recorded) => state.Evolve(recorded));

    public string Encoded => TextOf(State);

    public static string TextOf(MeetingState state) => global::System.Text.Encoding.UTF8.GetString(state.Encode());
}
