using System.Collections.Immutable;
using Actors.Contracts;
using FsCheck;
using FsCheck.Fluent;

namespace Actors.Meetings.Tests;

/// <summary>One random step; what the numbers mean depends on the state it meets, so that shrinking keeps a run meaningful.</summary>
public readonly record struct Step(int Op, int A, int B, int C);

/// <summary>Random runs of a meeting: a few people with several devices, moderators, the backend, gateways that lose connections, and time.</summary>
internal static class RandomMeeting
{
    private static readonly string[] People = ["ann", "ben", "cem", "dua", "eve", "fay", "gus", "hal"];

    /// <summary>Runs of some length; the seed of a failure is printed by FsCheck.</summary>
    public static void Check(Action<Step[]> property, int runs = 300)
    {
        var step = from op in Gen.Choose(0, 109 + RandomRooms.Ops + RandomPolls.Ops + Showings)
                   from a in Gen.Choose(0, 999)
                   from b in Gen.Choose(0, 999)
                   from c in Gen.Choose(0, 999)
                   select new Step(op, a, b, c);
        var steps = Gen.Sized(size => step.ArrayOf(20 + (2 * size)));
        var arbitrary = Arb.From(steps, Shorter);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs), Prop.ForAll(arbitrary, property));
    }

    private static IEnumerable<Step[]> Shorter(Step[] steps)
    {
        for (var size = steps.Length / 2; size >= 1; size /= 2)
            for (var from = 0; from + size <= steps.Length; from += size)
                yield return [.. steps.AsSpan(0, from), .. steps.AsSpan(from + size)];
    }

    public static MeetingRun Created(Step[] steps)
    {
        var run = new MeetingRun();
        var knob = steps.Length == 0 ? default : steps[0];
        var settings = MeetingSettings.Default with
        {
            Capacity = 3 + (knob.A % 6),
            WaitForHost = knob.B % 4 == 0,
            WaitingRoom = (WaitingRoomPolicy)(knob.B % 5),
            EndWhenEmptySeconds = knob.A % 5 == 0 ? 30 : null,
            EndWithoutHostSeconds = knob.A % 7 == 0 ? 20 : null,
            TimeLimitMinutes = knob.C % 5 == 0 ? 2 + (knob.A % 12) : null,
            Devices = (DevicePolicy)(knob.C % 3),
        };
        if (knob.C % 3 == 1)
        {
            run.System(new ContinueMeeting("m", "Physics", settings, new SeriesPosition("m", 2), ["a"], ["hal"], ["Red"], Parts: 3));
            run.System(new CarryGroups(0, [new Assignment("ann", "r1-1"), new Assignment("ben", "r1-2")]));
            run.System(new CarryLocks(1, [Ability.Chat, Ability.Hands], ["ann", "eve"]));
            run.System(new CarryRemovals(2, [new Removal("gus", MeetingRun.Start.AddSeconds(400))]));
            return run;
        }
        var series = knob.C % 3 == 0;
        run.Api(new CreateMeeting("Physics", settings, Schedule: series && knob.A % 2 == 0 ? Daily(run) : null, Series: series ? "m" : null));
        return run;
    }

    /// <summary>Does a step and says which command it sent.</summary>
    public static (Caller Caller, CommandId Id, Command Command, Sent Sent) Do(MeetingRun run, Step step)
    {
        run.Now += TimeSpan.FromSeconds(step.C % 10 == 0 ? step.B % 40 : step.B % 3) - TimeSpan.FromSeconds(step.C % 17 == 0 ? 5 : 0);
        var person = People[step.A % People.Length];
        var (caller, id, command) = step.Op switch
        {
            // What is only possible for a moment, or once it is over, would hardly ever happen by chance.
            _ when run.State.Status == MeetingStatus.Created && step.C % 20 == 0 => (Caller.Backend("api:test"), run.Next("api"), new CancelMeeting(step.B % 2 == 0)),
            >= 110 when step.C % 2 == 0 && RandomPolls.Counting(run) is { } counting => (Caller.System, run.Next("product"), counting),
            38 or 39 when run.State.HasLegacy => (Caller.System, run.Next("product"), new RecordContinued()),
            < 25 => Joining(step, person),
            < 33 => (Caller.System, run.Next("product"), Losing(run, step)),
            < 40 => (Caller.System, run.Next("product"), new Tick()),
            _ => Asking(run, step, person, Wanted(run, step)),
        };
        return (caller, id, command, run.Send(caller, id, command));
    }

    private static (Caller, CommandId, Command) Joining(Step step, string person)
    {
        var role = (Role)(step.B % 5);
        var connection = $"{person}-c{step.C % 6}";
        var issued = MeetingRun.Start.AddSeconds(step.B);
        return (Caller.System, new CommandId(connection, 1 + (step.A / 100)), new Join(
            person, "Name " + person, role, (Kind)(step.A / 8 % 8 is var kind && kind < 4 ? kind : 0), step.C % 2 == 0,
            $"{person}-s{step.B % 3}", connection, $"g{step.C % 2}", issued, Locked: step.C % 4 == 0 ? [(Ability)(step.A % 6)] : null));
    }

    // Mostly connections as they are; sometimes ones that never were or are no longer.
    private static Disconnect Losing(MeetingRun run, Step step)
    {
        var held = run.State.Connections.OrderBy(one => one.Connection, StringComparer.Ordinal).ToArray();
        var lost = held.Where((_, i) => i % (1 + (step.B % 3)) == 0).Select(one => new Connection(
            one.Participant, one.Session, step.C % 5 == 0 ? one.Connection + "x" : one.Connection));
        return new Disconnect([.. lost], step.A % 2 == 0 ? LeaveReason.ConnectionLost : LeaveReason.GatewayLost);
    }

    private static (Caller, CommandId, Command) Asking(MeetingRun run, Step step, string person, Command command)
    {
        if (step.A / 8 % 4 == 0) return (Caller.Backend("api:test"), run.Next("api"), command);
        var session = run.State.Participants.GetValueOrDefault(person) is { } known && step.C % 8 != 0
            ? known.Sessions[step.B % known.Sessions.Length].Id
            : $"{person}-s{step.B % 3}";
        return (Caller.Participant(person), run.Next(session), command);
    }

    // Some of its dates come while a run lasts.
    private static MeetingSchedule Daily(MeetingRun run) => new(run.Now.AddSeconds(30), 30, "UTC", new Recurrence(Frequency.Daily));

    private static Command Planned(MeetingSchedule plan, Step step)
    {
        var start = plan.Start.AddDays(step.B % 5);
        return step.C % 2 == 0 ? new SkipOccurrence(start) : new MoveOccurrence(start, plan.Start.AddHours(12 * (step.A % 8)));
    }

    private static Command? Lifecycle(MeetingRun run, Step step) => (step.A % 12) switch
    {
        3 or 5 or 10 when run.State.Series?.Plan is { } plan && step.C % 4 != 0 => Planned(plan, step),
        4 when run.State.Series is not null && step.B % 3 == 0 => new UpdateMeeting(Schedule: Daily(run), Series: true),
        0 or 11 => new ExtendMeeting(1 + (step.B % 3)),
        1 => new ChangeTags(["b", step.C % 2 == 0 ? "a" : "c"]),
        2 => new ChangeMetadata(System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("k", $"{step.B % 3}"), ["j"]),
        3 => new MessageWaiting("Soon"),
        4 => new UpdateMeeting($"Title {step.B % 2}", step.C % 2 == 0 ? new MeetingSchedule(run.Now.AddHours(1), 30, "UTC") : null),
        5 => new CancelMeeting(step.B % 2 == 0),
        6 => new ChangeSettings(new SettingsPatch(TimeLimitMinutes: step.B % 4, EndWhenEmptySeconds: step.C % 3)),
        7 => new SetPasscode(step.B % 3 == 0 ? "1234" : null),
        10 => new CancelMeeting(Series: true),
        8 or 9 => new RenameParticipant($"Name {step.C % 3}", step.B % 2 == 0 ? null : People[step.B % People.Length]),
        _ => null,
    };

    private static Command Wanted(MeetingRun run, Step step) => step.Op switch
    {
        < 100 => Asked(run, step),
        < 106 => Moderating(step),
        < 110 => Queueing(step),
        < 110 + RandomRooms.Ops => RandomRooms.Wanted(run, step.Op - 110, step),
        < 110 + RandomRooms.Ops + RandomPolls.Ops => RandomPolls.Wanted(run, step),
        _ => Showing(step),
    };

    // Steps that become one of these.
    private const int Showings = 6;

    private static Command Showing(Step step)
    {
        ImmutableArray<string> some = [.. People.Where((_, i) => (step.C >> i) % 2 == 0).Take(2)];
        return (step.Op % Showings) switch
        {
            0 or 1 => new Spotlight(some),
            2 => new StartTimer(step.B % 4 == 0 ? null : 1 + (step.B % 30)),
            3 => step.B % 2 == 0 ? new ExtendTimer(1 + (step.B % 20)) : new StopTimer(),
            4 => new SetAway(step.B % 2 == 0),
            _ => new SetAttributes(
                ImmutableDictionary<string, string?>.Empty.Add("k", step.B % 3 == 0 ? null : $"{step.B % 4}").Add("l", step.C % 2 == 0 ? null : "x"),
                step.B % 2 == 0 ? People[step.C % People.Length] : null),
        };
    }

    private static Command Queueing(Step step) => (step.C % 6) switch
    {
        4 => new OpenDirect(People[step.B % People.Length]),
        5 => new ChangeSettings(new SettingsPatch(PrivateChat: (PrivateChat)(step.B % 3), WaitingMayChat: step.A % 2 == 0)),
        0 => new RaiseHand(),
        1 => new ChangeSettings(new SettingsPatch(HandOrder: (HandOrder)(step.B % 2))),
        2 => new NextSpeaker(People[step.B % People.Length]),
        _ => new NextSpeaker(),
    };

    // Batches for some, or for everybody except some.
    private static Command Moderating(Step step)
    {
        ImmutableArray<string> some = [.. People.Where((_, i) => (step.C >> i) % 2 == 0)];
        ImmutableArray<string>? named = step.B % 2 == 0 ? some : null;
        ImmutableArray<string>? except = step.B % 2 == 0 ? null : some;
        return (step.Op - 100) switch
        {
            < 1 => new StopVideo(named, except),
            < 2 => new StopShare(named, except),
            < 3 => new AskToUnmute(named, except),
            _ => new LockAbilities([(Ability)(step.A / 8 % 6)], step.B % 3 != 0, named, except),
        };
    }

    private static Command Asked(MeetingRun run, Step step)
    {
        var other = People[step.B % People.Length];
        ImmutableArray<string> some = [.. People.Where((_, i) => (step.C >> i) % 2 == 0)];
        var rooms = run.State.Rooms.List;
        var place = rooms.IsEmpty || step.C % 4 == 0 ? Ids.Main : rooms[step.C % rooms.Length].Id;
        return (step.Op - 40) switch
        {
            < 2 => new Leave(),
            < 4 => new RemoveParticipant(other),
            < 5 => new BanParticipant(other),
            < 6 => new UnbanParticipant(other),
            < 9 => new ChangeRole(other, (Role)(step.C % 5)),
            < 11 => new AdmitParticipants(some),
            < 12 => new AdmitAll(),
            < 13 => new DenyParticipant(other),
            < 15 => new PutBack(other),
            < 17 => new ChangeSettings(new SettingsPatch(
                Capacity: step.C % 2 == 0 ? 2 + (step.B % 7) : null, Devices: (DevicePolicy)(step.B % 3), MayUnmute: step.C % 3 != 0)),
            < 18 => new LockMeeting(step.C % 3 == 0),
            < 21 => new CreateRooms([.. Enumerable.Range(1, 1 + (step.C % 3)).Select(i => $"Room {i}")]),
            < 24 => new AssignRooms([.. some.Where(_ => place != Ids.Main).Select(id => new Assignment(id, place))]),
            < 27 => new AssignEvenly(step.C % 5),
            < 32 => new OpenRooms(step.C % 2 == 0 ? 1 + (step.B % 60) : null),
            < 37 => new MoveParticipants([.. some.Select(id => new Move(id, place))]),
            < 38 => new BroadcastToRooms("Five minutes"),
            < 41 => new CloseRooms(step.C % 3 == 0 ? 0 : step.B % 90),
            < 44 => new SetMedia(step.B % 2 == 0, step.C % 2 == 0, step.C % 3 == 0),
            < 46 => new MuteAll(some),
            < 47 => new MuteParticipants([other]),
            < 50 => Lifecycle(run, step) ?? new RaiseHand(),
            < 53 => new RaiseHand(),
            < 55 => new LowerHand(step.C % 2 == 0 ? null : other),
            < 56 => new LowerAllHands(),
            < 58 => new StartMeeting(),
            // Rarely: what follows is an ended meeting.
            _ when step.C % 10 == 0 => new EndMeeting(),
            _ => new RaiseHand(),
        };
    }
}
