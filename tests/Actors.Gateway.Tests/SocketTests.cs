using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>People on real sockets, against real grains.</summary>
public sealed class SocketTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task Joining_shows_the_meeting_and_then_what_happens_in_it()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        await using var bob = await host.Join(meeting, "bob");
        (await ann.Event("participant_joined")).GetProperty("participant").GetString().ShouldBe("bob");
        var raised = await bob.Do("raise_hand");
        raised.GetProperty("type").GetString().ShouldBe("accepted");
        raised.GetProperty("stream").GetString().ShouldBe("meeting");
        var seen = await ann.Event("hand_raised");
        seen.GetProperty("number").GetInt64().ShouldBe(raised.GetProperty("from").GetInt64());
        seen.TryGetProperty("session", out _).ShouldBeFalse();
        ann.Faults.ShouldBeEmpty();
        bob.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task P3_a_repeated_command_is_executed_once_and_gets_the_first_answer()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        var first = await ann.Do("raise_hand", id: 7);
        var again = await ann.Do("raise_hand", id: 7);
        again.GetProperty("from").GetInt64().ShouldBe(first.GetProperty("from").GetInt64());
        again.GetProperty("repeat").GetBoolean().ShouldBeTrue();
        (await host.Log(meeting)).EnumerateArray().Count(one => one.GetProperty("type").GetString() == "hand_raised").ShouldBe(1);
    }

    [Fact]
    public async Task P4_who_reconnects_with_its_number_gets_exactly_what_it_missed()
    {
        var meeting = await host.NewMeeting();
        await using var host1 = await host.Join(meeting, "host", "host");
        var ann = await host.Join(meeting, "ann");
        await ann.Do("raise_hand");
        var last = ann.Last["meeting"];
        await ann.DisposeAsync();
        await host1.Event("participants_disconnected");
        for (var i = 0; i < 10; i++) await host1.Do(i % 2 == 0 ? "raise_hand" : "lower_hand");
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(meeting, "ann"), "ann-session", new JsonObject { ["meeting"] = last });
        await again.Next("welcome");
        var frame = await again.Next(message => message.GetProperty("type").GetString() == "events" && message.GetProperty("stream").GetString() == "meeting");
        frame.GetProperty("from").GetInt64().ShouldBe(last + 1);
        frame.GetProperty("events").EnumerateArray().Count(one => one.GetProperty("type").GetString() is "hand_raised" or "hand_lowered").ShouldBeGreaterThanOrEqualTo(10);
        again.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task P5_a_second_device_takes_over_and_the_first_ones_end_does_not_count()
    {
        var meeting = await host.NewMeeting();
        await using var host1 = await host.Join(meeting, "host", "host");
        await using var first = await host.Join(meeting, "ann");
        await first.Do("raise_hand");
        await using var second = await host.Join(meeting, "ann", session: "second-session");
        (await first.Closed()).ShouldBe(CloseCode.TakenOver);
        await second.Do("set_media", new JsonObject { ["microphone"] = true });
        await host1.Event("media_changed");
        var view = await host.Get($"/v1/meetings/{meeting}");
        view.GetProperty("participants").EnumerateArray().Count(one => one.GetProperty("id").GetString() == "ann").ShouldBe(1);
        view.GetProperty("hands").EnumerateArray().Select(hand => hand.GetString()).ShouldBe(["ann"]);
        (await host.Log(meeting)).EnumerateArray().ShouldNotContain(one => one.GetProperty("type").GetString() == "participants_disconnected");
    }

    [Fact]
    public async Task P5_the_same_session_on_a_new_socket_closes_the_old_one()
    {
        var meeting = await host.NewMeeting();
        await using var first = await host.Join(meeting, "ann");
        await using var second = await host.Join(meeting, "ann");
        (await first.Closed()).ShouldBe(CloseCode.TakenOver);
        (await second.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
    }

    [Fact]
    public async Task A_second_device_is_rejected_where_the_policy_says_so()
    {
        var meeting = await host.NewMeeting(new JsonObject { ["devices"] = "reject" });
        await using var first = await host.Join(meeting, "ann");
        await using var second = await TestClient.Connect(host.Socket);
        await second.Hello(await host.Token(meeting, "ann"), "second-session");
        (await second.Closed()).ShouldBe(CloseCode.AlreadyJoined);
        (await first.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
    }

    [Fact]
    public async Task Several_devices_are_in_where_the_policy_allows_it()
    {
        var meeting = await host.NewMeeting(new JsonObject { ["devices"] = "allow" });
        await using var first = await host.Join(meeting, "ann");
        await using var second = await host.Join(meeting, "ann", session: "second-session");
        (await first.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
        await second.Event("hand_raised");
        (await second.Do("leave")).GetProperty("type").GetString().ShouldBe("accepted");
        (await second.Closed()).ShouldBe(CloseCode.Left);
        (await first.Do("lower_hand")).GetProperty("type").GetString().ShouldBe("accepted");
    }

    [Fact]
    public async Task P7_admission_tells_the_place_and_shows_the_meeting_anew()
    {
        var meeting = await host.NewMeeting(new JsonObject { ["waitingRoom"] = "everyone" });
        await using var host1 = await host.Join(meeting, "host", "host");
        await using var bob = await TestClient.Connect(host.Socket);
        await bob.Hello(await host.Token(meeting, "bob"), "bob-session");
        (await bob.Next("welcome")).GetProperty("place").GetString().ShouldBe("waiting");
        var before = await bob.Next(message => message.GetProperty("type").GetString() == "snapshot" && message.GetProperty("stream").GetString() == "meeting");
        before.GetProperty("view").GetProperty("participants").GetArrayLength().ShouldBe(0);
        (await bob.Do("raise_hand")).GetProperty("reason").GetString().ShouldBe("waiting");
        await host1.Do("admit_all");
        (await bob.Next("moved")).GetProperty("place").GetString().ShouldBe("main");
        var after = await bob.Next(message => message.GetProperty("type").GetString() == "snapshot" && message.GetProperty("stream").GetString() == "meeting");
        after.GetProperty("view").GetProperty("participants").GetArrayLength().ShouldBeGreaterThan(0);
        (await bob.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
        bob.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_promotion_shows_the_meeting_as_moderators_see_it()
    {
        var meeting = await host.NewMeeting(new JsonObject { ["waitingRoom"] = "guests" });
        await using var host1 = await host.Join(meeting, "host", "host");
        await using var bob = await host.Join(meeting, "bob");
        await using var guest = await host.Join(meeting, "guest", guest: true);
        await host1.Do("change_role", new JsonObject { ["participant"] = "bob", ["role"] = "co_host" });
        var shown = await bob.Next(message => message.GetProperty("type").GetString() == "snapshot" && message.GetProperty("stream").GetString() == "meeting");
        shown.GetProperty("view").GetProperty("participants").EnumerateArray().ShouldContain(one => one.GetProperty("id").GetString() == "guest");
        bob.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task P7_moves_to_rooms_and_back_switch_the_streams()
    {
        var meeting = await host.NewMeeting();
        await using var host1 = await host.Join(meeting, "host", "host");
        await using var bob = await host.Join(meeting, "bob");
        await host1.Do("create_rooms", new JsonObject { ["names"] = new JsonArray("One", "Two") });
        await host1.Do("assign_rooms", new JsonObject { ["assignments"] = new JsonArray(new JsonObject { ["participant"] = "bob", ["room"] = "r1-2" }) });
        await host1.Do("open_rooms");
        (await bob.Next("moved")).GetProperty("place").GetString().ShouldBe("r1-2");
        await bob.Next(message => message.GetProperty("type").GetString() == "snapshot" && message.GetProperty("stream").GetString() == "room/r1-2");
        await bob.Send("{\"type\":\"raise_hand\",\"id\":50}");
        await bob.Next(message => message.GetRawText().Contains("\"stream\":\"room/r1-2\"", StringComparison.Ordinal) && bob.Seen("hand_raised"));
        await host1.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
        (await bob.Next("moved")).GetProperty("place").GetString().ShouldBe("main");
        await bob.Next(message => message.GetProperty("type").GetString() == "detached" && message.GetProperty("stream").GetString() == "room/r1-2");
        bob.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("remove_participant", CloseCode.Removed)]
    [InlineData("ban_participant", CloseCode.Banned)]
    public async Task Removal_closes_the_socket_and_revokes_the_token(string command, CloseCode code)
    {
        var meeting = await host.NewMeeting();
        await using var host1 = await host.Join(meeting, "host", "host");
        var token = await host.Token(meeting, "bob");
        await using var bob = await TestClient.Connect(host.Socket);
        await bob.Hello(token, "bob-session");
        await bob.Next("welcome");
        await host1.Do(command, new JsonObject { ["participant"] = "bob" });
        (await bob.Closed()).ShouldBe(code);
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(token, "bob-session");
        (await again.Closed()).ShouldBeOneOf(CloseCode.TokenRevoked, CloseCode.Banned);
    }

    [Fact]
    public async Task Denial_and_the_meetings_end_close_with_their_codes()
    {
        var meeting = await host.NewMeeting(new JsonObject { ["waitingRoom"] = "everyone" });
        await using var host1 = await host.Join(meeting, "host", "host");
        await using var bob = await host.Join(meeting, "bob");
        await using var eve = await host.Join(meeting, "eve");
        await host1.Do("deny_participant", new JsonObject { ["participant"] = "bob" });
        (await bob.Closed()).ShouldBe(CloseCode.Denied);
        await host.Command(meeting, new JsonObject { ["type"] = "end_meeting" });
        (await host1.Closed()).ShouldBe(CloseCode.MeetingEnded);
        (await eve.Closed()).ShouldBe(CloseCode.MeetingEnded);
    }
}
