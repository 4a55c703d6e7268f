using Actors.Contracts;
using Shouldly;
using Xunit;
using static Actors.Meetings.Tests.ThreadSample;

namespace Actors.Meetings.Tests;

public class OverlayTests
{
    private static Recorded Edit(long number, long message, string text) => new(number, Start, "ann", null, new MessageEdited(message, text));

    private static Recorded Thumb(long number, long message, bool on = true) => new(number, Start, "bob", null, new ReactionChanged(message, "👍", on));

    [Fact]
    public void Merging_the_same_changes_again_changes_nothing()
    {
        var changes = new OverlayChanges(0, 12, [Edit(10, 4, "b"), Thumb(11, 4), Edit(12, 5, "c")]);
        var once = PageOverlay.Empty(0).Merge(changes);
        once.Merge(changes).Encode().ShouldBe(once.Encode());
        PageOverlay.Empty(0).Merge(new OverlayChanges(0, 10, [Edit(10, 4, "b")])).Merge(changes).Encode().ShouldBe(once.Encode());
    }

    [Fact]
    public void An_overlay_takes_only_what_is_durable()
    {
        var buffer = new OverlayBuffer();
        buffer.Evolve(Edit(10, 4, "b"));
        buffer.Evolve(new Recorded(11, Start, "ann", null, new MessageDeleted(4, [10])));
        buffer.Changes(0, durable: 10).Events.Select(change => change.Number).ShouldBe([10]);
        buffer.Changes(0, durable: 9).Events.ShouldBeEmpty();
        buffer.Overlay(4, null).Deleted.ShouldBeTrue();
        buffer.Flushed(0, 10);
        buffer.DirtyPages.ShouldBe([0]);
        buffer.Flushed(0, 11);
        (buffer.DirtyPages.IsEmpty, buffer.Count).ShouldBe((true, 0));
    }

    [Fact]
    public void An_overlay_that_was_read_before_the_last_flush_is_not_taken_for_the_whole()
    {
        var buffer = new OverlayBuffer();
        buffer.Evolve(Edit(10, 4, "b"));
        buffer.Completes(0, 0).ShouldBeTrue();
        buffer.Overlay(4, null).Text.ShouldBe("b");
        buffer.Flushed(0, 10);
        buffer.Completes(0, 0).ShouldBeFalse();
        buffer.Completes(0, 10).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => buffer.Overlay(4, null));
    }

    [Fact]
    public void P8_a_full_buffer_says_so_until_a_flush()
    {
        var buffer = new OverlayBuffer();
        for (var i = 0; i < OverlayBuffer.MaxChanges - 1; i++) buffer.Evolve(Thumb(10 + i, 4, i % 2 == 0));
        buffer.IsFull.ShouldBeFalse();
        buffer.Evolve(Thumb(10 + OverlayBuffer.MaxChanges, 4));
        buffer.IsFull.ShouldBeTrue();
        buffer.Flushed(0, long.MaxValue);
        buffer.IsFull.ShouldBeFalse();
        var long_ = new string('x', Limits.MessageBytes);
        for (var i = 0; i < OverlayBuffer.MaxTextBytes / Limits.MessageBytes; i++) buffer.Evolve(Edit(10_000 + i, 4 + i, long_));
        buffer.IsFull.ShouldBeTrue();
    }

    [Fact]
    public void P8_the_largest_overlay_stays_below_what_storage_takes()
    {
        var text = new string('"', Limits.MessageBytes);
        var (overlay, number) = (PageOverlay.Empty(0), 1_000_000_000_000L);
        var fullest = MessageOverlay.None.Apply(Edit(++number, 1, text)) with { Edits = [.. Enumerable.Repeat(number, Limits.EditsPerMessage)] };
        foreach (var who in Enumerable.Range(0, Limits.ParticipantsPerMeeting).Chunk(Limits.ReactorsPerMessage).Select((chunk, i) => (chunk, i)))
        {
            var by = who.chunk.Select(i => i.ToString("D64")).ToArray();
            var reacted = fullest with { Reactions = [new Reactions(new string('"', Limits.ReactionLength), by.Length, [.. by])] };
            for (var message = who.i; message < Limits.OverlaySpan; message += Limits.ParticipantsPerMeeting / Limits.ReactorsPerMessage)
                overlay = overlay with { Messages = overlay.Messages.Add(message, reacted) };
        }
        overlay.Messages.Count.ShouldBe(Limits.OverlaySpan);
        // With the words of a page of prose.
        overlay = overlay with { Words = WordFilter.Of(Enumerable.Range(0, 10_000).Select(i => $"word{i}")) };
        overlay.Words.Bits.Length.ShouldBe(WordFilter.MaxBytes);
        // Storage's bound on one overlay.
        overlay.Encode().Length.ShouldBeInRange(4 * 1024 * 1024, 8 * 1024 * 1024);
    }

    [Fact]
    public void Events_that_change_no_message_leave_the_buffer_empty()
    {
        var buffer = new OverlayBuffer();
        buffer.Evolve(new Recorded(1, Start, "ann", null, new MessagePosted("x")));
        buffer.Evolve(new Recorded(2, Start, null, null, new PointersMoved([])));
        buffer.DirtyPages.ShouldBeEmpty();
    }

    [Fact]
    public void History_refuses_what_it_cannot_answer()
    {
        var state = Thread().Say("ann", new MessagePosted("x"));
        Refused(new HistoryRequest(Caller: Caller.Participant("stranger"))).ShouldBe(Refusal.NotJoined);
        Refused(new HistoryRequest(Caller: Caller.Participant("gone"))).ShouldBe(Refusal.NotJoined);
        Refused(new HistoryRequest()).ShouldBe(Refusal.NotAllowed);
        foreach (var request in new HistoryRequest[] { new(Limit: 0), new(Limit: Limits.HistoryPage + 1), new(1, 1), new(Before: 0), new(After: -1), new(Around: 0), new(Before: 1, Around: 1), new(After: 1, Around: 1) })
            Refused(request with { Caller = Caller.Participant("ann") }).ShouldBe(Refusal.InvalidArgument);
        Refused(new HistoryRequest(Caller: Caller.Participant("attendee"))).ShouldBeNull();

        Refusal? Refused(HistoryRequest request)
        {
            var plan = History.Plan(state, request);
            return plan.Refused is null ? null : History.Assemble(plan, [], [], new OverlayBuffer()).Refusal;
        }
    }

    [Fact]
    public void A_page_beyond_either_end_points_back_to_the_messages()
    {
        var state = Thread().Say("ann", new MessagePosted("x"));
        var backend = Caller.Backend("key");
        History.Plan(state, new HistoryRequest(Before: 3, Caller: backend)).ToString().ShouldBe(new HistoryPlan([], null, 2).ToString());
        History.Plan(state, new HistoryRequest(After: 3, Caller: backend)).ToString().ShouldBe(new HistoryPlan([], 4, null).ToString());
        History.Plan(Thread(), new HistoryRequest(Caller: backend)).ToString().ShouldBe(new HistoryPlan([], null, null).ToString());
    }
}
