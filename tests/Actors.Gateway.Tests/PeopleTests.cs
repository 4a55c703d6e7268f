using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>B1, B3–B6: what people and moderators do to each other, live on sockets and by HTTP.</summary>
public sealed class PeopleTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task B1_B4_attributes_and_away_are_told_and_shown_to_who_comes_later()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "host", "host");
        await using var ann = await host.Join(meeting, "ann");
        await ann.Do("set_attributes", new JsonObject { ["attributes"] = new JsonObject { ["seat"] = "3", ["row"] = "b" } });
        (await boss.Event("attributes_changed")).GetProperty("set").GetProperty("seat").GetString().ShouldBe("3");
        await host.Command(meeting, new JsonObject { ["type"] = "set_attributes", ["participant"] = "ann", ["attributes"] = new JsonObject { ["row"] = null } });
        (await boss.Event("attributes_changed")).GetProperty("removed")[0].GetString().ShouldBe("row");
        await ann.Do("set_away", new JsonObject { ["away"] = true });
        (await boss.Event("away_changed")).GetProperty("away").GetBoolean().ShouldBeTrue();
        var shown = (await host.Get($"/v1/meetings/{meeting}")).GetProperty("participants").EnumerateArray().Single(one => one.GetProperty("id").GetString() == "ann");
        shown.GetProperty("away").GetBoolean().ShouldBeTrue();
        shown.GetProperty("attributes").GetRawText().ShouldBe("{\"seat\":\"3\"}");
        (await ann.Do("set_attributes", new JsonObject { ["attributes"] = new JsonObject(), ["participant"] = "host" })).GetProperty("reason").GetString().ShouldBe("not_allowed");
    }

    [Fact]
    public async Task B4_B6_spotlight_and_timer_reach_everybody_attendees_included()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "host", "host");
        await using var eye = await host.Join(meeting, "eye", "attendee");
        await boss.Do("spotlight", new JsonObject { ["participants"] = new JsonArray("host") });
        (await eye.Event("spotlight_changed")).GetProperty("participants")[0].GetString().ShouldBe("host");
        await host.Command(meeting, new JsonObject { ["type"] = "start_timer", ["seconds"] = 600 });
        (await eye.Event("timer_started")).TryGetProperty("endsAt", out _).ShouldBeTrue();
        await boss.Do("extend_timer", new JsonObject { ["seconds"] = 60 });
        await eye.Event("timer_extended");
        await boss.Do("stop_timer");
        await eye.Event("timer_stopped");
        await boss.Do("start_timer", new JsonObject { ["seconds"] = 1 });
        await eye.Event("timer_ended");
        eye.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task B3_B5_the_batches_and_the_next_speaker_work_on_sockets_and_by_http()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "host", "host");
        await using var ann = await host.Join(meeting, "ann");
        await using var ben = await host.Join(meeting, "ben");
        await ann.Do("set_media", new JsonObject { ["camera"] = true });
        (await boss.Do("stop_video", new JsonObject { ["except"] = new JsonArray("ben") })).GetProperty("type").GetString().ShouldBe("accepted");
        Only(await ann.Event("videos_stopped")).ShouldBe("ann");
        await ann.Do("set_media", new JsonObject { ["share"] = true });
        (await boss.Do("stop_share", new JsonObject { ["participants"] = new JsonArray("ann") })).GetProperty("type").GetString().ShouldBe("accepted");
        Only(await ann.Event("shares_stopped")).ShouldBe("ann");
        await ann.Do("set_media", new JsonObject { ["share"] = true });
        await host.Command(meeting, new JsonObject { ["type"] = "stop_share", ["except"] = new JsonArray("ben") });
        Only(await ben.Event("shares_stopped")).ShouldBe("ann");
        (await boss.Do("ask_to_unmute", new JsonObject { ["participants"] = new JsonArray("ann") })).GetProperty("type").GetString().ShouldBe("accepted");
        Only(await ann.Event("unmute_asked")).ShouldBe("ann");
        (await boss.Do("lock_abilities", new JsonObject { ["abilities"] = new JsonArray("camera"), ["locked"] = true, ["participants"] = new JsonArray("ann") }))
            .GetProperty("type").GetString().ShouldBe("accepted");
        await ann.Event("abilities_locked");
        (await ann.Do("set_media", new JsonObject { ["camera"] = true })).GetProperty("reason").GetString().ShouldBe("not_allowed");
        await ben.Do("raise_hand");
        await boss.Do("next_speaker");
        (await ben.Event("turn_granted")).GetProperty("participant").GetString().ShouldBe("ben");
        foreach (var command in new[] { "stop_video", "stop_share", "ask_to_unmute", "lock_abilities", "next_speaker" })
        {
            var fields = command == "lock_abilities" ? new JsonObject { ["abilities"] = new JsonArray("camera"), ["locked"] = false } : [];
            (await ann.Do(command, (JsonObject)fields.DeepClone())).GetProperty("reason").GetString().ShouldBe("not_allowed", command);
            fields["type"] = command;
            (await host.Command(meeting, fields)).GetProperty("from").GetInt64().ShouldBeGreaterThan(0);
        }
        (await ann.Do("set_media", new JsonObject { ["camera"] = true })).GetProperty("type").GetString().ShouldBe("accepted");
    }

    [Fact]
    public async Task B2_promotion_and_demotion_take_effect_on_the_living_socket()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "host", "host");
        await using var ann = await host.Join(meeting, "ann");
        (await ann.Do("lock_meeting", new JsonObject { ["locked"] = true })).GetProperty("reason").GetString().ShouldBe("not_allowed");
        await boss.Do("change_role", new JsonObject { ["participant"] = "ann", ["role"] = "co_host" });
        // As a moderator she gets the moderators' view, bans included from here on.
        await ann.Next(message => IsSnapshot(message) && message.GetProperty("view").TryGetProperty("waitingCount", out _));
        (await ann.Do("lock_meeting", new JsonObject { ["locked"] = true })).GetProperty("type").GetString().ShouldBe("accepted");
        await boss.Do("ban_participant", new JsonObject { ["participant"] = "mal" });
        await ann.Event("participant_banned");
        await boss.Do("change_role", new JsonObject { ["participant"] = "ann", ["role"] = "participant" });
        await ann.Next(message => IsSnapshot(message) && !message.GetProperty("view").TryGetProperty("waitingCount", out _));
        (await ann.Do("lock_meeting", new JsonObject { ["locked"] = false })).GetProperty("reason").GetString().ShouldBe("not_allowed");
        await boss.Do("unban_participant", new JsonObject { ["participant"] = "mal" });
        (await ann.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
        ann.Seen("participant_unbanned").ShouldBeFalse();
        ann.Faults.ShouldBeEmpty();
    }

    private static bool IsSnapshot(JsonElement message) =>
        message.GetProperty("type").GetString() == "snapshot" && message.GetProperty("stream").GetString() == "meeting";

    private static string Only(JsonElement happened) => string.Join(',', happened.GetProperty("participants").EnumerateArray().Select(one => one.GetString()));
}
