using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>B8: every act of moderation is in the log with who did it, to whom, and when.</summary>
public sealed class AuditTests
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(7);

    /// <param name="Targets">People or rooms that its events have to name.</param>
    /// <param name="Before">What makes it possible.</param>
    private sealed record Act(Command Command, ImmutableArray<string> Targets, params ImmutableArray<Command> Before);

    private static readonly ImmutableDictionary<string, string> Map = ImmutableDictionary<string, string>.Empty.Add("k", "v");
    private static readonly MeetingSchedule Weekly = new(MeetingRun.Start.AddDays(1), 30, "UTC", new Recurrence(Frequency.Weekly));
    private static readonly CreatePoll Poll = new("Tea?", ["Yes", "No"]);

    // Stands for the poll that was created before.
    private const long TheirPoll = -1;

    private static readonly ImmutableArray<Act> Acts =
    [
        new(new EndMeeting(), []),
        new(new ChangeSettings(new SettingsPatch(Capacity: 50)), []),
        new(new UpdateMeeting("Chemistry"), []),
        new(new CancelMeeting(Series: true), []),
        new(new SkipOccurrence(Weekly.Start.AddDays(7)), [], new UpdateMeeting(Schedule: Weekly, Series: true)),
        new(new MoveOccurrence(Weekly.Start.AddDays(7), Weekly.Start.AddDays(8)), [], new UpdateMeeting(Schedule: Weekly, Series: true)),
        new(new ExtendMeeting(5), []),
        new(new SetPasscode("1234"), []),
        new(new ChangeMetadata(Map), []),
        new(new ChangeTags(["a"]), []),
        new(new MessageWaiting("Soon"), []),
        new(new LockMeeting(true), []),
        new(new RemoveParticipant("ann"), ["ann"]),
        new(new BanParticipant("ann"), ["ann"]),
        new(new UnbanParticipant("mal"), ["mal"], new BanParticipant("mal")),
        new(new ChangeRole("ann", Role.Presenter), ["ann"]),
        new(new ChangeRole("ann", Role.Host), ["ann"]),
        new(new ChangeRole("co", Role.Participant), ["co"]),
        new(new RenameParticipant("Anna", "ann"), ["ann"]),
        new(new SetAttributes(ImmutableDictionary<string, string?>.Empty.Add("k", "v"), "ann"), ["ann"]),
        new(new LockAbilities([Ability.Chat], true, ["ann", "ben"]), ["ann", "ben"]),
        new(new LockAbilities([Ability.Chat], true, Except: ["ben"]), ["ann"]),
        new(new AdmitParticipants(["waiter"]), ["waiter"]),
        new(new AdmitAll(), ["waiter"]),
        new(new DenyParticipant("waiter"), ["waiter"]),
        new(new PutBack("ann"), ["ann"]),
        new(new CreateRooms(["Red"]), []),
        new(new AssignRooms([new Assignment("ann", "r1-1")]), ["ann"], new CreateRooms(["Red"])),
        new(new AssignEvenly(), ["ann", "ben"], new CreateRooms(["Red", "Blue"])),
        new(new OpenRooms(), ["ann"], new CreateRooms(["Red"]), new AssignRooms([new Assignment("ann", "r1-1")])),
        new(new MoveParticipants([new Move("ann", "r1-1")]), ["ann"], new CreateRooms(["Red"]), new OpenRooms()),
        new(new BroadcastToRooms("Five minutes"), [], new CreateRooms(["Red"]), new OpenRooms()),
        new(new CloseRooms(0), [], new CreateRooms(["Red"]), new OpenRooms()),
        new(new AddRoom("Blue"), [], new CreateRooms(["Red"])),
        new(new RenameRoom("r1-1", "Blue"), ["r1-1"], new CreateRooms(["Red"])),
        new(new DeleteRoom("r1-2"), ["r1-2"], new CreateRooms(["Red", "Blue"]), new OpenRooms(), new MoveParticipants([new Move("ann", "r1-2")])),
        new(new ShuffleRooms(1), [], new CreateRooms(["Red", "Blue"]), new AssignRooms([new Assignment("ann", "r1-1"), new Assignment("ben", "r1-2")])),
        new(new AnswerHelp("ann"), ["ann"], new CreateRooms(["Red"]), new OpenRooms(), new MoveParticipants([new Move("ann", "r1-1")]), new RequestHelp()),
        new(new ExtendRooms(60), [], new CreateRooms(["Red"]), new OpenRooms(60)),
        new(new MuteParticipants(["ann"]), ["ann"]),
        new(new MuteAll(), ["ann"]),
        new(new StopVideo(Except: ["ben"]), ["ann"]),
        new(new StopShare(Except: ["ben"]), ["ann"]),
        new(new AskToUnmute(), ["ben"]),
        new(new LowerHand("ann"), ["ann"]),
        new(new NextSpeaker(), ["ann"]),
        new(new LowerAllHands(), []),
        new(new Spotlight(["ann"]), ["ann"]),
        new(new StartTimer(60), []),
        new(new ExtendTimer(60), [], new StartTimer(60)),
        new(new StopTimer(), [], new StartTimer(60)),
        new(Poll, []),
        new(new StartPoll(TheirPoll), [], Poll),
        new(new ClosePoll(TheirPoll), [], Poll, new StartPoll(TheirPoll)),
        new(new PublishPoll(TheirPoll), [], Poll, new StartPoll(TheirPoll), new ClosePoll(TheirPoll)),
        new(new DeletePoll(TheirPoll), [], Poll),
    ];

    [Fact]
    public void B8_no_act_of_moderation_is_missing_here()
    {
        // Whatever somebody may do only as a moderator (or backend), in some form of the command. Threads and the start have a test of their own.
        var moderation = AuthorisationRows.All
            .Where(row => row.Command is ClientCommand and not (ThreadCommand or StartMeeting) && (row.May & Who.Backend) != 0 && (row.May & Who.Participant) == 0)
            .Select(row => row.Command.GetType()).Distinct();
        Acts.Select(act => act.Command.GetType()).Distinct().ShouldBe(moderation, ignoreOrder: true);
    }

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Acts.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void B8_an_accepted_act_is_logged_with_actor_target_and_time(int number)
    {
        var act = Acts[number];
        foreach (var (by, send) in new (string, Func<MeetingRun, Command, Sent>)[] { ("host", (run, it) => run.As("host", it)), ("api:api:test", (run, it) => run.Api(it)) })
        {
            var run = World();
            foreach (var before in act.Before) run.As(before is RequestHelp ? "ann" : "host", Numbered(run, before)).ShouldBeAccepted();
            run.Now += Later;
            var sent = send(run, Numbered(run, act.Command)).ShouldBeAccepted();
            var logged = run.Log.Where(one => one.Number >= sent.First && one.Number <= sent.Last).ToArray();
            logged.ShouldNotBeEmpty();
            foreach (var one in logged)
            {
                one.By.ShouldBe(by);
                one.At.ShouldBe(run.Now);
                one.Command.ShouldNotBeNull();
                one.Event.ShouldNotBeOfType<NothingChanged>();
            }
            var text = string.Concat(logged.Select(one => JsonSerializer.Serialize(one.Event, ContractsJson.Default.Event)));
            foreach (var target in act.Targets) text.ShouldContain($"\"{target}\"", Case.Sensitive);
        }
    }

    [Fact]
    public void B8_the_start_by_a_backend_is_logged_with_it()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default));
        run.Now += Later;
        run.Api(new StartMeeting()).ShouldBeAccepted();
        (run.Log[^1].By, run.Log[^1].At, run.Log[^1].Event).ShouldBe(("api:api:test", run.Now, new MeetingStarted()));
    }

    [Fact]
    public void B8_what_moderators_do_to_messages_names_the_message()
    {
        var thread = ThreadSample.Thread().Say("ann", new MessagePosted("hello"));
        var (message, facts) = (thread.LastMessage, ThreadSample.Facts(thread.LastMessage, "ann"));
        thread.Decide("host", new DeleteMessage(message), facts).Events[0].ShouldBeOfType<MessageDeleted>().Message.ShouldBe(message);
        thread.Decide("host", new PinMessage(message), facts).Events.ShouldBe([new MessagePinned(message)]);
        thread.Say("host", new MessagePinned(message)).Decide("host", new UnpinMessage(message), facts).Events.ShouldBe([new MessageUnpinned(message)]);
        thread.Decide("api", new HoldThread(true)).Events.ShouldBe([new HoldChanged(true)]);
        thread.Decide("host", new PostMessage("All!", Everyone: true)).Events[0].ShouldBeOfType<MessagePosted>().Everyone.ShouldBeTrue();
    }

    private static MeetingRun World()
    {
        var run = new MeetingRun();
        run.Api(new CreateMeeting("Physics", MeetingSettings.Default with { TimeLimitMinutes = 60, WaitingRoom = WaitingRoomPolicy.Guests }, Series: "physics")).ShouldBeAccepted();
        foreach (var (id, role) in new[] { ("host", Role.Host), ("co", Role.CoHost), ("ann", Role.Participant), ("ben", Role.Participant) }) run.Join(id, role).ShouldBeAccepted();
        run.Join("waiter", guest: true).ShouldBeAccepted();
        run.As("ann", new SetMedia(Microphone: true, Camera: true, Share: true)).ShouldBeAccepted();
        run.As("ann", new RaiseHand()).ShouldBeAccepted();
        return run;
    }

    private static Command Numbered(MeetingRun run, Command command)
    {
        var poll = run.State.Main.Polls.All.Keys.LastOrDefault();
        return command switch
        {
            StartPoll c => c with { Poll = poll },
            ClosePoll c => c with { Poll = poll },
            PublishPoll c => c with { Poll = poll },
            DeletePoll c => c with { Poll = poll },
            _ => command,
        };
    }
}
