using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>Chat on real sockets, against real grains.</summary>
public sealed class ThreadTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task P4_messages_reach_every_member_in_order_and_history_has_them()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        await using var bob = await host.Join(meeting, "bob");
        await bob.Follows("thread/main");
        for (var i = 1; i <= 20; i++)
        {
            var posted = await ann.Do("post_message", new JsonObject { ["text"] = $"message {i}" });
            posted.GetProperty("type").GetString().ShouldBe("accepted", posted.GetRawText());
            posted.GetProperty("stream").GetString().ShouldBe("thread/main");
        }
        await bob.Next(message => message.GetRawText().Contains("message 20", StringComparison.Ordinal));
        var history = await bob.Do("history", new JsonObject { ["limit"] = 5 });
        history.GetProperty("messages").EnumerateArray().Select(one => one.GetProperty("text").GetString()).ShouldBe(Enumerable.Range(16, 5).Select(i => $"message {i}"));
        bob.Faults.ShouldBeEmpty();
        ann.Faults.ShouldBeEmpty();
        var page = await host.Get($"/v1/meetings/{meeting}/threads/main/messages?limit=2");
        page.GetProperty("messages").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task Typing_reaches_the_others_in_the_senders_name()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        await using var bob = await host.Join(meeting, "bob");
        await bob.Follows("thread/main");
        await ann.Follows("thread/main");
        await ann.Send("{\"type\":\"signal\",\"signal\":{\"type\":\"typing\",\"participant\":\"somebody-else\"}}");
        var signals = await bob.Next("signals");
        signals.GetProperty("stream").GetString().ShouldBe("thread/main");
        signals.GetProperty("signals")[0].GetProperty("participant").GetString().ShouldBe("ann");
    }

    [Fact]
    public async Task P10_a_thread_of_a_room_that_does_not_exist_is_refused()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        (await ann.Do("post_message", new JsonObject { ["thread"] = "r9-9", ["text"] = "x" })).GetProperty("type").GetString().ShouldBe("refused");
    }
}
