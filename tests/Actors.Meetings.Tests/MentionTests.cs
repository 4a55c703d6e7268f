using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

/// <summary>Pins (E2) and counts of mentions (E4).</summary>
public class MentionTests
{
    [Fact]
    public void E4_mentions_by_name_or_of_everyone_count_until_they_are_read_or_deleted()
    {
        var state = Thread()
            .Say("ann", new MessagePosted("one", Mentions: ["bob", "gone", "stranger"]))
            .Say("host", new MessagePosted("two", Mentions: ["bob"], Everyone: true))
            .Say("ann", new MessagePosted("three"));
        var (one, two) = (state.LastMessage - 2, state.LastMessage - 1);
        (Mentions(state, "bob"), Mentions(state, "presenter"), Mentions(state, "ann"), Mentions(state, "host")).ShouldBe((2, 1, 0, 0));
        Mentions(state.Follow(new PointersMoved([new("bob", one, one)])), "bob").ShouldBe(1);
        Mentions(state.Follow(new PointersMoved([new("bob", two, 0)])), "bob").ShouldBe(2);
        Mentions(state.Follow(new PointersMoved([new("bob", two, two)])), "bob").ShouldBe(0);
        Mentions(state.Follow(new MessageDeleted(one, [])), "bob").ShouldBe(1);
        Mentions(state.Follow(new MessageDeleted(one, []), new MessageDeleted(two, [])), "bob").ShouldBe(0);
        ChatThread.View(state, "bob")!.Own!.Mentions.ShouldBe(2);
        // Who comes later finds history, no mentions; who had left finds theirs.
        state = state.Follow(new RosterChanged(30, [new Member("late", "Late", Role.Participant), new Member("gone", "Gone", Role.Participant)], []));
        (Mentions(state, "late"), Mentions(state, "gone")).ShouldBe((0, 2));
    }

    [Fact]
    public void P8_of_many_unread_mentions_the_newest_are_counted()
    {
        var state = Thread();
        for (var i = 1; i <= Limits.UnreadMentions + 1; i++)
        {
            state = state.Say("ann", new MessagePosted("psst", Mentions: ["bob"]));
            Mentions(state, "bob").ShouldBe(Math.Min(i, Limits.UnreadMentions));
        }
        Mentions(state.Follow(new PointersMoved([new("bob", state.LastMessage, state.LastMessage - 1)])), "bob").ShouldBe(1);
    }

    [Fact]
    public void E2_pins_are_in_the_view_in_order_and_go_with_their_message()
    {
        var state = Thread().Say("ann", new MessagePosted("one")).Say("ann", new MessagePosted("two"));
        var (one, two) = (state.LastMessage - 1, state.LastMessage);
        ChatThread.View(state, null)!.Pins.ShouldBeNull();
        state = state.Follow(state.Decide("cohost", new PinMessage(two)).Events.Single());
        state = state.Follow(state.Decide("api", new PinMessage(one)).Events.Single());
        ChatThread.View(state, null)!.Pins!.Value.ShouldBe([two, one]);
        state.Decide("host", new PinMessage(one)).Events.Single().ShouldBeOfType<NothingChanged>();
        var deleted = state.Follow(new MessageDeleted(two, []));
        ChatThread.View(deleted, null)!.Pins!.Value.ShouldBe([one]);
        deleted.Decide("host", new UnpinMessage(two)).Reason.ShouldBe(Refusal.MessageDeleted);
        deleted.Decide("host", new PinMessage(99)).Reason.ShouldBe(Refusal.UnknownMessage);
        state = state.Follow(state.Decide("host", new UnpinMessage(two)).Events.Single());
        ChatThread.View(state, null)!.Pins!.Value.ShouldBe([one]);
        state.Decide("host", new UnpinMessage(two)).Events.Single().ShouldBeOfType<NothingChanged>();
        Thread(closed: true).Say("ann", new MessagePosted("one")).Decide("host", new PinMessage(3)).Reason.ShouldBe(Refusal.NotAllowed);
    }

    public static TheoryData<Command> OnMessages => [new PinMessage(0), new UnpinMessage(-1)];

    [Theory]
    [MemberData(nameof(OnMessages))]
    public void P10_what_is_no_message_number_is_refused_by_name(Command command)
    {
        var outcome = Thread().Decide("host", command);
        (outcome.Reason, outcome.Detail!.StartsWith("message", StringComparison.Ordinal)).ShouldBe((Refusal.InvalidArgument, true));
    }

    private static int Mentions(ThreadState state, string participant) =>
        ChatThread.Receipts(state).Members.Single(member => member.Participant == participant).Mentions;
}
