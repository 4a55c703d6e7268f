using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

public class ThreadRulesTests
{
    // Everybody speaks of message 3 of ann's.
    private static ThreadState WithMessage(SpacePolicy? policy = null, bool closed = false) =>
        Thread(policy, closed).Say("ann", new MessagePosted("hello"));

    [Theory]
    // who, chat off, closed: allowed?
    [InlineData("host", false, false, null)]
    [InlineData("host", true, false, null)]
    [InlineData("cohost", true, false, null)]
    [InlineData("presenter", false, false, null)]
    [InlineData("presenter", true, false, Refusal.NotAllowed)]
    [InlineData("bob", false, false, null)]
    [InlineData("bob", true, false, Refusal.NotAllowed)]
    [InlineData("attendee", false, false, Refusal.NotAllowed)]
    [InlineData("host", false, true, Refusal.NotAllowed)]
    [InlineData("bob", false, true, Refusal.NotAllowed)]
    [InlineData("api", true, true, null)]
    [InlineData("gone", false, false, Refusal.NotJoined)]
    [InlineData("stranger", false, false, Refusal.NotJoined)]
    [InlineData("system", false, false, Refusal.NotAllowed)]
    public void Who_may_post_and_react(string who, bool chatOff, bool closed, Refusal? refusal)
    {
        var state = WithMessage(new SpacePolicy(MayChat: !chatOff), closed);
        Expect(state.Decide(who, new PostMessage("hi")), refusal);
        Expect(state.Decide(who, new React(3, "👍"), Facts(3, "ann")), refusal);
    }

    [Theory]
    [InlineData("host", null)]
    [InlineData("cohost", null)]
    [InlineData("api", null)]
    [InlineData("presenter", Refusal.NotAllowed)]
    [InlineData("bob", Refusal.NotAllowed)]
    public void A3_who_may_react_where_reactions_are_switched_off_and_taking_back_is_always_allowed(string who, Refusal? refusal)
    {
        var state = WithMessage(new SpacePolicy(MayReact: false));
        Expect(state.Decide(who, new React(3, "👍"), Facts(3, "ann")), refusal);
        Expect(state.Decide(who, new React(3, "👍", On: false), Facts(3, "ann")), null);
        Expect(state.Decide(who, new PostMessage("hi")), null);
    }

    [Theory]
    [InlineData("ann", false, null)]
    [InlineData("ann", true, Refusal.NotAllowed)]
    [InlineData("bob", false, Refusal.NotAllowed)]
    [InlineData("host", false, Refusal.NotAllowed)]
    [InlineData("api", false, Refusal.NotAllowed)]
    [InlineData("stranger", false, Refusal.NotJoined)]
    public void Only_the_author_edits(string who, bool chatOff, Refusal? refusal) =>
        Expect(WithMessage(new SpacePolicy(MayChat: !chatOff)).Decide(who, new EditMessage(3, "changed"), Facts(3, "ann")), refusal);

    [Theory]
    [InlineData("ann", false, null)]
    [InlineData("ann", true, null)]
    [InlineData("bob", false, Refusal.NotAllowed)]
    [InlineData("presenter", false, Refusal.NotAllowed)]
    [InlineData("cohost", false, null)]
    [InlineData("host", true, null)]
    [InlineData("api", true, null)]
    [InlineData("stranger", false, Refusal.NotJoined)]
    public void Authors_and_moderators_delete_also_where_nobody_may_write(string who, bool closed, Refusal? refusal) =>
        Expect(WithMessage(new SpacePolicy(MayChat: !closed), closed).Decide(who, new DeleteMessage(3), Facts(3, "ann")), refusal);

    public static TheoryData<Command, Refusal> OfMessages => new()
    {
        { new PostMessage("re", 99), Refusal.UnknownMessage },
        { new PostMessage("re", 1), Refusal.UnknownMessage },
        { new PostMessage("re", long.MaxValue), Refusal.UnknownMessage },
        { new PostMessage("re", 3), Refusal.MessageDeleted },
        { new EditMessage(3, "x"), Refusal.MessageDeleted },
        { new EditMessage(2, "x"), Refusal.UnknownMessage },
        { new DeleteMessage(3), Refusal.MessageDeleted },
        { new DeleteMessage(70_000), Refusal.UnknownMessage },
        { new React(3, "👍"), Refusal.MessageDeleted },
        { new React(4, "👍"), Refusal.UnknownMessage },
    };

