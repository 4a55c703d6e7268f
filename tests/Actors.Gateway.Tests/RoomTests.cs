using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>Breakout rooms as people on sockets see them.</summary>
public sealed class RoomTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task P7_who_is_in_a_room_that_is_deleted_is_told_to_be_in_the_main_room()
    {
        var meeting = await host.NewMeeting();
        await using var host1 = await host.Join(meeting, "host", "host");
        await using var bob = await host.Join(meeting, "bob");
        await host1.Do("create_rooms", new JsonObject { ["names"] = new JsonArray("One", "Two") });
        await host1.Do("open_rooms");
        await host1.Do("add_room", new JsonObject { ["name"] = "Three" });
        await host1.Do("move_participants", new JsonObject { ["moves"] = new JsonArray(new JsonObject { ["participant"] = "bob", ["place"] = "r1-3" }) });
        (await bob.Next("moved")).GetProperty("place").GetString().ShouldBe("r1-3");
        await bob.Next(message => IsOf(message, "snapshot", "room/r1-3"));
        await host1.Do("rename_room", new JsonObject { ["room"] = "r1-3", ["name"] = "Drei" });
        (await bob.Event("room_renamed")).GetProperty("name").GetString().ShouldBe("Drei");
        await host1.Do("delete_room", new JsonObject { ["room"] = "r1-3" });
        (await bob.Next("moved")).GetProperty("place").GetString().ShouldBe("main");
        await bob.Next(message => IsOf(message, "detached", "room/r1-3"));
        await bob.Follows("thread/main");
        bob.Faults.ShouldBeEmpty();
        host1.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task D4_a_call_for_help_reaches_the_moderators_and_whoever_called_and_nobody_else()
    {
        var meeting = await host.NewMeeting();
        await using var host1 = await host.Join(meeting, "host", "host");
        await using var bob = await host.Join(meeting, "bob");
        await using var cem = await host.Join(meeting, "cem");
        await host1.Do("create_rooms", new JsonObject { ["names"] = new JsonArray("One"), ["groups"] = new JsonArray(new JsonArray("bob", "cem")) });
        await host1.Do("open_rooms");
        await bob.Next(message => IsOf(message, "snapshot", "room/r1-1"));
        (await bob.Do("request_help")).GetProperty("stream").GetString().ShouldBe("meeting");
        (await host1.Event("help_requested")).GetProperty("room").GetString().ShouldBe("r1-1");
        await host1.Do("choose_room", new JsonObject { ["place"] = "r1-1" });
        await host1.Follows("room/r1-1");
        await host1.Do("answer_help", new JsonObject { ["participant"] = "bob" });
        (await bob.Event("help_ended")).GetProperty("by").GetString().ShouldBe("host");
        bob.Seen("help_requested").ShouldBeTrue();
        await host1.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
        await cem.Event("rooms_closed");
        (cem.Seen("help_requested"), cem.Seen("help_ended")).ShouldBe((false, false));
        foreach (var one in new[] { host1, bob, cem }) one.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task D5_who_was_where_can_be_asked_after_the_meeting()
    {
        var meeting = await host.NewMeeting();
        await using var host1 = await host.Join(meeting, "host", "host");
        await using var bob = await host.Join(meeting, "bob");
        await host1.Do("create_rooms", new JsonObject { ["names"] = new JsonArray("One"), ["groups"] = new JsonArray(new JsonArray("bob")) });
        await host1.Do("open_rooms");
        await bob.Next("moved");
        await host.Command(meeting, new JsonObject { ["type"] = "end_meeting" });
        await bob.Closed();
        var bobs = await host.Get($"/v1/meetings/{meeting}/places?participant=bob");
        bobs.GetProperty("stays").EnumerateArray().Select(stay => stay.GetProperty("place").GetString()).ShouldBe(["main", "r1-1"]);
        var room = bobs.GetProperty("stays")[1];
        (room.GetProperty("name").GetString(), room.GetProperty("room").GetString()).ShouldBe(("Name of bob", "One"));
        room.GetProperty("until").GetDateTimeOffset().ShouldBeGreaterThanOrEqualTo(room.GetProperty("since").GetDateTimeOffset());
        var first = await host.Get($"/v1/meetings/{meeting}/places?limit=2");
        var rest = await host.Get($"/v1/meetings/{meeting}/places?after={first.GetProperty("next").GetString()}");
        first.GetProperty("stays").EnumerateArray().Concat(rest.GetProperty("stays").EnumerateArray()).Select(stay => stay.GetProperty("participant").GetString())
            .ShouldBe(["bob", "bob", "host"], ignoreOrder: true);
        rest.TryGetProperty("next", out _).ShouldBeFalse();
        ((int)(await host.Http.GetAsync($"/v1/meetings/{meeting}/places?after=never")).StatusCode).ShouldBe(422);
        ((int)(await host.Http.GetAsync("/v1/meetings/none/places")).StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task D1_ten_thousand_names_are_assigned_beforehand_and_shown_to_a_moderator_who_joins()
    {
        const int Parts = 10;
        var meeting = await host.NewMeeting();
        await host.Command(meeting, new JsonObject { ["type"] = "create_rooms", ["names"] = new JsonArray("One") });
        for (var part = 0; part < Parts; part++)
        {
            var assignments = Enumerable.Range(part * Limits.AssignmentsPerCommand, Limits.AssignmentsPerCommand)
                .Select(JsonNode (i) => new JsonObject { ["participant"] = $"student-{i:D8}-of-the-university-of-somewhere", ["room"] = "r1-1" });
            await host.Command(meeting, new JsonObject { ["type"] = "assign_rooms", ["assignments"] = new JsonArray([.. assignments]) });
        }
        await using var host1 = await TestClient.Connect(host.Socket);
        await host1.Hello(await host.Token(meeting, "host", "host"), "host-session");
        var shown = await host1.Next(message => IsOf(message, "snapshot", "meeting"));
        shown.GetProperty("view").GetProperty("assignments").GetArrayLength().ShouldBe(Parts * Limits.AssignmentsPerCommand);
        (await host1.Do("shuffle_rooms")).GetProperty("type").GetString().ShouldBe("accepted");
        host1.Faults.ShouldBeEmpty();
    }

    private static bool IsOf(JsonElement message, string type, string stream) =>
        message.GetProperty("type").GetString() == type && message.GetProperty("stream").GetString() == stream;
}
