using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

public sealed class DurabilityTests
{
    [Fact]
    public async Task P1_nothing_is_answered_refused_or_shown_before_it_is_durable()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var before = (await TestBed.Events(meeting)).Count;
        var gate = bed.Log.Hold("meeting/");

        var joining = meeting.Execute(bed.Joining("ann", Role.Host), default).AsTask();
        await gate.Arrived;
        // Ann is a host in the newest state only: a refusal that depends on her waits like the acceptance does.
        var refusal = meeting.Execute(bed.By("ann", new LowerHand("nobody")), default).AsTask();
        var reading = meeting.Read(new ReadRequest(before, TimeSpan.FromSeconds(5)), default).AsTask();
        await bed.Waiting(2);
        var view = (MeetingView)(await meeting.View(new ViewRequest(Audience.Moderators), default))!;
        var glance = await meeting.Read(new ReadRequest(before, TimeSpan.Zero), default);

        view.Participants.ShouldBeEmpty();
        view.Number.ShouldBe(before);
        glance.Events.ShouldBeEmpty();
        glance.To.ShouldBe(before);
        new Task[] { joining, refusal, reading }.ShouldAllBe(task => !task.IsCompleted);

        gate.Release();
        (await joining).ShouldBeOfType<Accepted>().First.ShouldBe(before + 1);
        (await refusal).ShouldBeOfType<Refused>();
        (await reading).Events.Select(one => one.Event.GetType()).ShouldBe([typeof(ParticipantJoined)]);
    }

    [Fact]
    public async Task P1_what_waits_for_the_next_append_is_not_shown_with_what_the_last_one_stored()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var before = (await TestBed.Events(meeting)).Count;
        var first = bed.Log.Hold("meeting/");
        var ann = meeting.Execute(bed.Joining("ann"), default).AsTask();
        await first.Arrived;
        var bob = meeting.Execute(bed.Joining("bob"), default).AsTask();
        var second = bed.Log.Hold("meeting/");
        first.Release();
        (await ann).ShouldBeOfType<Accepted>();
        await second.Arrived;

        var view = (MeetingView)(await meeting.View(new ViewRequest(Audience.Moderators, Seen: before + 1), default))!;
        view.Participants.Select(one => one.Id).ShouldBe(["ann"]);
        (await meeting.Read(new ReadRequest(before, TimeSpan.Zero), default)).To.ShouldBe(before + 1);
        bob.IsCompleted.ShouldBeFalse();
        second.Release();
        (await bob).ShouldBeOfType<Accepted>();
    }

    [Fact]
    public async Task P1_a_repeat_waits_for_the_first_to_be_durable()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var gate = bed.Log.Hold("meeting/");
        var request = bed.Joining("ann", Role.Host);
        var first = meeting.Execute(request, default).AsTask();
        await gate.Arrived;
        var repeat = meeting.Execute(request, default).AsTask();
        // Another call that needs no storage comes back, so the repeat has had its turn.
        await meeting.View(new ViewRequest(Audience.Members), default);
        repeat.IsCompleted.ShouldBeFalse();
        gate.Release();
        var answer = (Accepted)await first;
        (await repeat).ShouldBe(answer with { Repeat = true });
    }

    [Fact]
    public async Task A_hundred_commands_that_meet_a_held_append_make_two_appends()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        for (var i = 0; i < 10; i++) await TestBed.Accepted(meeting, bed.Joining($"p{i}"));
        var before = bed.Log.Appended.Count;
        var gate = bed.Log.Hold("meeting/");
        var first = meeting.Execute(bed.By("p0", new RaiseHand()), default).AsTask();
        await gate.Arrived;
        var rest = Enumerable.Range(1, 99).Select(i => meeting.Execute(bed.By($"p{i % 10}", new SetMedia(Camera: i % 20 < 10)), default).AsTask()).ToArray();
        // An engine need not keep calls in order: all of them have come.
        await bed.Waiting(100);
        gate.Release();
        foreach (var answer in await Task.WhenAll([first, .. rest])) answer.ShouldBeOfType<Accepted>();
        bed.Log.Appended.Skip(before).Count(one => one.Stream.StartsWith("meeting/", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task A_lost_acknowledgement_is_told_from_a_rival_by_its_write_id()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        // The thread has nothing more to store, so every timer from here is the append's: its deadline and its pause.
        await meeting.Wake(default);
        bed.Log.Script(ScriptedEventLog.Fault.Throttled, ScriptedEventLog.Fault.WrittenThenTimedOut);
        var joining = meeting.Execute(bed.Joining("ann"), default).AsTask();
        for (var pauses = 0; pauses < 2; pauses++)
        {
            await bed.Time.Waiting(2).WaitAsync(TestBed.Patience);
            bed.Time.Advance(TimeSpan.FromMilliseconds(200));
        }
        (await joining).ShouldBeOfType<Accepted>();
        (await TestBed.Events(meeting)).Count(one => one.Event is ParticipantJoined).ShouldBe(1);
    }
}
