using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>Channels on real sockets outside meetings, against real grains.</summary>
public sealed class FollowingTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static JsonObject Of(string channel, params (string Name, JsonNode? Value)[] fields)
    {
        var message = new JsonObject { ["channel"] = channel };
        foreach (var (name, value) in fields) message[name] = value;
        return message;
    }

    private static Task<JsonElement> Post(TestClient client, string channel, string text, long? id = null) => client.Do("post_message", Of(channel, ("text", text)), id);

    private static async Task<TestClient> Followed(TestClient client, string channel)
    {
        (await client.Do("follow", Of(channel))).GetProperty("type").GetString().ShouldBe("followed");
        await client.Follows($"channel/{channel}");
        return client;
    }

    private static async Task Accepted(Task<JsonElement> asked, string channel)
    {
        var answer = await asked;
        answer.GetProperty("type").GetString().ShouldBe("accepted", answer.GetRawText());
        answer.GetProperty("stream").GetString().ShouldBe($"channel/{channel}");
    }

    private static async Task Refused(Task<JsonElement> asked, string reason)
    {
        var answer = await asked;
        answer.GetProperty("type").GetString().ShouldBe("refused", answer.GetRawText());
        answer.GetProperty("reason").GetString().ShouldBe(reason, answer.GetRawText());
    }

    // Its own event may come before a command's answer.
    private static async Task Told(TestClient client, JsonElement accepted)
    {
        while (client.Last[accepted.GetProperty("stream").GetString()!] < accepted.GetProperty("to").GetInt64()) await client.Next(_ => true);
    }

    // Whatever the socket was to be told before this answer has arrived with it.
    private static async Task Settled(TestClient client)
    {
        await client.Send("{\"type\":\"ping\"}");
        await client.Next("pong");
    }

    [Fact]
    public async Task E1_members_follow_a_channel_and_do_in_it_what_members_may()
    {
        var channel = await host.NewChannel("ann", "bob");
        await using var ann = await Followed(await host.Outside("ann"), channel);
        await using var bob = await Followed(await host.Outside("bob"), channel);
        var posted = await Post(bob, channel, "hello channel");
        var number = posted.GetProperty("from").GetInt64();
        posted.GetProperty("stream").GetString().ShouldBe($"channel/{channel}");
        var seen = await ann.Event("message_posted");
        (seen.GetProperty("number").GetInt64(), seen.GetProperty("by").GetString(), seen.GetProperty("text").GetString()).ShouldBe((number, "bob", "hello channel"));
        await Accepted(bob.Do("edit_message", Of(channel, ("message", number), ("text", "hello everybody"))), channel);
        await Accepted(ann.Do("react", Of(channel, ("message", number), ("reaction", "👍"))), channel);
        await Told(bob, await ann.Do("pin_message", Of(channel, ("message", number))));
        bob.Seen("message_pinned").ShouldBeTrue();
        await Accepted(ann.Do("move_pointers", Of(channel, ("delivered", number), ("read", number))), channel);
        var history = await ann.Do("history", Of(channel, ("limit", 5)));
        (history.GetProperty("channel").GetString(), history.GetProperty("messages")[0].GetProperty("text").GetString()).ShouldBe((channel, "hello everybody"));
        history.TryGetProperty("thread", out _).ShouldBeFalse();
        (await ann.Do("search", Of(channel, ("q", "everybody")))).GetProperty("messages").GetArrayLength().ShouldBe(1);
        (await bob.Do("receipts", Of(channel, ("message", number)))).GetProperty("awaited").GetInt32().ShouldBe(1);
        await Accepted(ann.Do("unpin_message", Of(channel, ("message", number))), channel);
        await Accepted(bob.Do("delete_message", Of(channel, ("message", number))), channel);
        await ann.Event("message_deleted");
        await bob.Send(new JsonObject { ["type"] = "signal", ["channel"] = channel, ["signal"] = new JsonObject { ["type"] = "typing" } });
        (await ann.Next("signals")).GetRawText().ShouldBe($$"""{"type":"signals","stream":"channel/{{channel}}","signals":[{"type":"typing","participant":"bob"}]}""");
        ann.Faults.ShouldBeEmpty();
        bob.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_messages_of_a_session_outside_meetings_have_these_forms()
    {
        var channel = await host.NewChannel("ann");
        // The third event is that inboxes were told.
        await host.Cluster.GetGrain<Contracts.IThreadGrain>(Contracts.Ids.ChannelKey(GatewayHost.Tenant, channel)).Wake(default);
        await using var ann = await TestClient.Connect(host.Socket);
        await ann.Hello(await host.UserToken("ann"), "ann-forms");
        (await ann.Next("welcome")).GetRawText().ShouldBe("""{"type":"welcome","participant":"ann","session":"ann-forms","heartbeat":15}""");
        (await ann.Do("follow", Of(channel))).GetRawText().ShouldBe($$"""{"type":"followed","id":1,"stream":"channel/{{channel}}"}""");
        (await ann.Next("snapshot")).GetRawText().ShouldBe(
            $$$"""{"type":"snapshot","stream":"channel/{{{channel}}}","at":3,"view":{"view":"thread","closed":false,"messages":0,"lastMessage":0,"members":1,"name":"General","posting":"everyone","number":3}}""");
        (await ann.Do("unfollow", Of(channel))).GetRawText().ShouldBe($$"""{"type":"detached","id":2,"stream":"channel/{{channel}}"}""");
        (await ann.Do("unfollow", Of(channel))).GetRawText().ShouldBe($$"""{"type":"detached","id":3,"stream":"channel/{{channel}}"}""");
        await using var again = await host.Outside("ann", "ann-forms-2", new JsonObject { ["channel/nowhere"] = 3 });
        (await again.Next("detached")).GetRawText().ShouldBe("""{"type":"detached","stream":"channel/nowhere","reason":"channel_not_found"}""");
    }

    [Fact]
    public async Task P4_who_reconnects_goes_on_in_every_channel_from_the_number_it_had()
    {
        var (one, other) = (await host.NewChannel("ann", "bob"), await host.NewChannel("ann", "bob"));
        var bob = await Followed(await Followed(await host.Outside("bob"), one), other);
        await using var ann = await host.Outside("ann");
        await Post(ann, one, "before");
        await bob.Event("message_posted");
        var last = new JsonObject { [$"channel/{one}"] = bob.Last[$"channel/{one}"], [$"channel/{other}"] = bob.Last[$"channel/{other}"], ["channel/a.b"] = 1, ["meeting"] = 7 };
        bob.Abort();
        for (var i = 0; i < 5; i++)
            foreach (var channel in new[] { one, other }) await Accepted(Post(ann, channel, $"missed {i}"), channel);
        await using var again = await host.Outside("bob", resume: last);
        var missed = new Dictionary<string, List<string?>> { [$"channel/{one}"] = [], [$"channel/{other}"] = [] };
        var begun = new HashSet<string>();
        while (missed.Values.Any(texts => texts.Count < 5))
        {
            var frame = await again.Next("events");
            var stream = frame.GetProperty("stream").GetString()!;
            if (begun.Add(stream)) frame.GetProperty("from").GetInt64().ShouldBe(last[stream]!.GetValue<long>() + 1);
            foreach (var posted in frame.GetProperty("events").EnumerateArray().Where(posted => posted.GetProperty("type").GetString() == "message_posted")) missed[stream].Add(posted.GetProperty("text").GetString());
        }
        foreach (var texts in missed.Values) texts.ShouldBe(["missed 0", "missed 1", "missed 2", "missed 3", "missed 4"]);
        await Accepted(Post(ann, other, "afterwards"), other);
        (await again.Event("message_posted")).GetProperty("text").GetString().ShouldBe("afterwards");
        again.Faults.ShouldBeEmpty();
        await bob.DisposeAsync();
    }

    [Fact]
    public async Task P4_following_from_a_number_gets_what_came_after_it_and_from_one_that_never_was_a_snapshot()
    {
        var channel = await host.NewChannel("ann");
        await using var ann = await host.Outside("ann");
        var first = (await Post(ann, channel, "one")).GetProperty("from").GetInt64();
        await Post(ann, channel, "two");
        (await ann.Do("follow", Of(channel, ("after", first)))).GetProperty("type").GetString().ShouldBe("followed");
        var frame = await ann.Next("events");
        (frame.GetProperty("from").GetInt64(), frame.GetProperty("events")[0].GetProperty("text").GetString()).ShouldBe((first + 1, "two"));
        // A channel that is followed goes on as it was.
        (await ann.Do("follow", Of(channel, ("after", 0)))).GetProperty("type").GetString().ShouldBe("followed");
        await Told(ann, await Post(ann, channel, "three"));
        await using var other = await host.Outside("ann", "other-session");
        await other.Do("follow", Of(channel, ("after", 1_000_000)));
        await other.Next("snapshot");
        ann.Faults.ShouldBeEmpty();
        other.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task P3_a_command_repeated_on_another_socket_of_its_session_is_executed_once()
    {
        var channel = await host.NewChannel("ann");
        var ann = await host.Outside("ann", "ann-repeats");
        var first = await Post(ann, channel, "once", id: 7);
        await ann.DisposeAsync();
        await using var again = await host.Outside("ann", "ann-repeats");
        var repeated = await Post(again, channel, "once", id: 7);
        repeated.GetProperty("from").GetInt64().ShouldBe(first.GetProperty("from").GetInt64());
        repeated.GetProperty("repeat").GetBoolean().ShouldBeTrue();
        (await again.Do("history", Of(channel))).GetProperty("messages").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_no_member_neither_follows_nor_reads_nor_writes_and_a_channel_need_not_be_followed_to_be_written_to()
    {
        var channel = await host.NewChannel("ann");
        await using var ann = await host.Outside("ann");
        var number = (await Post(ann, channel, "for members")).GetProperty("from").GetInt64();
        (await ann.Do("history", Of(channel))).GetProperty("messages").GetArrayLength().ShouldBe(1);
        await using var eve = await host.Outside("eve", resume: new JsonObject { [$"channel/{channel}"] = 1 });
        eve.Everything = [];
        (await eve.Next("detached")).GetProperty("reason").GetString().ShouldBe("not_joined");
        await Refused(eve.Do("follow", Of(channel)), "not_joined");
        await Refused(eve.Do("follow", Of("nowhere")), "channel_not_found");
        await Refused(Post(eve, channel, "intruding"), "not_joined");
        await Refused(eve.Do("react", Of(channel, ("message", number), ("reaction", "x"))), "not_joined");
        await Refused(eve.Do("move_pointers", Of(channel, ("delivered", number), ("read", number))), "not_joined");
        await Refused(eve.Do("history", Of(channel)), "not_joined");
        await Refused(eve.Do("search", Of(channel, ("q", "members"))), "not_joined");
        await Refused(eve.Do("receipts", Of(channel, ("message", number))), "not_joined");
        await eve.Send(new JsonObject { ["type"] = "signal", ["channel"] = channel, ["signal"] = new JsonObject { ["type"] = "typing" } });
        (await eve.Next("refused")).GetProperty("reason").GetString().ShouldBe("not_joined");
        eve.Everything.ShouldNotContain(message => message.Contains("for members", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_tenants_channel_is_not_found_whoever_is_a_member_of_it_there()
    {
        var channel = await host.NewChannel("ann");
        await using var own = await host.Outside("ann");
        await Post(own, channel, "ours");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/users/ann/tokens") { Content = System.Net.Http.Json.JsonContent.Create(new JsonObject()) };
        request.Headers.Authorization = new("Bearer", await host.NewKey("other", "tests"));
        using var response = await host.Http.SendAsync(request);
        await using var ann = await TestClient.Connect(host.Socket);
        ann.Everything = [];
        await ann.Hello(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString()!, "ann-session");
        await ann.Next("welcome");
        await Refused(ann.Do("follow", Of(channel)), "channel_not_found");
        await Refused(ann.Do("history", Of(channel)), "not_joined");
        await Refused(Post(ann, channel, "theirs"), "not_joined");
        ann.Everything.ShouldNotContain(message => message.Contains("ours", StringComparison.Ordinal));
        (await own.Do("history", Of(channel))).GetProperty("messages").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_removed_is_told_so_and_nothing_afterwards_and_may_follow_again_once_added_again()
    {
        var channel = await host.NewChannel("ann", "bob");
        await using var ann = await Followed(await host.Outside("ann"), channel);
        await using var bob = await host.Outside("bob");
        bob.Everything = [];
        await Followed(bob, channel);
        await host.RemoveMember(channel, "bob");
        (await bob.Event("members_removed")).GetProperty("participants")[0].GetString().ShouldBe("bob");
        (await bob.Next("detached")).GetRawText().ShouldBe($$"""{"type":"detached","stream":"channel/{{channel}}","reason":"not_joined"}""");
        await Told(ann, await Post(ann, channel, "without bob"));
        await Settled(bob);
        bob.Everything.ShouldNotContain(message => message.Contains("without bob", StringComparison.Ordinal));
        await Refused(bob.Do("follow", Of(channel)), "not_joined");
        await host.AddMembers(channel, "ann", "bob");
        await Followed(bob, channel);
        await Accepted(Post(ann, channel, "with bob again"), channel);
        await bob.Next(message => message.GetRawText().Contains("with bob again", StringComparison.Ordinal));
        bob.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_channel_where_no_member_writes_is_still_read()
    {
        var channel = await host.NewChannel("ann", "bob");
        await host.ChannelCommand(channel, new JsonObject { ["type"] = "change_channel", ["posting"] = "moderators" });
        await using var bob = await Followed(await host.Outside("bob"), channel);
        await Refused(Post(bob, channel, "x"), "not_allowed");
        await host.ChannelCommand(channel, new JsonObject { ["type"] = "change_channel", ["closed"] = true });
        await bob.Event("channel_changed");
        await host.Post($"/v1/channels/{channel}/messages", new JsonObject { ["text"] = "the last word" });
        (await bob.Event("message_posted")).GetProperty("text").GetString().ShouldBe("the last word");
        await using var ann = await Followed(await host.Outside("ann"), channel);
        await Refused(Post(ann, channel, "x"), "not_allowed");
        (await ann.Do("history", Of(channel))).GetProperty("messages").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Who_follows_no_longer_is_sent_nothing_more()
    {
        var channel = await host.NewChannel("ann", "bob");
        await using var ann = await Followed(await host.Outside("ann"), channel);
        await using var bob = await Followed(await host.Outside("bob"), channel);
        // Without awaiting anything in between: messages about a channel are done in their order.
        await bob.Send(new JsonObject { ["type"] = "unfollow", ["id"] = 11, ["channel"] = channel });
        await bob.Send(new JsonObject { ["type"] = "follow", ["id"] = 12, ["channel"] = channel });
        await bob.Send(new JsonObject { ["type"] = "unfollow", ["id"] = 13, ["channel"] = channel });
        (await bob.Answer(11)).GetProperty("type").GetString().ShouldBe("detached");
        (await bob.Answer(12)).GetProperty("type").GetString().ShouldBe("followed");
        (await bob.Answer(13)).GetProperty("type").GetString().ShouldBe("detached");
        bob.Last.ShouldBeEmpty();
        await Told(ann, await Post(ann, channel, "unheard"));
        await Settled(bob);
        bob.Last.ShouldBeEmpty();
        bob.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task P8_a_socket_follows_so_many_channels_and_no_more()
    {
        var channels = new List<string>();
        for (var i = 0; i <= Following.MaxChannels; i++) channels.Add(await host.NewChannel("ann"));
        var extra = channels[^1];
        await using var ann = await host.Outside("ann");
        foreach (var channel in channels.SkipLast(1)) (await ann.Do("follow", Of(channel))).GetProperty("type").GetString().ShouldBe("followed");
        await Refused(ann.Do("follow", Of(extra)), "limit_reached");
        (await ann.Do("unfollow", Of(extra))).GetProperty("type").GetString().ShouldBe("detached");
        // Those it follows it follows still, and one of them fewer makes room.
        (await ann.Do("follow", Of(channels[0]))).GetProperty("type").GetString().ShouldBe("followed");
        await ann.Do("unfollow", Of(channels[0]));
        (await ann.Do("follow", Of(extra))).GetProperty("type").GetString().ShouldBe("followed");
        // The same bound holds for what a reconnect takes up again.
        await using var again = await host.Outside("ann", "other-session", new JsonObject([.. channels.Select(channel => KeyValuePair.Create<string, JsonNode?>($"channel/{channel}", 0))]));
        (await again.Next("detached")).GetProperty("reason").GetString().ShouldBe("limit_reached");
        while (again.Last.Count < Following.MaxChannels) await again.Next(_ => true);
        await Settled(again);
        again.Last.Count.ShouldBe(Following.MaxChannels);
    }

    [Fact]
    public async Task P5_a_socket_takes_over_its_own_session_and_no_other_of_its_user()
    {
        var channel = await host.NewChannel("ann", "bob");
        await using var phone = await Followed(await host.Outside("ann", "phone-session"), channel);
        await using var laptop = await Followed(await host.Outside("ann", "laptop-session"), channel);
        await using var again = await Followed(await host.Outside("ann", "phone-session"), channel);
        // A session's name is its client's choice: two people may choose the same.
        await using var bob = await host.Outside("bob", "phone-session");
        (await phone.Closed()).ShouldBe(CloseCode.TakenOver);
        await Post(bob, channel, "hello");
        await laptop.Event("message_posted");
        await again.Event("message_posted");
    }
}
