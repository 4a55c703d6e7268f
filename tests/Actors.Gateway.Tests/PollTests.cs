using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>B6: polls as clients and backends see them. Who sends a command may meet its event before its answer: others watch.</summary>
public sealed class PollTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static JsonObject Tea(bool anonymous) => new() { ["question"] = "Tea?", ["options"] = new JsonArray("Yes", "No"), ["anonymous"] = anonymous };

    private static JsonObject Of(long poll) => new() { ["poll"] = poll };

    private static JsonObject For(long poll, int option) => new() { ["poll"] = poll, ["options"] = new JsonArray(option) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B6_people_vote_moderators_see_the_counts_and_publishing_shows_them_to_all(bool anonymous)
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "host", "host");
        await using var co = await host.Join(meeting, "co", "co_host");
        await using var ann = await host.Join(meeting, "ann");
        await using var eye = await host.Join(meeting, "eye", "attendee");
        var poll = (await boss.Do("create_poll", Tea(anonymous))).GetProperty("from").GetInt64();
        (await ann.Do("start_poll", Of(poll))).GetProperty("reason").GetString().ShouldBe("not_allowed");
        await boss.Do("start_poll", Of(poll));
        (await ann.Event("poll_started")).GetProperty("options").GetArrayLength().ShouldBe(2);
        await eye.Event("poll_started");
        (await ann.Do("vote", For(poll, 1))).GetProperty("type").GetString().ShouldBe("accepted");
        (await ann.Do("vote", For(poll, 2))).GetProperty("reason").GetString().ShouldBe("invalid_argument");
        var told = await co.Event("vote_cast");
        told.GetProperty("participant").GetString().ShouldBe("ann");
        told.TryGetProperty("options", out _).ShouldBe(!anonymous);
        told.TryGetProperty("ballot", out _).ShouldBeFalse();
        (await eye.Do("vote", For(poll, 1))).GetProperty("type").GetString().ShouldBe("accepted");
        await boss.Do("close_poll", Of(poll));
        (await co.Event("poll_counted")).GetProperty("counts").EnumerateArray().Select(one => one.GetInt32()).ShouldBe([0, 2]);
        await boss.Do("publish_poll", Of(poll));
        foreach (var one in new[] { ann, eye })
        {
            await one.Event("poll_closed");
            var published = await one.Event("poll_published");
            published.GetProperty("counts").EnumerateArray().Select(count => count.GetInt32()).ShouldBe([0, 2]);
            foreach (var hidden in new[] { "poll_created", "vote_cast", "poll_counted" }) one.Seen(hidden).ShouldBeFalse(hidden);
            one.Faults.ShouldBeEmpty();
        }
        (await host.Get($"/v1/meetings/{meeting}?seen={poll}")).GetProperty("polls")[0].GetProperty("counts")[1].GetInt32().ShouldBe(2);
        if (anonymous) (await host.Log(meeting)).GetRawText().ShouldNotContain("ballot");
    }

    [Fact]
    public async Task B6_in_a_breakout_room_its_moderators_see_the_counts_and_its_members_do_not()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "host", "host");
        await using var co = await host.Join(meeting, "co", "co_host");
        await using var ann = await host.Join(meeting, "ann");
        await boss.Do("create_rooms", new JsonObject { ["names"] = new JsonArray("Red") });
        await boss.Do("open_rooms");
        await boss.Do("move_participants", new JsonObject { ["moves"] = new JsonArray(Move("host"), Move("co"), Move("ann")) });
        await boss.Follows("room/r1-1");
        await co.Follows("room/r1-1");
        await ann.Follows("room/r1-1");
        var created = await boss.Do("create_poll", Tea(anonymous: true));
        created.GetProperty("stream").GetString().ShouldBe("room/r1-1");
        var poll = created.GetProperty("from").GetInt64();
        await boss.Do("start_poll", Of(poll));
        await ann.Event("poll_started");
        await ann.Do("vote", For(poll, 0));
        (await co.Event("vote_cast")).GetProperty("participant").GetString().ShouldBe("ann");
        await boss.Do("close_poll", Of(poll));
        (await co.Event("poll_counted")).GetProperty("counts")[0].GetInt32().ShouldBe(1);
        await ann.Event("poll_closed");
        ann.Seen("vote_cast").ShouldBeFalse();
        ann.Seen("poll_counted").ShouldBeFalse();
        // The backend publishes it by its room.
        await host.Post($"/v1/meetings/{meeting}/commands?room=r1-1", new JsonObject { ["type"] = "publish_poll", ["poll"] = poll });
        (await ann.Event("poll_published")).GetProperty("voters").GetInt32().ShouldBe(1);
        (await host.Get($"/v1/meetings/{meeting}/rooms/r1-1")).GetProperty("polls")[0].GetProperty("published").GetBoolean().ShouldBeTrue();
        ann.Faults.ShouldBeEmpty();
        co.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task B6_who_becomes_a_moderator_in_a_breakout_room_sees_its_polls_as_one()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann");
        await host.Command(meeting, new JsonObject { ["type"] = "create_rooms", ["names"] = new JsonArray("Red") });
        await host.Command(meeting, new JsonObject { ["type"] = "open_rooms" });
        await host.Command(meeting, new JsonObject { ["type"] = "move_participants", ["moves"] = new JsonArray(Move("ann")) });
        await ann.Next(IsSnapshotOfRoom);
        await host.Command(meeting, new JsonObject { ["type"] = "change_role", ["participant"] = "ann", ["role"] = "co_host" });
        await ann.Next(IsSnapshotOfRoom);
        var tea = Tea(anonymous: false);
        tea["type"] = "create_poll";
        await host.Post($"/v1/meetings/{meeting}/commands?room=r1-1", tea);
        (await ann.Event("poll_created")).GetProperty("question").GetString().ShouldBe("Tea?");
        ann.Faults.ShouldBeEmpty();
    }

    private static bool IsSnapshotOfRoom(JsonElement message) =>
        message.GetProperty("type").GetString() == "snapshot" && message.GetProperty("stream").GetString() == "room/r1-1";

    private static JsonNode Move(string participant) => new JsonObject { ["participant"] = participant, ["place"] = "r1-1" };
}
