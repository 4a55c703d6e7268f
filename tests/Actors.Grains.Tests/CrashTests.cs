using System.Text.Json;
using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

public sealed class CrashTests
{
    [Fact]
    public async Task P3_a_repeat_after_a_crash_gets_the_first_answer()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        var command = bed.By("ann", new RaiseHand());
        var first = await TestBed.Accepted(meeting, command);
        await bed.Kill();
        (await TestBed.Accepted(bed.Meeting(), command)).ShouldBe(first with { Repeat = true });
        (await TestBed.Events(bed.Meeting())).Count(one => one.Event is HandRaised).ShouldBe(1);
    }

    [Fact]
    public async Task P4_a_reader_that_goes_on_from_its_number_gets_every_event_once_through_crashes()
    {
        await using var bed = await TestBed.Start();
        await bed.Opened();
        var (seen, expected) = (new List<long>(), 0L);
        for (var round = 0; round < 3; round++)
        {
            var meeting = bed.Meeting();
            for (var i = 0; i < 20; i++) expected = (await TestBed.Accepted(meeting, bed.Joining($"p{round}-{i}"))).Last;
            if (round < 2) await bed.Kill();
            for (var after = seen.Count; after < expected; after = seen.Count)
            {
                var page = await bed.Meeting().Read(new ReadRequest(after, TimeSpan.Zero), default);
                page.Outcome.ShouldBe(ReadOutcome.Ok);
                page.From.ShouldBe(after + 1);
                seen.AddRange(page.Events.Select(one => one.Number));
            }
        }
        seen.ShouldBe(Enumerable.Range(1, (int)expected).Select(number => (long)number));
    }

    [Fact]
    public async Task P11_nothing_acknowledged_is_lost_when_the_process_dies_and_nobody_has_to_join_again()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        for (var i = 0; i < 10; i++) await TestBed.Accepted(meeting, bed.Joining($"p{i}"));
        await TestBed.Accepted(meeting, bed.By("p3", new RaiseHand()));
        var before = (MeetingView)(await meeting.View(new ViewRequest(Audience.Moderators), default))!;
        await bed.Kill();
        var after = (MeetingView)(await bed.Meeting().View(new ViewRequest(Audience.Moderators), default))!;
        Json(after).ShouldBe(Json(before));
        await TestBed.Accepted(bed.Meeting(), bed.By("p4", new RaiseHand()));
    }

    private static string Json(View view) => JsonSerializer.Serialize(view, ContractsJson.Default.View);

    [Fact]
    public async Task P12_replay_of_the_log_gives_the_state_that_was_snapshotted()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        for (var i = 0; i < 60; i++)
        {
            await TestBed.Accepted(meeting, bed.Joining($"p{i}"));
            await TestBed.Accepted(meeting, bed.By($"p{i}", new RaiseHand()));
            bed.Time.Advance(TimeSpan.FromTicks(1_234_567));
        }
        // A restart in good order leaves a snapshot behind.
        await bed.Restart();
        bed.Log.Calls(nameof(IEventLog.SaveSnapshot)).ShouldBeGreaterThan(0);
        var stream = Streams.Meeting(Ids.MeetingKey(TestBed.Tenant, "m1"));
        var loaded = await bed.Log.Inner.Load(stream, Schemas.Any, default);
        var replayed = MeetingState.Empty;
        foreach (var recorded in await TestBed.Events(bed.Meeting())) replayed = replayed.Evolve(recorded);
        loaded.Snapshot!.Version.ShouldBe(replayed.Version);
        loaded.Snapshot.Payload.ToArray().ShouldBe(replayed.Encode());
    }

    [Fact]
    public async Task P12_time_never_runs_backwards_within_a_stream()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        var before = (await TestBed.Events(meeting))[^1].At;
        bed.Time.SetBack(TimeSpan.FromMinutes(5));
        await TestBed.Accepted(meeting, bed.By("ann", new RaiseHand()));
        (await TestBed.Events(meeting))[^1].At.ShouldBe(before);
    }

    [Fact]
    public async Task Activation_of_a_meeting_of_a_thousand_takes_three_round_trips_at_most()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await Task.WhenAll(Enumerable.Range(0, 999).Select(i => TestBed.Accepted(meeting, bed.Joining($"p{i}"))));
        await bed.Kill();
        bed.Log.ForgetCalls();
        var view = (MeetingView)(await bed.Meeting().View(new ViewRequest(Audience.Members), default))!;
        view.Participants.Length.ShouldBe(999);
        // A load is a snapshot's read and a query, of one page at this size.
        bed.Log.Calls(nameof(IEventLog.Load), "meeting/").ShouldBe(1);
        bed.Log.Calls(nameof(IEventLog.ReadForward), "meeting/").ShouldBe(0);
        var loaded = await bed.Log.Inner.Load(Streams.Meeting(Ids.MeetingKey(TestBed.Tenant, "m1")), Schemas.Any, default);
        loaded.Tail.Sum(batch => batch.Events.Length).ShouldBeLessThan(ReadLimit.MaxBytes);
    }
}
