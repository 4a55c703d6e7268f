using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

public sealed class BoundsTests
{
    [Fact]
    public async Task P5_a_late_disconnect_of_an_old_connection_removes_nobody()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann", connection: "c1"));
        await TestBed.Accepted(meeting, bed.Joining("ann", connection: "c2"));
        var late = new Disconnect([new Connection("ann", TestBed.SessionOf("ann"), "c1")], LeaveReason.ConnectionLost);
        await meeting.Execute(new Request(bed.NextId("gateway"), Caller.System, late), default);
        bed.Time.Advance(Limits.ReconnectGrace + TimeSpan.FromSeconds(1));
        await Confirm(meeting, "g1", "c2");
        await meeting.Wake(default);
        await Seen(meeting, "ann", reconnecting: false);
    }

    [Fact]
    public async Task P5_connections_of_a_dead_gateway_are_lost_after_its_lease_and_their_people_after_the_grace()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann", gateway: "dead"));
        await TestBed.Accepted(meeting, bed.Joining("bob", gateway: "alive"));
        await Confirm(meeting, "dead", "c-ann");
        bed.Time.Advance(Limits.GatewayLease - TimeSpan.FromSeconds(1));
        await Confirm(meeting, "alive", "c-bob");
        await meeting.Wake(default);
        await Seen(meeting, "ann", reconnecting: false);

        bed.Time.Advance(TimeSpan.FromSeconds(1));
        await meeting.Wake(default);
        await Seen(meeting, "ann", reconnecting: true);
        await Seen(meeting, "bob", reconnecting: false);

        for (var passed = TimeSpan.Zero; passed <= Limits.ReconnectGrace; passed += TimeSpan.FromSeconds(10))
        {
            bed.Time.Advance(TimeSpan.FromSeconds(10));
            await Confirm(meeting, "alive", "c-bob");
            await meeting.Wake(default);
        }
        var view = (MeetingView)(await meeting.View(new ViewRequest(Audience.Moderators), default))!;
        view.Participants.Select(one => one.Id).ShouldBe(["bob"]);
    }

    [Fact]
    public async Task P5_a_fresh_activation_waits_one_whole_lease_before_it_judges()
    {
        await using var bed = await TestBed.Start();
        await TestBed.Accepted(await bed.Opened(), bed.Joining("ann"));
        bed.Time.Advance(TimeSpan.FromMinutes(1));
        await bed.Kill();
        await bed.Meeting().Wake(default);
        await Seen(bed.Meeting(), "ann", reconnecting: false);
        bed.Time.Advance(Limits.GatewayLease);
        await bed.Meeting().Wake(default);
        await Seen(bed.Meeting(), "ann", reconnecting: true);
    }

    [Fact]
    public async Task P6_capacity_holds_exactly_under_two_hundred_simultaneous_joins()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened(settings: MeetingSettings.Default with { Capacity = 50 });
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => meeting.Execute(bed.Joining($"p{i}"), default).AsTask()));
        answers.Count(answer => answer is Accepted).ShouldBe(50);
        answers.Count(answer => answer is Refused { Reason: Refusal.MeetingFull }).ShouldBe(150);
        (await TestBed.Events(meeting)).Count(one => one.Event is ParticipantJoined).ShouldBe(50);
    }

    [Fact]
    public async Task P8_commands_beyond_the_bound_are_busy_and_the_rest_is_answered()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        var gate = bed.Log.Hold("meeting/");
        // Those that are turned away do not wait for storage.
        using var turnedAway = new CountdownEvent(100);
        async Task<Answer> Command(int i)
        {
            var answer = await meeting.Execute(bed.Alone(bed.By("ann", new SetMedia(Camera: i % 2 == 0))), default);
            if (answer is Refused { Reason: Refusal.Busy } && !turnedAway.IsSet) turnedAway.Signal();
            return answer;
        }
        var commands = Enumerable.Range(0, Limits.PendingCommands + 100).Select(Command).ToArray();
        (await Task.Run(() => turnedAway.Wait(TestBed.Patience))).ShouldBeTrue();
        gate.Release();
        var answers = await Task.WhenAll(commands);
        answers.Count(answer => answer is Accepted).ShouldBe(Limits.PendingCommands);
    }

    [Fact]
    public async Task P8_a_reader_behind_memory_is_reset_and_pages_are_bounded_in_bytes()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var joined = await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        var thread = bed.Thread();
        var text = new string('x', 8_000);
        await Task.WhenAll(Enumerable.Range(0, Limits.HotTail + 50).Select(_ =>
            TestBed.Accepted(thread, bed.Alone(bed.By("ann", new PostMessage(text), meetingSeen: joined.Last)))));
        (await thread.Read(new ReadRequest(1, TimeSpan.Zero), default)).Outcome.ShouldBe(ReadOutcome.Reset);
        var view = (ThreadView)(await thread.View(new ViewRequest(Audience.Members), default))!;
        var page = await thread.Read(new ReadRequest(view.Number - 100, TimeSpan.Zero), default);
        page.Outcome.ShouldBe(ReadOutcome.Ok);
        page.From.ShouldBe(view.Number - 99);
        page.Events.Sum(one => ((MessagePosted)one.Event).Text.Length).ShouldBeLessThanOrEqualTo(Limits.ReadBytes);
        page.To.ShouldBe(page.From + page.Events.Length - 1);
        page.Events.Length.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task P10_a_refusal_changes_nothing()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        var before = await TestBed.Events(meeting);
        var refused = bed.By("ann", new EndMeeting());
        (await TestBed.Refused(meeting, refused)).ShouldBe(Refusal.NotAllowed);
        (await TestBed.Refused(meeting, bed.By("stranger", new RaiseHand()))).ShouldBe(Refusal.NotJoined);
        (await TestBed.Refused(meeting, bed.By("ann", new PostMessage("wrong grain")))).ShouldBe(Refusal.UnknownType);
        (await TestBed.Events(meeting)).ShouldBe(before);
        // Decided afresh: with the role that was missing, the same command is taken.
        await TestBed.Accepted(meeting, bed.ByBackend(new ChangeRole("ann", Role.Host)));
        await TestBed.Accepted(meeting, refused);
    }

    [Fact]
    public async Task Deadlines_are_met_by_waking()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        await TestBed.Accepted(meeting, bed.ByBackend(new CreateRooms(["red"])));
        await TestBed.Accepted(meeting, bed.ByBackend(new OpenRooms()));
        await TestBed.Accepted(meeting, bed.ByBackend(new CloseRooms(30)));
        bed.Time.Advance(TimeSpan.FromSeconds(29));
        await meeting.Wake(default);
        (await TestBed.Events(meeting)).ShouldAllBe(one => !(one.Event is RoomsClosed));
        bed.Time.Advance(TimeSpan.FromSeconds(1));
        await meeting.Wake(default);
        (await TestBed.Events(meeting)).Count(one => one.Event is RoomsClosed).ShouldBe(1);
    }

    [Fact]
    public async Task Signals_ride_along_unnumbered_and_wake_the_parked()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        var number = (await TestBed.Events(meeting)).Count;
        var parked = meeting.Read(new ReadRequest(number, TimeSpan.FromSeconds(10)), default).AsTask();
        (await meeting.Signal(new ReactionSignal("ann", "+"), 0)).ShouldBeNull();
        var page = await parked;
        page.Signals.ShouldBe([new ReactionSignal("ann", "+", bed.Time.GetUtcNow().ToUnixTimeMilliseconds())]);
        page.To.ShouldBe(number);
        (await meeting.Read(new ReadRequest(number, TimeSpan.Zero, page.SignalCursor), default)).Signals.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_parked_read_ends_with_its_hold()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var number = (await TestBed.Events(meeting)).Count;
        var parked = meeting.Read(new ReadRequest(number, TimeSpan.FromHours(1)), default).AsTask();
        await bed.Time.WaitingFor(Limits.ReadHold).WaitAsync(TestBed.Patience);
        bed.Time.Advance(Limits.ReadHold - TimeSpan.FromMilliseconds(1));
        parked.IsCompleted.ShouldBeFalse();
        bed.Time.Advance(TimeSpan.FromMilliseconds(1));
        var page = await parked;
        page.Outcome.ShouldBe(ReadOutcome.Ok);
        page.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task Parked_reads_are_answered_when_the_silo_stops()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var number = (await TestBed.Events(meeting)).Count;
        var parked = meeting.Read(new ReadRequest(number, Limits.ReadHold), default).AsTask();
        await bed.Time.WaitingFor(Limits.ReadHold).WaitAsync(TestBed.Patience);
        await bed.Restart();
        (await parked).Outcome.ShouldBe(ReadOutcome.Retry);
    }

    [Fact]
    public async Task View_only_attendees_are_counted_in_a_signal_once_a_second_at_most()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => TestBed.Accepted(meeting, bed.Joining($"v{i}", Role.Attendee))));
        bed.Time.Advance(TimeSpan.FromSeconds(1));
        await meeting.Wake(default);
        var page = await meeting.Read(new ReadRequest(0, TimeSpan.Zero), default);
        page.Signals.Length.ShouldBeLessThanOrEqualTo(2);
        page.Signals[^1].ShouldBe(new AttendeesSignal(50));
    }

    private static async Task Confirm(IMeetingGrain meeting, string gateway, params string[] connections) =>
        await meeting.Read(new ReadRequest(0, TimeSpan.Zero, Lease: new GatewayLease(gateway, [.. connections])), default);

    private static async Task Seen(IMeetingGrain meeting, string participant, bool reconnecting)
    {
        var view = (MeetingView)(await meeting.View(new ViewRequest(Audience.Moderators), default))!;
        view.Participants.Single(one => one.Id == participant).Reconnecting.ShouldBe(reconnecting);
    }
}
