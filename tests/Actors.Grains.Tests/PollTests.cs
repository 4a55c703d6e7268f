using System.Text;
using System.Text.Json;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>B6: anonymous polls, whose votes are sealed, counted and made unreadable by the shells.</summary>
public sealed class PollTests
{
    private static readonly CreatePoll Secret = new("Tea?", ["Yes", "No"], Anonymous: true);

    [Fact]
    public async Task B6_and_P11_anonymous_votes_survive_a_crash_count_once_and_cannot_be_opened_afterwards()
    {
        await using var bed = await TestBed.Start();
        var id = await Started(bed, await bed.Opened(), "ann", "ben", "cem");
        await TestBed.Accepted(bed.Meeting(), bed.By("ann", new Vote(id, [0])));
        await TestBed.Accepted(bed.Meeting(), bed.By("ben", new Vote(id, [0])));
        await bed.Restart();
        var ballots = (await TestBed.Events(bed.Meeting())).Select(one => one.Event).OfType<VoteCast>().Select(vote => vote.Ballot!).ToArray();
        await TestBed.Accepted(bed.Meeting(), bed.By("ben", new Vote(id, [1])));
        await TestBed.Accepted(bed.Meeting(), bed.By("cem", new Vote(id, [1])));
        await TestBed.Accepted(bed.Meeting(), bed.By("host", new ClosePoll(id)));
        var events = await UntilKeyIsGone(bed.Meeting());
        events.OfType<PollCounted>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            counted => counted.Counts.ShouldBe([1, 2]), counted => counted.Voters.ShouldBe(3), counted => counted.Unreadable.ShouldBe(0));
        events.OfType<PollKeyDestroyed>().ShouldHaveSingleItem();
        (await Key(bed, id).Get()).ShouldBeNull("nobody opens these ballots any more");
        // Two equal votes look as different as two different ones, and are as long.
        ballots.Distinct().Count().ShouldBe(2);
        events.OfType<VoteCast>().Select(vote => vote.Ballot!.Length).Distinct().ShouldHaveSingleItem();
        await TestBed.Accepted(bed.Meeting(), bed.By("host", new PublishPoll(id)));
    }

    [Fact]
    public async Task B6_a_closed_poll_is_counted_and_its_key_destroyed_although_the_silo_dies_in_between()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var id = await Started(bed, meeting, "ann");
        await TestBed.Accepted(meeting, bed.By("ann", new Vote(id, [1])));
        var close = bed.Log.Hold("meeting/");
        var closing = meeting.Execute(bed.By("host", new ClosePoll(id)), default).AsTask();
        await close.Arrived;
        var count = bed.Log.Hold("meeting/");
        close.Release();
        (await closing).ShouldBeOfType<Accepted>();
        await count.Arrived;
        await bed.Kill();
        count.Release();
        var events = await UntilKeyIsGone(bed.Meeting());
        events.OfType<PollCounted>().ShouldHaveSingleItem().Counts.ShouldBe([0, 1]);
        events.OfType<PollKeyDestroyed>().ShouldHaveSingleItem();
        (await Key(bed, id).Get()).ShouldBeNull();
    }

    [Fact]
    public async Task B6_what_is_stored_of_an_anonymous_poll_names_no_choice_and_no_key()
    {
        await using var bed = await TestBed.Start();
        var id = await Started(bed, await bed.Opened(), "ann");
        await TestBed.Accepted(bed.Meeting(), bed.By("ann", new Vote(id, [1])));
        var key = (await Key(bed, id).Get()).ShouldNotBeNull();
        var stored = new StringBuilder();
        foreach (var recorded in await TestBed.Events(bed.Meeting())) stored.AppendLine(JsonSerializer.Serialize(recorded.Event, ContractsJson.Default.Event));
        stored.ToString().ShouldNotContain(key);
        var vote = JsonDocument.Parse(stored.ToString().Split('\n').Single(line => line.Contains("vote_cast"))).RootElement;
        vote.EnumerateObject().Select(field => field.Name).ShouldBe(["type", "poll", "participant", "ballot"]);
        // An anonymous poll that is cancelled takes its key along.
        await TestBed.Accepted(bed.Meeting(), bed.By("host", new DeletePoll(id)));
        await UntilKeyIsGone(bed.Meeting());
        (await Key(bed, id).Get()).ShouldBeNull();
    }

    [Fact]
    public async Task B6_a_lost_key_costs_the_counts_and_nothing_else()
    {
        await using var bed = await TestBed.Start();
        var id = await Started(bed, await bed.Opened(), "ann");
        await TestBed.Accepted(bed.Meeting(), bed.By("ann", new Vote(id, [1])));
        await Key(bed, id).Destroy();
        await bed.Restart();
        await TestBed.Accepted(bed.Meeting(), bed.By("host", new ClosePoll(id)));
        (await UntilKeyIsGone(bed.Meeting())).OfType<PollCounted>().ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            counted => counted.Counts.ShouldBe([0, 0]), counted => counted.Voters.ShouldBe(1), counted => counted.Unreadable.ShouldBe(1));
    }

    [Fact]
    public async Task B6_an_anonymous_poll_in_a_breakout_room_is_counted_when_the_room_closes()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        foreach (var (person, role) in new[] { ("host", Role.Host), ("ann", Role.Participant) }) await TestBed.Accepted(meeting, bed.Joining(person, role));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms(["red"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new AssignRooms([new Assignment("ann", "r1-1")])));
        var opened = await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        var room = bed.Room("r1-1");
        var id = (await TestBed.Accepted(room, bed.ByBackend(Secret, meetingSeen: opened.Last))).First;
        await TestBed.Accepted(room, bed.ByBackend(new StartPoll(id)));
        await TestBed.Accepted(room, bed.By("ann", new Vote(id, [0])));
        var closed = await TestBed.Accepted(meeting, bed.ByBackend(new CloseRooms(0)));
        // The room has heard of it once it refuses.
        (await TestBed.Refused(room, bed.ByBackend(new ClosePoll(id), meetingSeen: closed.Last))).ShouldBe(Refusal.RoomClosed);
        await UntilKeyIsGone(room);
        var view = (RoomView)(await room.View(new ViewRequest(Audience.Moderators), default))!;
        view.Polls!.Value.Single().Counts!.Value.ShouldBe([1, 0]);
        (await bed.Client.GetGrain<IBallotKeyGrain>($"room/{TestBed.Tenant}/m1/r1-1/{id}").Get()).ShouldBeNull();
    }

    // The events by then; the shell counts by itself.
    private static async Task<Event[]> UntilKeyIsGone(IStreamGrain grain)
    {
        while (true)
        {
            var events = await TestBed.Events(grain);
            if (events.Any(one => one.Event is PollKeyDestroyed)) return [.. events.Select(one => one.Event)];
            await grain.Read(new ReadRequest(events[^1].Number, TimeSpan.FromSeconds(5)), default).AsTask().WaitAsync(TestBed.Patience);
        }
    }

    private static async Task<long> Started(TestBed bed, IMeetingGrain meeting, params string[] voters)
    {
        await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        foreach (var voter in voters) await TestBed.Accepted(meeting, bed.Joining(voter));
        var id = (await TestBed.Accepted(meeting, bed.By("host", Secret))).First;
        await TestBed.Accepted(meeting, bed.By("host", new StartPoll(id)));
        return id;
    }

    private static IBallotKeyGrain Key(TestBed bed, long poll) => bed.Client.GetGrain<IBallotKeyGrain>($"meeting/{TestBed.Tenant}/m1/{poll}");
}
