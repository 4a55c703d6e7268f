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
    public async Task E3_a_page_around_a_message_comes_over_HTTP_and_the_socket()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        var numbers = new List<long>();
        for (var i = 0; i < 9; i++)
            numbers.Add((await ann.Do("post_message", new JsonObject { ["text"] = $"message {i}" })).GetProperty("from").GetInt64());
        var read = await ann.Do("history", new JsonObject { ["around"] = numbers[4], ["limit"] = 3 });
        Numbers(read).ShouldBe(numbers.GetRange(3, 3));
        (read.GetProperty("older").GetInt64(), read.GetProperty("newer").GetInt64()).ShouldBe((numbers[3], numbers[5]));
        var page = await host.Get($"/v1/meetings/{meeting}/threads/main/messages?around={numbers[4]}&limit=3");
        Numbers(page).ShouldBe(numbers.GetRange(3, 3));
        using var both = await host.Http.GetAsync($"/v1/meetings/{meeting}/threads/main/messages?around=1&after=1");
        both.StatusCode.ShouldBe(System.Net.HttpStatusCode.UnprocessableEntity);
        (await ann.Do("history", new JsonObject { ["around"] = 0 })).GetProperty("reason").GetString().ShouldBe("invalid_argument");

        static IEnumerable<long> Numbers(System.Text.Json.JsonElement page) => page.GetProperty("messages").EnumerateArray().Select(one => one.GetProperty("number").GetInt64());
    }

    [Fact]
    public async Task E3_an_export_has_every_message_in_order_as_it_reads_now_and_no_deleted_text()
    {
        var meeting = await host.NewMeeting();
        var thread = $"/v1/meetings/{meeting}/threads/main";
        await host.Command(meeting, new JsonObject { ["type"] = "start_meeting" });
        await using var ann = await host.Join(meeting, "ann", "host");
        const int Count = (2 * Actors.Contracts.Limits.HistoryPage) + 5;
        var numbers = new List<long>();
        for (var i = 0; i < Count; i++)
            numbers.Add((await host.Post(thread + "/messages", new JsonObject { ["text"] = $"message {i}." })).GetProperty("from").GetInt64());
        await host.Post(thread + "/commands", new JsonObject { ["type"] = "delete_message", ["message"] = numbers[7] });
        await host.Post(thread + "/commands", new JsonObject { ["type"] = "edit_message", ["message"] = numbers[8], ["text"] = "edited" });

        using var response = await host.Http.GetAsync(thread + "/export");
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/x-ndjson");
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldNotContain("message 7.");
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement).ToList();
        lines.Select(line => line.GetProperty("number").GetInt64()).ShouldBe(numbers);
        lines[7].GetProperty("deleted").GetBoolean().ShouldBeTrue();
        lines[8].GetProperty("text").GetString().ShouldBe("edited");
        var rest = await host.Http.GetStringAsync($"{thread}/export?after={numbers[^2]}");
        rest.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
        using var nowhere = await host.Http.GetAsync("/v1/meetings/nowhere/threads/main/export");
        nowhere.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task E4_who_has_read_a_message_comes_over_HTTP_and_the_socket()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        await using var bob = await host.Join(meeting, "bob");
        await bob.Follows("thread/main");
        var message = (await ann.Do("post_message", new JsonObject { ["text"] = "read me" })).GetProperty("from").GetInt64();
        await bob.Do("move_pointers", new JsonObject { ["delivered"] = message, ["read"] = message });
        await host.Cluster.GetGrain<Actors.Contracts.IThreadGrain>(Actors.Contracts.Ids.ThreadKey(GatewayHost.Tenant, meeting, "main")).Wake(default);
        foreach (var receipts in new[]
        {
            await ann.Do("receipts", new JsonObject { ["message"] = message }),
            await host.Get($"/v1/meetings/{meeting}/threads/main/messages/{message}/receipts"),
        })
        {
            (receipts.GetProperty("awaited").GetInt32(), receipts.GetProperty("read").GetInt32()).ShouldBe((1, 1));
            receipts.GetProperty("people")[0].GetProperty("participant").GetString().ShouldBe("bob");
        }
        (await ann.Do("receipts", new JsonObject { ["message"] = message + 100 })).GetProperty("reason").GetString().ShouldBe("unknown_message");
        using var unknown = await host.Http.GetAsync($"/v1/meetings/{meeting}/threads/main/messages/{message + 100}/receipts");
        unknown.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task E2_a_pin_reaches_the_others_and_is_in_the_view_of_who_comes_later()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        await using var bob = await host.Join(meeting, "bob");
        await bob.Follows("thread/main");
        var message = (await ann.Do("post_message", new JsonObject { ["text"] = "read me", ["everyone"] = true })).GetProperty("from").GetInt64();
        (await bob.Do("pin_message", new JsonObject { ["message"] = message })).GetProperty("reason").GetString().ShouldBe("not_allowed");
        (await bob.Do("post_message", new JsonObject { ["text"] = "x", ["everyone"] = true })).GetProperty("reason").GetString().ShouldBe("not_allowed");
        (await ann.Do("pin_message", new JsonObject { ["message"] = message })).GetProperty("type").GetString().ShouldBe("accepted");
        await bob.Next(one => one.GetRawText().Contains("message_pinned", StringComparison.Ordinal));
        await using var cho = await TestClient.Connect(host.Socket);
        await cho.Hello(await host.Token(meeting, "cho"), "cho-session");
        // A snapshot may be some moments old: then the event follows it.
        await cho.Next(one => one.GetRawText().Contains($"\"pins\":[{message}]", StringComparison.Ordinal) || one.GetRawText().Contains("message_pinned", StringComparison.Ordinal));
        var view = await host.Get($"/v1/meetings/{meeting}/threads/main");
        view.GetProperty("pins")[0].GetInt64().ShouldBe(message);
        view.GetProperty("lastMessage").GetInt64().ShouldBe(message);
        var unpinned = await host.Post($"/v1/meetings/{meeting}/threads/main/commands", new JsonObject { ["type"] = "unpin_message", ["message"] = message });
        unpinned.GetProperty("from").GetInt64().ShouldBeGreaterThan(message);
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