    [Theory]
    [MemberData(nameof(OfMessages))]
    public void What_is_deleted_or_was_never_posted_is_told_apart(Command command, Refusal refusal)
    {
        var state = WithMessage().Say("ann", new MessageDeleted(3, []));
        ChatThread.Concerns(state, command).ShouldBeNull();
        Expect(state.Decide("ann", command), refusal);
    }

    [Fact]
    public void What_changes_nothing_is_accepted()
    {
        var reacted = MessageOverlay.None.Apply(new Recorded(9, Start, "bob", null, new ReactionChanged(3, "👍", true)));
        var state = WithMessage();
        Outcome[] outcomes =
        [
            state.Decide("ann", new EditMessage(3, "hello"), Facts(3, "ann")),
            state.Decide("bob", new React(3, "👍"), Facts(3, "ann", overlay: reacted)),
            state.Decide("ann", new React(3, "👍", On: false), Facts(3, "ann", overlay: reacted)),
            state.Decide("ann", new MovePointers(3, 3)),
            state.Decide("system", new RecordPointers([])),
            state.Decide("system", new RecordPointers([new Pointer("stranger", 3, 3)])),
            state.Decide("system", new RecordRedaction(3)),
        ];
        foreach (var outcome in outcomes) outcome.Events.ShouldBe([new NothingChanged()]);
    }

    [Fact]
    public void Pointers_advance_together_never_beyond_the_last_message_and_never_back()
    {
        var state = WithMessage();
        Moved(state.Decide("bob", new MovePointers(0, 900))).ShouldBe([new Pointer("bob", 3, 3)]);
        Moved(state.Decide("system", new RecordPointers([new("bob", 2, 1), new("bob", 1, 2), new("gone", 3, 0), new("ann", 3, 3)])))
            .ShouldBe([new Pointer("bob", 2, 2), new Pointer("gone", 3, 0)]);
        var moved = state.Follow(new PointersMoved([new Pointer("bob", 3, 2)]));
        moved.Decide("bob", new MovePointers(1, 1)).Events.ShouldBe([new NothingChanged()]);
        Expect(state.Decide("api", new MovePointers(1, 1)), Refusal.NotJoined);
        Expect(state.Decide("bob", new RecordPointers([])), Refusal.NotAllowed);
        Expect(state.Decide("api", new RecordRedaction(3)), Refusal.NotAllowed);

        static ImmutableArray<Pointer> Moved(Outcome outcome) => outcome.Events.ShouldHaveSingleItem().ShouldBeOfType<PointersMoved>().Pointers;
    }

    [Fact]
    public void Limits_of_one_message_hold_exactly()
    {
        var state = WithMessage();
        var overlay = MessageOverlay.None;
        for (var i = 0; i < Limits.ReactionsPerMessage; i++) overlay = React(overlay, $"r{i}", "bob");
        Expect(state.Decide("ann", new React(3, "new"), Facts(3, "ann", overlay: overlay)), Refusal.LimitReached);
        Expect(state.Decide("ann", new React(3, "r1"), Facts(3, "ann", overlay: overlay)), null);
        for (var i = overlay.Reactors; i < Limits.ReactorsPerMessage; i++) overlay = React(overlay, "r0", $"u{i}");
        Expect(state.Decide("ann", new React(3, "r1"), Facts(3, "ann", overlay: overlay)), Refusal.LimitReached);
        Expect(state.Decide("bob", new React(3, "r1", On: false), Facts(3, "ann", overlay: overlay)), null);
        var edited = MessageOverlay.None with { Edits = [.. Enumerable.Range(10, Limits.EditsPerMessage).Select(number => (long)number)] };
        Expect(state.Decide("ann", new EditMessage(3, "again"), Facts(3, "ann", overlay: edited)), Refusal.LimitReached);

        static MessageOverlay React(MessageOverlay overlay, string reaction, string by) =>
            overlay.Apply(new Recorded(9, Start, by, null, new ReactionChanged(3, reaction, true)));
    }

