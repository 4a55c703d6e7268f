using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>The hub alone, against a stream that the test writes. Who comes back with numbers: <see cref="HubResumeTests"/>.</summary>
public sealed class HubTests
{
    [Fact]
    public async Task P4_a_reader_gets_a_snapshot_and_then_every_number_exactly_once()
    {
        await using var host = new HubHost(new FakeStream());
        var ann = await host.Join("ann", Role.Host);
        (await ann.Next("snapshot")).GetProperty("stream").GetString().ShouldBe("meeting");
        for (var i = 0; i < 50; i++) host.Stream.Publish(new HandRaised("ann"), new HandLowered("ann"));
        await ann.Until(host.Stream.Head);
        ann.Faults.ShouldBeEmpty();
        ann.Numbers.Where(number => number > 1).ShouldBe(Enumerable.Range(2, 100).Select(number => (long)number));
    }

    [Fact]
    public async Task P4_numbers_hidden_from_a_class_are_covered_by_its_frames_and_never_shown()
    {
        await using var host = new HubHost(new FakeStream());
        var bob = await host.Join("bob");
        host.Stream.Publish(HubHost.Joined("wait", place: Ids.Waiting), new ParticipantBanned("eve"), new NothingChanged());
        host.Stream.Publish(new HandRaised("bob"));
        await bob.Until(5);
        bob.Faults.ShouldBeEmpty();
        bob.Numbers.ShouldNotContain(2);
        bob.Numbers.ShouldNotContain(3);
        bob.Numbers.ShouldNotContain(4);
        bob.Numbers.ShouldContain(5);
    }

    [Fact]
    public async Task Nobody_is_told_their_place_before_their_own_join_was_read()
    {
        await using var host = new HubHost(new FakeStream());
        var before = await host.Join("ann");
        host.Stream.Publish(new ParticipantLeft("ann", LeaveReason.Left));
        await before.Until(host.Stream.Head);
        var again = new FakeSocket("ann", host.Stream.Head + 1);
        host.Hub.Enter(again).ShouldNotBeNull();
        var told = host.Hub.Tell(again, seen: 0, CancellationToken.None);
        again.Placements.ShouldBeEmpty();
        host.Stream.Publish(HubHost.Joined("ann", place: Ids.Waiting));
        await told.WaitAsync(FakeSocket.Patience);
        again.Placements.Single().Place.ShouldBe(Ids.Waiting);
    }

