using System.Diagnostics;
using Actors.Contracts;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>Meetings on three silos, while silos die, leave and join.</summary>
public sealed class SeveralSilosTests
{
    private static readonly string[] MeetingIds = [.. Enumerable.Range(0, 12).Select(i => $"m{i}")];

    [Fact]
    public async Task P11_meetings_of_a_killed_silo_answer_elsewhere_with_all_that_was_acknowledged()
    {
        await using var bed = await TestBed.Start(silos: 3);
        foreach (var id in MeetingIds)
        {
            var meeting = await bed.Opened(id);
            await TestBed.Accepted(meeting, bed.Joining("ann"));
            await TestBed.Accepted(meeting, bed.By("ann", new RaiseHand()));
        }
        // Each silo in turn: every meeting loses its home at least once.
        for (var silo = 0; silo < 3; silo++)
        {
            await bed.KillOne();
            foreach (var id in MeetingIds)
            {
                var view = await Eventually(async () => (MeetingView?)await bed.Meeting(id).View(new ViewRequest(Audience.Moderators), default));
                view.Participants.Select(one => one.Id).ShouldBe(["ann"]);
                view.Hands.Length.ShouldBe(1);
                await Acknowledged(bed, id, bed.Joining($"p{silo}"));
                await Acknowledged(bed, id, bed.By("ann", new LowerHand()));
                await Acknowledged(bed, id, bed.By("ann", new RaiseHand()));
                await Acknowledged(bed, id, bed.By($"p{silo}", new Leave()));
            }
        }
    }

    [Fact]
    public async Task P2_P3_commands_under_way_while_silos_come_and_go_are_in_the_log_once_and_the_log_has_no_gap()
    {
        await using var bed = await TestBed.Start(silos: 3);
        foreach (var id in MeetingIds) await bed.Opened(id);
        var joined = 0;
        var joining = MeetingIds.Select(id => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await Acknowledged(bed, id, bed.Joining($"p{i}"));
                Interlocked.Increment(ref joined);
            }
        })).ToArray();
        await Until(() => joined >= 50);
        await bed.Add();
        await Until(() => joined >= 150);
        await bed.StopOne();
        await Until(() => joined >= 250);
        await bed.KillOne();
        await Task.WhenAll(joining).WaitAsync(TestBed.Patience);
        foreach (var id in MeetingIds)
        {
            var events = await Eventually(async () => await TestBed.Events(bed.Meeting(id)));
            events.Select(one => one.Number).ShouldBe(Enumerable.Range(1, events.Count).Select(number => (long)number));
            events.Count(one => one.Event is ParticipantJoined).ShouldBe(40);
        }
    }

    [Fact]
    public async Task P9_who_has_seen_an_answer_reads_it_from_whichever_silo_the_meeting_is_on()
    {
        await using var bed = await TestBed.Start(silos: 3);
        var seen = new Dictionary<string, long>();
        foreach (var id in MeetingIds)
        {
            await bed.Opened(id);
            seen[id] = (await Acknowledged(bed, id, bed.Joining("ann"))).Last;
        }
        for (var round = 0; round < 3; round++)
        {
            await bed.KillOne();
            foreach (var id in MeetingIds)
            {
                var view = await Eventually(async () => (MeetingView?)await bed.Meeting(id).View(new ViewRequest(Audience.Members, Seen: seen[id]), default));
                view.Number.ShouldBeGreaterThanOrEqualTo(seen[id]);
                seen[id] = (await Acknowledged(bed, id, bed.Joining($"p{round}"))).Last;
            }
        }
    }

    /// <summary>As the gateway does: the same command again, for as long as its fate is unknown or it was not taken.</summary>
    private static Task<Accepted> Acknowledged(TestBed bed, string meeting, Request request) => Eventually(async () =>
    {
        var answer = await bed.Meeting(meeting).Execute(request, default);
        return answer as Accepted ?? (answer is Retry ? null : throw new InvalidOperationException($"{request.Command} was answered {answer}."));
    });

    private static async Task<T> Eventually<T>(Func<Task<T?>> attempt)
        where T : class
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await attempt() is { } result) return result;
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException or SteppedDownException or OperationCanceledException)
            {
                if (clock.Elapsed > TestBed.Patience) throw;
            }
            clock.Elapsed.ShouldBeLessThan(TestBed.Patience);
            await Task.Yield();
        }
    }

    private static Task Until(Func<bool> condition) => Eventually(() => Task.FromResult(condition() ? "yes" : null));
}
