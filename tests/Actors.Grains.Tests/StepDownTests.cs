using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

public sealed class StepDownTests
{
    [Fact]
    public async Task P2_the_loser_of_two_writers_steps_down_and_the_next_activation_has_the_rivals_events()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var last = (await TestBed.Events(meeting))[^1];
        var parked = meeting.Read(new ReadRequest(last.Number, TimeSpan.FromSeconds(5)), default).AsTask();
        await RivalWrites(bed, last, "rita");

        var command = bed.Joining("ann");
        var gate = bed.Log.Hold("meeting/");
        var inFlight = meeting.Execute(command, default).AsTask();
        await gate.Arrived;
        var waiting = meeting.Execute(bed.Joining("bob"), default).AsTask();
        var refused = meeting.Execute(bed.By("nobody", new RaiseHand()), default).AsTask();
        await bed.Waiting(3);
        gate.Release();

        var answers = await Task.WhenAll(inFlight, waiting, refused);
        answers.ShouldAllBe(answer => answer is Retry);
        (await parked).Outcome.ShouldBe(ReadOutcome.Retry);
        var again = await Eventually(meeting, command);
        again.First.ShouldBe(last.Number + 2);
        var events = await TestBed.Events(meeting);
        events.Select(one => one.Number).ShouldBe(Enumerable.Range(1, events.Count).Select(number => (long)number));
        events.Count(one => one.Event is ParticipantJoined { Participant: "rita" }).ShouldBe(1);
        events.Count(one => one.Event is ParticipantJoined { Participant: "bob" }).ShouldBe(0);
    }

    [Fact]
    public async Task P9_an_activation_behind_its_caller_reads_the_tail_and_steps_down()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var last = (await TestBed.Events(meeting))[^1];
        await RivalWrites(bed, last, "rita");
        var answer = await meeting.Execute(bed.By("ann", new RaiseHand(), seen: last.Number + 1), default);
        answer.ShouldBeOfType<Retry>();
        var view = (MeetingView)(await meeting.View(new ViewRequest(Audience.Members, Seen: last.Number + 1), default))!;
        view.Participants.Select(one => one.Id).ShouldBe(["rita"]);
    }

    [Fact]
    public async Task P9_history_and_receipts_are_not_older_than_what_their_reader_has_seen()
    {
        await using var bed = await TestBed.Start();
        var joined = await TestBed.Accepted(await bed.Opened(), bed.Joining("ann", Role.Host));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new PostMessage("one"), meetingSeen: joined.Last));
        var last = (await TestBed.Events(bed.Thread()))[^1];
        await RivalWrites(bed, Streams.Thread(Ids.ThreadKey(TestBed.Tenant, "m1", Ids.Main)), last, "ann", new MessagePosted("two"));
        var seen = last.Number + 1;

        await Should.ThrowAsync<SteppedDownException>(async () => await bed.Thread().History(new HistoryRequest(Caller: Caller.Backend("api"), Seen: seen), default));
        var page = await bed.Thread().History(new HistoryRequest(Caller: Caller.Backend("api"), Seen: seen), default);
        page.Messages.Select(one => one.Text).ShouldBe(["one", "two"]);
        (await bed.Thread().Receipts(seen, default)).Number.ShouldBe(seen);
        var request = new MessageReceiptsRequest(seen, Caller.Backend("api"), Seen: seen);
        (await bed.Thread().MessageReceipts(request, default)).Refusal.ShouldBeNull();
    }

    [Fact]
    public async Task P9_a_reader_ahead_of_a_deposed_activation_is_sent_to_the_next()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        var last = (await TestBed.Events(meeting))[^1];
        await RivalWrites(bed, last, "rita");
        (await meeting.Read(new ReadRequest(last.Number + 1, TimeSpan.Zero), default)).Outcome.ShouldBe(ReadOutcome.Retry);
        var page = await meeting.Read(new ReadRequest(last.Number, TimeSpan.Zero), default);
        page.Events.Single().Event.ShouldBeOfType<ParticipantJoined>().Participant.ShouldBe("rita");
    }

    [Fact]
    public async Task P4_a_parked_reader_learns_of_events_that_the_activation_before_wrote_late()
    {
        await using var bed = await TestBed.Start();
        await bed.Opened();
        await bed.Kill();
        var meeting = bed.Meeting();
        var last = (await TestBed.Events(meeting))[^1];
        var parked = meeting.Read(new ReadRequest(last.Number, TimeSpan.FromSeconds(30)), default).AsTask();
        await meeting.View(new ViewRequest(Audience.Members), default);
        await RivalWrites(bed, last, "rita");

        bed.Time.Advance(GrainLimits.RivalChecks[0]);
        await meeting.Wake(default);

        (await parked.WaitAsync(TestBed.Patience)).Outcome.ShouldBe(ReadOutcome.Retry);
        var page = await meeting.Read(new ReadRequest(last.Number, TimeSpan.Zero), default);
        page.Events.Single().Event.ShouldBeOfType<ParticipantJoined>().Participant.ShouldBe("rita");
    }

    [Fact]
    public async Task A_thread_that_has_lost_its_stream_leaves_what_is_too_old_to_the_next_activation()
    {
        await using var bed = await TestBed.Start();
        var joined = await TestBed.Accepted(await bed.Opened(), bed.Joining("ann", Role.Host));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new PostMessage("x"), meetingSeen: joined.Last));
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new KeepMessages(1)));
        var posted = await TestBed.Accepted(bed.Thread(), bed.Alone(bed.ByBackend(new PostMessage("an old secret"))));
        // From here on nothing is due for a day but the pointers.
        await bed.Thread().Wake(default);
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new MovePointers(posted.First, posted.First)));
        var last = (await TestBed.Events(bed.Thread()))[^1];
        await RivalWrites(bed, Streams.Thread(Ids.ThreadKey(TestBed.Tenant, "m1", Ids.Main)), last, "ann", new MessagePosted("another old secret"));
        bed.Time.Advance(TimeSpan.FromDays(2));

        // Its pointers meet the rival's event before it comes to what is too old.
        await bed.Thread().Wake(default).AsTask().WaitAsync(TestBed.Patience);

        await bed.Thread().Wake(default).AsTask().WaitAsync(TestBed.Patience);
        (await bed.StoredThread()).ShouldNotContain("secret");
    }

    [Fact]
    public async Task An_activation_that_has_written_looks_for_no_rivals()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        bed.Log.ForgetCalls();
        foreach (var pause in GrainLimits.RivalChecks)
        {
            bed.Time.Advance(pause);
            await meeting.Wake(default);
        }
        bed.Log.Calls(nameof(IEventLog.ReadForward), "meeting/").ShouldBe(0);
    }

    [Fact]
    public async Task Storage_that_is_silent_about_rivals_is_asked_again()
    {
        await using var bed = await TestBed.Start();
        await bed.Opened();
        await bed.Kill();
        var meeting = bed.Meeting();
        var last = (await TestBed.Events(meeting))[^1];
        await meeting.View(new ViewRequest(Audience.Members), default);
        await RivalWrites(bed, last, "rita");
        bed.Log.IsDown = true;
        bed.Time.Advance(GrainLimits.RivalChecks[0]);
        await meeting.Wake(default);
        bed.Log.IsDown = false;
        bed.Time.Advance(GrainLimits.RivalChecks[1]);
        await meeting.Wake(default);
        var view = (MeetingView)(await meeting.View(new ViewRequest(Audience.Members), default))!;
        view.Participants.Select(one => one.Id).ShouldBe(["rita"]);
    }

    [Fact]
    public async Task A_number_that_no_storage_knows_stops_nobody()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann") with { Seen = 1_000_000 });
        (await meeting.Read(new ReadRequest(1_000_000, TimeSpan.Zero), default)).Outcome.ShouldBe(ReadOutcome.Reset);
    }

    [Fact]
    public async Task P9_a_number_that_never_was_does_not_spoil_the_check_for_those_who_have_seen_more()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann") with { Seen = 1_000_000 });
        var last = (await TestBed.Events(meeting))[^1];
        await RivalWrites(bed, last, "rita");
        // A view, since a command would find out when it is stored.
        await Should.ThrowAsync<SteppedDownException>(async () => await meeting.View(new ViewRequest(Audience.Members, Seen: last.Number + 1), default));
    }

    [Fact]
    public async Task While_storage_does_not_answer_readers_are_told_to_ask_again()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        bed.Log.IsDown = bed.Lists.IsDown = true;
        await Should.ThrowAsync<SteppedDownException>(async () => await meeting.Log(0, 10, default));
        await Should.ThrowAsync<SteppedDownException>(async () => await meeting.View(new ViewRequest(Audience.Members, Seen: 1_000), default));
        await Should.ThrowAsync<SteppedDownException>(async () => await bed.Meetings.List(new MeetingListRequest(MeetingList.Live), default));
        bed.Log.IsDown = bed.Lists.IsDown = false;
        (await meeting.View(new ViewRequest(Audience.Members), default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_outage_longer_than_the_append_deadline_costs_retries_and_nothing_else()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        var before = (await TestBed.Events(meeting)).Count;
        var command = bed.By("ann", new RaiseHand());
        bed.Log.IsDown = true;
        var raising = meeting.Execute(command, default).AsTask();
        var minute = TimeSpan.FromMinutes(1);
        for (var passed = TimeSpan.Zero; passed < minute && !raising.IsCompleted; passed += TimeSpan.FromSeconds(1))
        {
            await Task.WhenAny(raising, bed.Time.Waiting(2)).WaitAsync(TestBed.Patience);
            bed.Time.Advance(TimeSpan.FromSeconds(1));
        }
        (await raising).ShouldBeOfType<Retry>();
        // What the gateway repeats, also where the grain cannot even be activated.
        await Should.ThrowAsync<SteppedDownException>(async () => await meeting.Execute(command, default));
        await Should.ThrowAsync<SteppedDownException>(async () => await meeting.View(new ViewRequest(Audience.Members), default));
        bed.Log.IsDown = false;
        (await Eventually(meeting, command)).First.ShouldBe(before + 1);
    }

    [Fact]
    public async Task A_writer_out_of_contact_for_an_hour_rereads_the_tail_before_it_appends()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened();
        bed.Time.Advance(TimeSpan.FromHours(2));
        bed.Log.ForgetCalls();
        await TestBed.Accepted(meeting, bed.Joining("ann"));
        bed.Log.Calls(nameof(IEventLog.ReadForward), "meeting/").ShouldBe(1);
        await TestBed.Accepted(meeting, bed.Joining("bob"));
        bed.Log.Calls(nameof(IEventLog.ReadForward), "meeting/").ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_that_cannot_be_read_is_quarantined_until_an_operator_wakes_it()
    {
        await using var bed = await TestBed.Start();
        var stream = Streams.Meeting(Ids.MeetingKey(TestBed.Tenant, "bad"));
        var broken = new Batch(1, 1, "w1", "rival", bed.Time.GetUtcNow(), """[{"type":"from_the_future"}]"""u8.ToArray());
        await bed.Log.Inner.Append(stream, broken, default);
        var meeting = bed.Meeting("bad");
        await Should.ThrowAsync<StreamQuarantinedException>(async () => await meeting.View(new ViewRequest(Audience.Members), default));
        await Should.ThrowAsync<StreamQuarantinedException>(async () => await meeting.Execute(bed.Joining("ann"), default));
        var mended = new BatchWriter(EventCodec.StoredTime(bed.Time.GetUtcNow()));
        mended.Add(new Recorded(1, EventCodec.StoredTime(bed.Time.GetUtcNow()), "api:x", null, new MeetingCreated("Mended", MeetingSettings.Default)));
        await bed.Log.Inner.Redact(stream, 1, _ => mended.ToArray(), default);
        await Should.ThrowAsync<StreamQuarantinedException>(async () => await meeting.Wake(default));
        (await meeting.View(new ViewRequest(Audience.Members), default)).ShouldBeOfType<MeetingView>().Title.ShouldBe("Mended");
    }

    /// <summary>Another process believes that the grain is its own, and gets there first.</summary>
    private static Task RivalWrites(TestBed bed, Recorded last, string joiner) => RivalWrites(
        bed, Streams.Meeting(Ids.MeetingKey(TestBed.Tenant, "m1")), last, by: null,
        new ParticipantJoined(joiner, joiner, Role.Participant, Kind.Person, "s", "c-rival", "g-rival"));

    private static async Task RivalWrites(TestBed bed, string stream, Recorded last, string? by, Event item)
    {
        var writer = new BatchWriter(last.At);
        writer.Add(new Recorded(last.Number + 1, last.At, by, null, item));
        var batch = new Batch(last.Number + 1, 1, "rival.1", "rival", last.At, writer.ToArray());
        (await bed.Log.Inner.Append(stream, batch, default)).ShouldBeOfType<AppendResult.Appended>();
    }

    /// <summary>The same command until an activation takes it, as gateways do.</summary>
    private static async Task<Accepted> Eventually(IMeetingGrain meeting, Request request)
    {
        for (var attempt = 0; attempt < 100; attempt++)
            if (await meeting.Execute(request, default) is Accepted accepted) return accepted;
        throw new InvalidOperationException("No activation took the command.");
    }
}
