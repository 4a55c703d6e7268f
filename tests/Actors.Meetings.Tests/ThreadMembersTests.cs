using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

public class ThreadMembersTests
{
    private static readonly SpacePolicy Policy = new();

    [Fact]
    public void A_thread_that_was_never_told_of_has_no_view() => ChatThread.View(ThreadState.Empty, "ann").ShouldBeNull();

    [Fact]
    public void A_full_update_is_recorded_as_the_difference()
    {
        var state = ThreadState.Empty.Follow(ChatThread.Apply(ThreadState.Empty, Full(5, Policy, false, ("ann", Role.Host), ("bob", Role.Participant)))!.Value.Events[0]);
        var changed = ChatThread.Apply(state, Full(9, Policy with { MayChat = false }, true, ("ann", Role.Host), ("cho", Role.Attendee)))!.Value;
        var roster = changed.Events.ShouldHaveSingleItem().ShouldBeOfType<RosterChanged>();
        roster.Cause.ShouldBe(9);
        roster.Entered.ShouldBe([new Member("cho", "cho", Role.Attendee)]);
        roster.Left.ShouldBe(["bob"]);
        roster.Policy.ShouldBe(Policy with { MayChat = false });
        roster.Closed.ShouldBe(true);
        roster.Name.ShouldBeNull();
    }

    [Fact]
    public void An_update_applies_once_and_only_where_it_continues()
    {
        var state = Thread();
        state.Cursor.ShouldBe(11);
        var delta = new RosterUpdate(11, 14, false, [new Member("cho", "Cho", Role.Participant)], ["bob", "stranger"], Policy, false, "Main", false);
        ChatThread.Apply(state, delta with { After = 10 }).ShouldNotBeNull();
        ChatThread.Apply(state, delta with { After = 12 }).ShouldBeNull();
        ChatThread.Apply(state, delta with { Through = 11 }).ShouldBeNull();
        ChatThread.Apply(state, Full(11, Policy, false)).ShouldBeNull();
        var applied = state.Follow(ChatThread.Apply(state, delta)!.Value.Events[0]);
        applied.Cursor.ShouldBe(14);
        applied.Members.ShouldBe(6);
        ChatThread.Apply(applied, delta).ShouldBeNull();
    }

    [Fact]
    public void A_long_roster_comes_in_parts_and_the_cursor_moves_with_the_last()
    {
        (string, Role)[] many = [.. Enumerable.Range(0, 1_001).Select(i => ($"u{i:0000}", Role.Participant))];
        var (state, parts) = (Thread(), 0);
        for (var update = Full(20, Policy, false, many); ChatThread.Apply(state, update) is { } outcome; parts++)
        {
            state.Cursor.ShouldBe(11);
            state = state.Follow(outcome.Events[0]);
        }
        (parts, state.Cursor, state.Members).ShouldBe((6, 20, 1_001));
    }

    [Fact]
    public void An_update_that_changes_nobody_still_moves_the_cursor()
    {
        var state = Thread();
        var same = new RosterUpdate(11, 12, false, [new Member("bob", "Bob", Role.Participant)], [], Policy, false, "Main", false);
        var roster = (RosterChanged)ChatThread.Apply(state, same)!.Value.Events.ShouldHaveSingleItem();
        roster.Entered.ShouldBeEmpty();
        state.Follow(roster).Cursor.ShouldBe(12);
    }

    [Fact]
    public void A_new_role_counts_at_once()
    {
        var state = Thread().Follow(new RosterChanged(12, [new Member("attendee", "A", Role.Participant)], []));
        state.Members.ShouldBe(6);
        ThreadRulesTests.Expect(state.Decide("attendee", new PostMessage("now I may")), null);
    }

    [Fact]
    public void Unread_counts_what_others_posted_since_one_read_posted_or_came()
    {
        var state = Thread().Say("ann", new MessagePosted("1")).Say("ann", new MessagePosted("2"));
        Unread(state, "bob").ShouldBe(2);
        Unread(state, "ann").ShouldBe(0);
        Unread(state.Say("bob", new MessagePosted("3")), "bob").ShouldBe(0);
        Unread(state.Say("bob", new MessagePosted("3")), "ann").ShouldBe(1);
        Unread(state.Follow(new MessageDeleted(4, [])), "bob").ShouldBe(1);
        Unread(state.Follow(new PointersMoved([new Pointer("bob", 4, 3)])), "bob").ShouldBe(1);
        var late = state.Follow(new RosterChanged(12, [new Member("late", "Late", Role.Participant)], []));
        Unread(late, "late").ShouldBe(0);
        Unread(late.Say("ann", new MessagePosted("3")), "late").ShouldBe(1);
    }

    [Fact]
    public void Receipts_keep_those_who_left_and_a_return_continues_where_they_were()
    {
        var state = Thread().Say("ann", new MessagePosted("1")).Follow(
            new PointersMoved([new Pointer("bob", 3, 3), new Pointer("gone", 3, 0)]), new RosterChanged(12, [], ["bob"]));
        var receipts = ChatThread.Receipts(state);
        receipts.Members.Single(member => member.Participant == "bob").ShouldBe(new MemberPointers("bob", 3, 3, 0));
        receipts.Members.Single(member => member.Participant == "gone").ShouldBe(new MemberPointers("gone", 3, 0, 1));
        ChatThread.View(state, "bob")!.Own.ShouldBeNull();
        var back = state.Follow(new RosterChanged(13, [new Member("bob", "Bob", Role.Participant)], []));
        ChatThread.View(back, "bob").ShouldBe(new ThreadView(6, false, 1, 3, 6, new MemberPointers("bob", 3, 3, 0), LastMessageAt: Start));
    }

    [Fact]
    public void P8_those_who_left_first_are_forgotten_when_too_many_left()
    {
        var state = Thread();
        for (var round = 0; round <= Limits.DepartedMembers / 1_000; round++)
        {
            string[] ids = [.. Enumerable.Range(round * 1_000, 1_000).Select(i => $"u{i:00000}")];
            state = state.Follow(
                new RosterChanged(20 + 2 * round, [.. ids.Select(id => new Member(id, id, Role.Participant))], []),
                new RosterChanged(21 + 2 * round, [], [.. ids]));
        }
        var known = ChatThread.Receipts(state).Members.Select(member => member.Participant).ToHashSet();
        known.Count.ShouldBeLessThanOrEqualTo(Limits.DepartedMembers + state.Members);
        known.ShouldContain("ann");
        known.ShouldContain("u10999");
        known.ShouldNotContain("gone");
        known.ShouldNotContain("u00000");
    }

    [Fact]
    public void P12_an_event_that_a_thread_cannot_have_breaks_its_fold()
    {
        var state = Thread();
        Should.Throw<InvalidOperationException>(() => state.Follow(new HandRaised("ann")));
        Should.Throw<InvalidOperationException>(() => state.Follow(new MessageDeleted(1, [])));
        Should.Throw<InvalidOperationException>(() => state.Follow(new MessageEdited(3, "x")));
        Should.Throw<InvalidOperationException>(() => state.Follow(new ReactionChanged(3, "x", true)));
        Should.Throw<InvalidOperationException>(() => state.Evolve(new Recorded(state.Version + 2, Start, null, null, new NothingChanged())));
        Should.Throw<InvalidOperationException>(() => state.Evolve(new Recorded(state.Version + 1, Start.AddMilliseconds(-1), null, null, new NothingChanged())));
    }

    private static int Unread(ThreadState state, string participant) => ChatThread.View(state, participant)!.Own!.Unread;
}
