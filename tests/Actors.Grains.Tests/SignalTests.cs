using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>B6: what passes is delivered in its moment or not at all.</summary>
public sealed class SignalTests
{
    [Fact]
    public async Task B6_a_reaction_that_is_too_old_is_delivered_to_nobody()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        var (number, at) = ((await TestBed.Events(meeting)).Count, bed.Time.GetUtcNow().ToUnixTimeMilliseconds());
        // The sender's own word is not believed.
        (await meeting.Signal(new ReactionSignal("ann", "+", 1), 0)).ShouldBeNull();
        bed.Time.Advance(Limits.SignalLifetime - TimeSpan.FromMilliseconds(1));
        (await meeting.Signal(new ReactionSignal("ann", "-"), 0)).ShouldBeNull();
        (await Read(meeting, number, 0)).Signals.ShouldBe([new ReactionSignal("ann", "+", at), new ReactionSignal("ann", "-", bed.Time.GetUtcNow().ToUnixTimeMilliseconds())]);
        bed.Time.Advance(TimeSpan.FromMilliseconds(1));
        var page = await Read(meeting, number, 0);
        page.Signals.ShouldHaveSingleItem().ShouldBeOfType<ReactionSignal>().Reaction.ShouldBe("-");
        bed.Time.Advance(Limits.SignalLifetime);
        page = await Read(meeting, number, 0);
        page.Signals.ShouldBeEmpty();
        page.SignalCursor.ShouldBe(2, "they are passed over, not waiting");
    }

    [Fact]
    public async Task B6_a_reader_that_begins_gets_what_comes_and_not_what_was_but_the_count_of_attendees()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        var number = (await TestBed.Events(meeting)).Count;
        for (var i = 0; i < 3; i++) await meeting.Signal(new ReactionSignal("ann", $"{i}"), 0);
        var begun = await Read(meeting, number, ReadRequest.FromNow);
        (begun.Signals.Length, begun.SignalCursor).ShouldBe((0, 3));
        var parked = meeting.Read(new ReadRequest(number, TimeSpan.FromSeconds(10), ReadRequest.FromNow), default).AsTask();
        await bed.Time.WaitingFor(TimeSpan.FromSeconds(10)).WaitAsync(TestBed.Patience);
        await meeting.Signal(new ReactionSignal("ann", "new"), 0);
        (await parked).Signals.ShouldHaveSingleItem().ShouldBeOfType<ReactionSignal>().Reaction.ShouldBe("new");
        await TestBed.Accepted(meeting, bed.Joining("eye", Role.Attendee));
        bed.Time.Advance(TimeSpan.FromSeconds(1));
        await meeting.Wake(default);
        bed.Time.Advance(Limits.SignalLifetime * 2);
        (await Read(meeting, number, ReadRequest.FromNow)).Signals.ShouldBe([new AttendeesSignal(1)]);
    }

    [Fact]
    public async Task Signals_are_refused_where_their_sender_may_not_send_them()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        var joined = await TestBed.Accepted(meeting, bed.Joining("eye", Role.Attendee));
        (await meeting.Signal(new ActiveSpeakerSignal("ann"), 0))!.Reason.ShouldBe(Refusal.NotAllowed);
        await TestBed.Accepted(meeting, bed.By("ann", new SetMedia(Microphone: true)));
        (await meeting.Signal(new ActiveSpeakerSignal("ann"), 0)).ShouldBeNull();
        (await meeting.Signal(new ReactionSignal("ghost", "+"), 0))!.Reason.ShouldBe(Refusal.NotJoined);
        // A thread hears of the meeting first, as before a post.
        (await bed.Thread().Signal(new TypingSignal("ann"), joined.Last)).ShouldBeNull();
        (await bed.Thread().Signal(new TypingSignal("eye"), joined.Last))!.Reason.ShouldBe(Refusal.NotAllowed);
        (await bed.Thread().Signal(new ActiveSpeakerSignal("ann"), joined.Last))!.Reason.ShouldBe(Refusal.InvalidArgument);
        await TestBed.Accepted(meeting, bed.Joining("bob"));
        var opened = await TestBed.Accepted(meeting, bed.By("ann", new OpenDirect("bob")));
        (await bed.Thread("ann~bob").Signal(new TypingSignal("ann"), opened.Last)).ShouldBeNull();
        await TestBed.Accepted(meeting, bed.ByBackend(new ChangeSettings(new SettingsPatch(PrivateChat: PrivateChat.Nobody))));
        (await bed.Thread("ann~bob").Signal(new TypingSignal("ann"), opened.Last))!.Reason.ShouldBe(Refusal.NotAllowed);
    }

    private static async Task<StreamPage> Read(IMeetingGrain meeting, long after, long signalsAfter) =>
        await meeting.Read(new ReadRequest(after, TimeSpan.Zero, signalsAfter), default);
}