    [Fact]
    public void A_backlog_of_erasures_stops_deleting_until_it_is_worked_off()
    {
        var state = Thread();
        for (var i = 0; i < Limits.PendingRedactions; i++)
            state = state.Say("ann", new MessagePosted("x")) is var posted ? posted.Follow(new MessageDeleted(posted.Version, [])) : state;
        state = state.Say("ann", new MessagePosted("x"));
        Expect(state.Decide("ann", new DeleteMessage(state.Version), Facts(state.Version, "ann")), Refusal.Busy);
        state = state.Follow(new MessageRedacted(3));
        Expect(state.Decide("ann", new DeleteMessage(state.LastMessage), Facts(state.LastMessage, "ann")), null);
    }

    [Fact]
    public void E6_a_hold_is_the_backends_and_bounds_what_waits_for_its_end()
    {
        var held = Thread().Follow(new HoldChanged(true));
        held.Decide("api", new HoldThread(true)).Events.Single().ShouldBeOfType<NothingChanged>();
        held.Decide("api", new HoldThread(false)).Events.Single().ShouldBe(new HoldChanged(false));
        held.Decide("host", new HoldThread(false)).Reason.ShouldBe(Refusal.NotAllowed);
        Thread(closed: true).Decide("api", new HoldThread(true)).Events.Single().ShouldBe(new HoldChanged(true));
        (ChatThread.View(held, null, Audience.Moderators)!.Held, ChatThread.View(held, null)!.Held).ShouldBe((true, null));
        ThreadState.Decode(held.Encode()).Held.ShouldBeTrue();
        for (var i = 0; i < Limits.PendingRedactions; i++)
        {
            held = held.Say("ann", new MessagePosted("x"));
            held = held.Follow(held.Decide("ann", new DeleteMessage(held.LastMessage), Facts(held.LastMessage, "ann")).Events[0]);
        }
        held = held.Say("ann", new MessagePosted("x"));
        held.Decide("ann", new DeleteMessage(held.LastMessage), Facts(held.LastMessage, "ann")).Reason.ShouldBe(Refusal.LimitReached);
    }

    [Fact]
    public void Mentions_are_kept_once_each_and_none_is_nothing()
    {
        Posted(Thread().Decide("ann", new PostMessage("x", null, ["bob", "bob", "host"]))).Mentions!.Value.ShouldBe(["bob", "host"]);
        Posted(Thread().Decide("ann", new PostMessage("x", null, []))).Mentions.ShouldBeNull();
        Posted(Thread().Decide("ann", new PostMessage("x", null, default(ImmutableArray<string>)))).Mentions.ShouldBeNull();

        static MessagePosted Posted(Outcome outcome) => outcome.Events.ShouldHaveSingleItem().ShouldBeOfType<MessagePosted>();
    }

    [Fact]
    public void A_decision_without_the_facts_it_asked_for_is_a_fault_of_the_shell() =>
        Should.Throw<ArgumentException>(() => WithMessage().Decide("ann", new DeleteMessage(3), Facts(4, "ann")));

    internal static void Expect(Outcome outcome, Refusal? refusal)
    {
        if (refusal is null) outcome.IsRefused.ShouldBeFalse(outcome.Detail);
        else outcome.IsRefused.ShouldBeTrue();
        if (refusal is { } reason) outcome.Reason.ShouldBe(reason);
    }

    [Fact]
    public void E7_a_thread_is_registered_once_it_has_a_message_and_once_only()
    {
        var state = Thread();
        (state.NeedsRegistering, state.FirstMessage).ShouldBe((false, 0));
        state.Decide("system", new RecordRegistered()).Events.ShouldBe([new NothingChanged()]);
        state = state.Say("ann", new MessagePosted("one")).Say("ann", new MessagePosted("two")).Follow(new MessageDeleted(3, []));
        (state.NeedsRegistering, state.FirstMessage).ShouldBe((true, 3));
        foreach (var who in new[] { "host", "api" }) state.Decide(who, new RecordRegistered()).Reason.ShouldBe(Refusal.NotAllowed);
        state.Decide("system", new RecordRegistered()).Events.ShouldBe([new ThreadRegistered()]);
        state = state.Follow(new ThreadRegistered()).Say("ann", new MessagePosted("three"));
        state.NeedsRegistering.ShouldBeFalse();
        state.Decide("system", new RecordRegistered()).Events.ShouldBe([new NothingChanged()]);
    }
}
