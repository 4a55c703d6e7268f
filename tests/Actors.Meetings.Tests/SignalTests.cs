using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

/// <summary>Who may send what passes, said once more and apart from the product's own rules.</summary>
public sealed class SignalTests
{
    /// <param name="Who">They speak: their microphone is on where it can be.</param>
    /// <param name="Given">What was done before, by the host.</param>
    public sealed record Row(string Who, string Signal, bool May, Command? Given = null)
    {
        public override string ToString() => $"{Who} {Signal} {(May ? "may" : "may not")} {Given}";
    }

    private static LockAbilities Locked(string who, Ability ability) => new([ability], true, [who]);

    private static ChangeSettings Off(SettingsPatch patch) => new(patch);

    public static readonly TheoryData<Row> Rows = new()
    {
        new("host", "speaks", true),
        new("pre", "speaks", true),
        new("ann", "speaks", true),
        new("eye", "speaks", false),
        new("ghost", "speaks", false),
        new("ann", "speaks", false, new MuteAll()),
        new("host", "speaks", true, new MuteAll()),
        new("host", "speaks", false, new MuteParticipants(["host"])),
        new("pre", "speaks", false, new MuteParticipants(["pre"])),
        // It stays on, and is not shown.
        new("ann", "speaks", false, Locked("ann", Ability.Microphone)),
        new("pre", "speaks", false, Locked("pre", Ability.Microphone)),
        new("co", "speaks", true, Locked("co", Ability.Microphone)),
        new("ann", "speaks", true, Locked("ann", Ability.Chat)),
        // A setting forbids turning on, and what is on stays.
        new("ann", "speaks", true, Off(new SettingsPatch(MayUnmute: false))),

        new("host", "types", true),
        new("pre", "types", true),
        new("ann", "types", true),
        new("eye", "types", false),
        new("ghost", "types", false),
        new("ann", "types", false, Locked("ann", Ability.Chat)),
        new("ann", "types", false, Off(new SettingsPatch(MayChat: false))),
        new("pre", "types", false, Off(new SettingsPatch(MayChat: false))),
        new("host", "types", true, Off(new SettingsPatch(MayChat: false))),
        new("co", "types", true, Locked("co", Ability.Chat)),
        new("ann", "types", true, Locked("ann", Ability.Reactions)),

        new("host", "reacts", true),
        new("ann", "reacts", true),
        new("eye", "reacts", true),
        new("ghost", "reacts", false),
        new("ann", "reacts", false, Locked("ann", Ability.Reactions)),
        new("eye", "reacts", false, Locked("eye", Ability.Reactions)),
        new("co", "reacts", true, Locked("co", Ability.Reactions)),
        new("eye", "reacts", false, Off(new SettingsPatch(MayReact: false))),
        new("pre", "reacts", false, Off(new SettingsPatch(MayReact: false))),
        new("host", "reacts", true, Off(new SettingsPatch(MayReact: false))),
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_signal_is_taken_from_whom_it_may_come_from_in_the_main_room_a_breakout_room_and_their_threads(Row row)
    {
        var signal = SignalOf(row);
        foreach (var inRoom in new[] { false, true })
        {
            var run = MeetingRun.With(("host", Role.Host), ("co", Role.CoHost), ("pre", Role.Presenter), ("ann", Role.Participant), ("eye", Role.Attendee));
            var place = inRoom ? "r1-1" : Ids.Main;
            // View-only attendees are in no room.
            if (inRoom && row.Who == "eye") continue;
            if (inRoom)
            {
                run.Api(new CreateRooms(["A"], [["host", "co", "pre", "ann"]])).ShouldBeAccepted();
                run.Api(new OpenRooms()).ShouldBeAccepted();
            }
            if (row.Given is not null and not SpaceCommand) run.As("host", row.Given).ShouldBeAccepted();
            var space = inRoom ? Room(run) : run.State.Main;
            foreach (var id in new[] { "host", "co", "pre", "ann" }) space = space.Evolve(new MediaChanged(id, Microphone: true), 100)!;
            if (row.Given is SpaceCommand given)
                foreach (var happened in Space.Decide(space, Caller.Participant("host"), given, run.Now).Events) space = space.Evolve(happened, 101)!;
            var thread = Thread(run, place);
            if (signal is not TypingSignal) (Signals.Check(space, signal) is null).ShouldBe(row.May, place);
            if (signal is not ActiveSpeakerSignal) (Signals.Check(thread, signal) is null).ShouldBe(row.May, "thread/" + place);
            // Nobody types in a space, and nobody speaks in a thread.
            if (signal is TypingSignal) Signals.Check(space, signal)!.Reason.ShouldBe(Refusal.InvalidArgument);
            if (signal is ActiveSpeakerSignal) Signals.Check(thread, signal)!.Reason.ShouldBe(Refusal.InvalidArgument);
            // Where a post would be.
            if (signal is TypingSignal && row.Who != "ghost") thread.Decide(row.Who, new PostMessage("x")).IsRefused.ShouldBe(!row.May);
        }
    }

    [Fact]
    public void Nobody_sends_what_is_the_servers()
    {
        Signals.Check(SpaceState.Empty, new AttendeesSignal(3))!.Reason.ShouldBe(Refusal.InvalidArgument);
        Signals.Check(ThreadState.Empty, new AttendeesSignal(3))!.Reason.ShouldBe(Refusal.InvalidArgument);
        var run = MeetingRun.With(("ann", Role.Participant));
        Signals.Check(run.State.Main, new ReactionSignal("bob", "+"))!.Reason.ShouldBe(Refusal.NotJoined);
        run.Api(new EndMeeting()).ShouldBeAccepted();
        Signals.Check(run.State.Main, new ReactionSignal("ann", "+"))!.Reason.ShouldBe(Refusal.NotJoined);
    }

    private static Signal SignalOf(Row row) => row.Signal switch
    {
        "speaks" => new ActiveSpeakerSignal(row.Who),
        "types" => new TypingSignal(row.Who),
        _ => new ReactionSignal(row.Who, "+"),
    };

    private static SpaceState Room(MeetingRun run)
    {
        var state = RoomState.Empty;
        while (BreakoutRoom.Apply(state, Rosters.Update(run.State, "r1-1", thread: false, 0, null)!) is { } applied)
            foreach (var happened in applied.Events) state = state.Evolve(new Recorded(state.Version + 1, run.Now, null, null, happened));
        return state.Space;
    }

    private static ThreadState Thread(MeetingRun run, string place) => ThreadState.Empty.Follow(
        (RosterChanged)ChatThread.Apply(ThreadState.Empty, Rosters.Update(run.State, place, thread: true, 0, null)!)!.Value.Events[0]);
}
