using System.Text.Json;
using System.Text.Json.Nodes;

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

    private static bool IsOf(JsonElement message, string type, string stream) =>
        message.GetProperty("type").GetString() == type && message.GetProperty("stream").GetString() == stream;
}