    [Fact]
    public async Task P5_who_was_given_up_in_events_that_a_reload_passes_over_joins_again()
    {
        await using var host = new HubHost(new FakeStream { Show = (_, number) => FakeStream.Meeting(number, new ParticipantView("ann", "Ann", Reconnecting: true), new ParticipantView("bob", "Bob")) });
        var (ann, bob) = (await host.Join("ann"), await host.Join("bob"));
        host.Stream.ResetReaders();
        foreach (var socket in (FakeSocket[])[ann, bob])
        {
            while ((await socket.Next()).GetProperty("type").GetString() != "reattach") continue;
            await host.Attach(socket);
        }
        (ann.Rejoins, bob.Rejoins).ShouldBe((1, 0));
        ann.Closes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_waiting_person_sees_nothing_of_the_others_and_is_admitted_with_a_snapshot()
    {
        await using var host = new HubHost(new FakeStream());
        var host1 = await host.Join("host", Role.Host);
        var wait = await host.Join("wait", place: Ids.Waiting);
        await wait.Next("snapshot");
        host.Stream.Publish(HubHost.Joined("bob"), new HandRaised("bob"), new MediaChanged("bob", true));
        host.Stream.Publish(new ParticipantsAdmitted(["wait"]));
        await wait.Next("reattach");
        wait.Numbers.ShouldAllBe(number => number == 2);
        wait.Placements[^1].ShouldBe(new Placement(Role.Participant, Ids.Main, 6));
        await host.Attach(wait);
        await wait.Next("snapshot");
        await host1.Until(6);
        host1.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_comes_out_of_the_waiting_room_is_introduced_by_name()
    {
        await using var host = new HubHost(new FakeStream());
        var bob = await host.Join("bob");
        await bob.Next("snapshot");
        host.Stream.Publish(HubHost.Joined("wait", place: Ids.Waiting), new ParticipantsAdmitted(["wait"]));
        await bob.Until(3);
        bob.Numbers[^1].ShouldBe(3);
        bob.Numbers.ShouldNotContain(2);
    }

    [Fact]
    public async Task P5_a_new_session_ends_the_old_one_and_only_the_old_one()
    {
        await using var host = new HubHost(new FakeStream());
        var old = await host.Join("ann");
        host.Stream.Publish(new SessionReplaced("ann", "ann-session", "new-session", "new-connection", "gw"));
        var fresh = await host.Join(new FakeSocket("ann", 2, "new-session", "new-connection"));
        await fresh.Next("snapshot");
        while ((await old.Next()).GetProperty("type").GetString() != "close") continue;
        old.Closes.ShouldBe([CloseCode.TakenOver]);
        // The late end of the old session is about the old connection.
        host.Stream.Publish(new ParticipantsDisconnected([new Connection("ann", "ann-session", "ann-connection")], ["ann"], LeaveReason.ConnectionLost));
        await fresh.Until(3);
        fresh.Closes.ShouldBeEmpty();
        fresh.Rejoins.ShouldBe(0);
    }

    [Fact]
    public async Task P5_a_connection_given_up_although_alive_joins_again()
    {
        await using var host = new HubHost(new FakeStream());
        var ann = await host.Join("ann");
        host.Stream.Publish(new ParticipantsDisconnected([new Connection("ann", ann.Session, ann.Connection)], ["ann"], LeaveReason.GatewayLost));
        while ((await ann.Next()).GetProperty("type").GetString() != "rejoin") continue;
        ann.Closes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(LeaveReason.Left, CloseCode.Left)]
    [InlineData(LeaveReason.Removed, CloseCode.Removed)]
    [InlineData(LeaveReason.Banned, CloseCode.Banned)]
    [InlineData(LeaveReason.Denied, CloseCode.Denied)]
    public async Task Whoever_leaves_sees_why_and_is_closed_with_it(LeaveReason reason, CloseCode code)
    {
        await using var host = new HubHost(new FakeStream());
        var ann = await host.Join("ann", place: Ids.Waiting);
        host.Stream.Publish(new ParticipantLeft("ann", reason));
        while ((await ann.Next()).GetProperty("type").GetString() != "close") continue;
        ann.Closes.ShouldBe([code]);
        ann.Numbers[^1].ShouldBe(2);
    }

    [Fact]
    public async Task The_meetings_end_closes_everybody()
    {
        await using var host = new HubHost(new FakeStream());
        FakeSocket[] all = [await host.Join("host", Role.Host), await host.Join("bob"), await host.Join("wait", place: Ids.Waiting), await host.Join("see", Role.Attendee)];
        host.Stream.Publish(new MeetingEnded());
        foreach (var socket in all)
        {
            while ((await socket.Next()).GetProperty("type").GetString() != "close") continue;
            socket.Closes.ShouldBe([CloseCode.MeetingEnded]);
            socket.Numbers[^1].ShouldBe(5);
            socket.Faults.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task P8_a_storm_of_joins_costs_few_views()
    {
        await using var host = new HubHost(new FakeStream(), time: new ManualTime());
        var sockets = new List<Task<FakeSocket>>();
        for (var i = 0; i < HubSettings.PacedSockets - 2; i++) sockets.Add(host.Join("p" + i));
        await Task.WhenAll(sockets);
        foreach (var socket in sockets) await (await socket).Until(host.Stream.Head);
        // The hub's own at its start, and one for the class.
        host.Stream.Views.ShouldBeLessThanOrEqualTo(3);
        sockets.ShouldAllBe(socket => socket.Result.Faults.Count == 0);
    }

    [Fact]
    public async Task F4_joins_send_nothing_to_the_attendees_who_are_in_and_nobody_loses_a_number()
    {
        await using var host = new HubHost(new FakeStream());
        var first = await host.Join("first", Role.Attendee);
        await first.Until(host.Stream.Head);
        var told = first.Last;
        var others = new List<FakeSocket>();
        for (var i = 0; i < 100; i++) others.Add(await host.Join($"eye{i}", Role.Attendee));
        first.Last.ShouldBe(told);
        others[0].Last.ShouldBeLessThan(host.Stream.Head);
        // What all see reaches everybody, from wherever each was.
        host.Stream.Publish(new LockChanged(true));
        foreach (var socket in others.Append(first))
        {
            await socket.Until(host.Stream.Head);
            socket.Numbers[^1].ShouldBe(host.Stream.Head);
            socket.Faults.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task B5_F4_a_storm_of_attendees_hands_costs_the_other_attendees_no_bytes_and_each_sees_their_own()
    {
        await using var host = new HubHost(new FakeStream());
        var boss = await host.Join("boss", Role.Host);
        var others = new List<FakeSocket>();
        for (var i = 0; i < 5; i++) others.Add(await host.Join($"eye{i}", Role.Attendee));
        var see = await host.Join("see", Role.Attendee);
        foreach (var eye in others) eye.Drain();
        see.Owns.ShouldHaveSingleItem().TryGetProperty("hand", out _).ShouldBeFalse();
        for (var i = 0; i < Limits.HandsBeforeAttendees / 2; i++)
        {
            host.Stream.Publish(new HandRaised("see", Name: "See"));
            await see.Until(host.Stream.Head);
            host.Stream.Publish(new HandLowered("see"));
            await see.Until(host.Stream.Head);
        }
        await boss.Until(host.Stream.Head);
        foreach (var eye in others) eye.HasMore.ShouldBeFalse("nothing at all");
        host.Stream.Publish(new HandRaised("see", Name: "See"));
        await see.Until(host.Stream.Head);
        var again = await host.Join(new FakeSocket("see", see.Epoch, connection: "see-connection"));
        again.Owns.ShouldHaveSingleItem().GetProperty("hand").GetBoolean().ShouldBeTrue();
        // What is for all of them goes on without a gap, also for those who were ahead.
        host.Stream.Publish(new AllHandsLowered(), new LockChanged(true));
        foreach (var one in others.Append(see).Append(again).Append(boss))
        {
            await one.Until(host.Stream.Head);
            one.Faults.ShouldBeEmpty();
            one.Numbers.TakeLast(2).ShouldBe([host.Stream.Head - 1, host.Stream.Head]);
        }
    }

    [Fact]
    public async Task B3_attendees_are_told_of_their_own_locks_and_of_nobody_elses()
    {
        await using var host = new HubHost(new FakeStream());
        var eye = await host.Join("eye", Role.Attendee);
        var see = await host.Join("see", Role.Attendee);
        var wait = await host.Join("wait", place: Ids.Waiting);
        foreach (var one in new[] { eye, see, wait }) one.Drain();
        host.Stream.Publish(new AbilitiesLocked(["ann", "eye", "wait"], [Ability.Reactions], true));
        foreach (var one in new[] { eye, wait })
        {
            var told = (await one.Next("events")).GetProperty("events").EnumerateArray().Single();
            told.GetProperty("participants").GetRawText().ShouldBe($"[\"{one.Participant}\"]");
        }
        see.HasMore.ShouldBeFalse();
        var again = await host.Join(new FakeSocket("eye", eye.Epoch, connection: "eye-connection"));
        again.Owns.ShouldHaveSingleItem().GetProperty("participant").GetProperty("locked").GetRawText().ShouldBe("[\"reactions\"]");
    }

    [Fact]
    public async Task An_attendee_from_before_this_hub_began_is_introduced_when_they_are_promoted()
    {
        var stream = new FakeStream
        {
            Show = (audience, number) => audience == Audience.Attendees
                ? FakeStream.Meeting(number, new ParticipantView("eye", "Eye", Role.Participant))
                : FakeStream.Meeting(number, new ParticipantView("boss", "Boss", Role.Host)),
        };
        stream.Publish(HubHost.Joined("eye", Role.Attendee), HubHost.Joined("boss", Role.Host));
        await using var host = new HubHost(stream);
        var boss = await host.Join(new FakeSocket("boss", 2));
        await boss.Next("snapshot");
        stream.Publish(new RoleChanged("eye", Role.Participant));
        var promoted = (await boss.Next("events")).GetProperty("events").EnumerateArray().Single();
        promoted.GetProperty("people").GetRawText().ShouldBe("""[{"id":"eye","name":"Eye"}]""");
    }

    [Fact]
    public async Task An_attendee_who_comes_while_they_are_promoted_is_introduced_with_that_event()
    {
        var stream = new FakeStream
        {
            // What it tells of the attendee is ahead of the events.
            Show = (audience, number) => audience == Audience.Attendees
                ? FakeStream.Meeting(3, new ParticipantView("eye", "Eye", Role.Participant))
                : FakeStream.Meeting(number, new ParticipantView("boss", "Boss", Role.Host)),
        };
        stream.Publish(HubHost.Joined("eye", Role.Attendee), HubHost.Joined("boss", Role.Host));
        await using var host = new HubHost(stream);
        var boss = await host.Join(new FakeSocket("boss", 2));
        await boss.Next("snapshot");
        var views = stream.Views;
        var eye = host.Join(new FakeSocket("eye", 1));
        while (stream.Views == views) await Task.Yield();
        stream.Publish(new RoleChanged("eye", Role.Participant));
        var promoted = (await boss.Next("events")).GetProperty("events").EnumerateArray().Single();
        promoted.GetProperty("people").GetRawText().ShouldBe("""[{"id":"eye","name":"Eye"}]""");
        (await eye).Placements[^1].Role.ShouldBe(Role.Participant);
    }

    [Fact]
    public async Task B6_a_hub_that_begins_asks_for_no_signals_from_before()
    {
        await using var host = new HubHost(new FakeStream());
        await host.Join("ann");
        host.Stream.SignalsAsked[0].ShouldBe(ReadRequest.FromNow);
    }

    [Fact]
    public async Task A_reset_gives_everybody_a_snapshot_and_closes_nobody()
    {
        await using var host = new HubHost(new FakeStream
        {
            Show = (_, number) => FakeStream.Meeting(number, new ParticipantView("ann", "Ann"), new ParticipantView("bob", "Bob")),
        });
        var (ann, bob) = (await host.Join("ann"), await host.Join("bob"));
        host.Stream.ResetReaders();
        foreach (var socket in (FakeSocket[])[ann, bob])
        {
            while ((await socket.Next()).GetProperty("type").GetString() != "reattach") continue;
            await host.Attach(socket);
            await socket.Next("snapshot");
            socket.Closes.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Sockets_stay_open_and_go_on_when_the_stream_cannot_be_read_for_a_while()
    {
        await using var host = new HubHost(new FakeStream());
        var ann = await host.Join("ann");
        host.Stream.Fail(new TimeoutException("gone"), new Orleans.Runtime.SiloUnavailableException(), new SteppedDownException("rival"));
        host.Stream.Publish(new HandRaised("ann"));
        await ann.Until(2);
        ann.Closes.ShouldBeEmpty();
        ann.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Reads_of_a_meeting_confirm_its_connections()
    {
        await using var host = new HubHost(new FakeStream(), time: new ManualTime());
        var ann = await host.Join("ann");
        ((ManualTime)host.Time).Advance(HubSettings.LeaseInterval);
        host.Stream.Publish(new HandRaised("ann"));
        await ann.Until(2);
        host.Stream.Publish(new HandLowered("ann"));
        await ann.Until(3);
        host.Stream.Leases[^1].Gateway.ShouldBe("gw");
        host.Stream.Leases[^1].Connections.ShouldBe(["ann-connection"]);
    }

    [Fact]
    public void Every_event_of_the_contracts_has_an_audience()
    {
        var roster = new MeetingRoster();
        foreach (var type in typeof(Event).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Event)) && !type.IsAbstract))
        {
            var one = (Event)System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
            var known = new Func<object>[] { () => roster.Classify(Filled(one)), () => Visibility.InRoom(Filled(one)), () => Visibility.InThread(Filled(one)) };
            known.Count(Knows).ShouldBeGreaterThan(0, type.Name);
        }
    }

    // Lists that no constructor has filled.
    private static Event Filled(Event one) => one switch
    {
        ParticipantsDisconnected => new ParticipantsDisconnected([], [], LeaveReason.Left),
        ParticipantsAdmitted => new ParticipantsAdmitted([]),
        ParticipantJoined => HubHost.Joined("x"),
        ParticipantReconnected => new ParticipantReconnected("x", "", "", ""),
        ParticipantLeft => new ParticipantLeft("x", LeaveReason.Left),
        ParticipantPutBack => new ParticipantPutBack("x"),
        RoleChanged => new RoleChanged("x", Role.Host),
        ParticipantRenamed => new ParticipantRenamed("x", "X"),
        AbilitiesLocked => new AbilitiesLocked([], [], true),
        AttributesChanged => new AttributesChanged("x"),
        AwayChanged => new AwayChanged("x", true),
        SessionReplaced => new SessionReplaced("x", "", "", "", ""),
        ParticipantsMoved => new ParticipantsMoved([]),
        PointersMoved => new PointersMoved([]),
        RosterChanged => new RosterChanged(1, [], []),
        _ => one,
    };

    private static bool Knows(Func<object> classify)
    {
        try
        {
            classify();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
