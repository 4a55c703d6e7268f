using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>Channels over HTTP, against real grains.</summary>
public sealed class ChannelTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static int _channels;

    [Fact]
    public async Task E1_a_backend_makes_a_channel_and_its_members_write_and_read_through_it()
    {
        var channel = await Created(("ann", true), ("bob", false));
        var posted = await host.Post($"{channel}/messages?as=bob", new JsonObject { ["text"] = "hello" });
        var number = posted.GetProperty("from").GetInt64();
        var page = await host.Get($"{channel}/messages?as=ann");
        page.GetProperty("messages")[0].GetProperty("by").GetString().ShouldBe("bob");
        await host.Post($"{channel}/commands?as=ann", new JsonObject { ["type"] = "move_pointers", ["delivered"] = number, ["read"] = number });
        await host.Post($"{channel}/commands?as=ann", new JsonObject { ["type"] = "pin_message", ["message"] = number });
        var view = await host.Get($"{channel}?as=bob");
        (view.GetProperty("name").GetString(), view.GetProperty("posting").GetString(), view.GetProperty("pins")[0].GetInt64()).ShouldBe(("General", "everyone", number));
        (await host.Get($"{channel}/members")).GetProperty("members").GetRawText().ShouldBe("""[{"participant":"ann","moderator":true},{"participant":"bob"}]""");
        (await host.Get($"{channel}/messages/{number}/receipts?as=bob")).GetProperty("awaited").GetInt32().ShouldBe(1);
        (await host.Get($"{channel}/events")).GetProperty("events").EnumerateArray().Select(one => one.GetProperty("type").GetString()).ShouldContain("members_added");
        (await host.Http.GetStringAsync($"{channel}/export")).ShouldContain("hello");
    }

    [Fact]
    public async Task E1_who_is_no_member_reads_and_writes_nothing_and_only_backends_change_a_channel()
    {
        var channel = await Created(("ann", true), ("bob", false));
        await host.Post($"{channel}/commands", new JsonObject { ["type"] = "change_channel", ["posting"] = "moderators" });
        foreach (var question in new[] { "", "/messages", "/messages/3/receipts" }) await Refused(host.Http.GetAsync($"{channel}{question}?as=cho"), HttpStatusCode.Forbidden, "not_joined");
        await Refused(Post($"{channel}/messages?as=cho", new JsonObject { ["text"] = "x" }), HttpStatusCode.Forbidden, "not_joined");
        await Refused(Post($"{channel}/messages?as=bob", new JsonObject { ["text"] = "x" }), HttpStatusCode.Forbidden, "not_allowed");
        await Refused(Post($"{channel}/commands?as=ann", new JsonObject { ["type"] = "remove_members", ["participants"] = new JsonArray("bob") }), HttpStatusCode.Forbidden, "not_allowed");
        await Refused(host.Http.GetAsync($"{channel}?as=a%2Fb"), HttpStatusCode.UnprocessableEntity, "invalid_argument");
        await Refused(host.Http.GetAsync("/v1/channels/nowhere/members"), HttpStatusCode.NotFound, "channel_not_found");
        await Refused(host.Http.GetAsync("/v1/channels/nowhere"), HttpStatusCode.NotFound, "channel_not_found");
        await Refused(host.Http.GetAsync("/v1/channels/a.b/messages"), HttpStatusCode.NotFound, "channel_not_found");
        await Refused(Post("/v1/channels/nowhere/messages", new JsonObject { ["text"] = "x" }), HttpStatusCode.NotFound, "channel_not_found");
        await Refused(host.Http.GetAsync($"{channel}/members?limit={Limits.MembersPage + 1}"), HttpStatusCode.UnprocessableEntity, "invalid_argument");
    }

    [Fact]
    public async Task P3_creating_a_channel_can_be_repeated_by_its_id_and_by_key()
    {
        var channel = new JsonObject { ["id"] = $"c{Interlocked.Increment(ref _channels)}", ["name"] = "General" };
        await host.Post("/v1/channels", channel);
        (await host.Post("/v1/channels", channel)).GetProperty("id").GetString().ShouldBe((string?)channel["id"]);
        channel["name"] = "Other";
        await Refused(Post("/v1/channels", channel), HttpStatusCode.Conflict, "channel_exists");
        channel["id"] = "a/b";
        await Refused(Post("/v1/channels", channel), HttpStatusCode.UnprocessableEntity, "invalid_argument");
        var ids = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/channels") { Content = JsonContent.Create(new JsonObject { ["name"] = "Keyed" }) };
            request.Headers.Add("Idempotency-Key", "the-key");
            using var response = await host.Http.SendAsync(request);
            ids.Add(JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString());
        }
        ids[1].ShouldBe(ids[0]);
    }

    [Fact]
    public async Task E5_a_channel_is_in_its_members_inboxes()
    {
        var channel = await Created(("cho", false));
        await host.Post($"{channel}/messages", new JsonObject { ["text"] = "hello" });
        await host.Cluster.GetGrain<IThreadGrain>(Ids.ChannelKey(GatewayHost.Tenant, channel.Split('/')[^1])).Wake(default);
        var entry = (await host.Get("/v1/users/cho/inbox")).GetProperty("threads")[0];
        (entry.GetProperty("title").GetString(), entry.GetProperty("unread").GetInt32()).ShouldBe(("General", 1));
        entry.GetProperty("thread").GetString().ShouldBe($"{GatewayHost.Tenant}/{channel.Split('/')[^1]}");
    }

    private async Task<string> Created(params (string Id, bool Moderator)[] members)
    {
        var id = $"c{Interlocked.Increment(ref _channels)}";
        await host.Post("/v1/channels", new JsonObject { ["id"] = id, ["name"] = "General" });
        var added = new JsonArray([.. members.Select(one => (JsonNode)new JsonObject { ["participant"] = one.Id, ["moderator"] = one.Moderator })]);
        await host.Post($"/v1/channels/{id}/commands", new JsonObject { ["type"] = "add_members", ["members"] = added });
        return $"/v1/channels/{id}";
    }

    private Task<HttpResponseMessage> Post(string path, JsonObject body) => host.Http.PostAsJsonAsync(path, body);

    private static async Task Refused(Task<HttpResponseMessage> asked, HttpStatusCode status, string reason)
    {
        using var response = await asked;
        var answer = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, answer);
        JsonDocument.Parse(answer).RootElement.GetProperty("reason").GetString().ShouldBe(reason);
    }
}
