using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>Search over HTTP and the socket.</summary>
public sealed class SearchTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task E7_messages_are_found_over_HTTP_and_the_socket_by_those_who_may_read_them()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        foreach (var text in new[] { "Café at noon", "hay", "the CAFE again" }) await ann.Do("post_message", new JsonObject { ["text"] = text });
        var found = await ann.Do("search", new JsonObject { ["q"] = "cafe" });
        found.GetProperty("type").GetString().ShouldBe("found");
        Texts(found).ShouldBe(["the CAFE again", "Café at noon"]);
        var page = await host.Get($"/v1/meetings/{meeting}/threads/main/search?q=caf%C3%A9&limit=1");
        Texts(page).ShouldBe(["the CAFE again"]);
        Texts(await host.Get($"/v1/meetings/{meeting}/threads/main/search?q=cafe&before={page.GetProperty("next").GetInt64()}")).ShouldBe(["Café at noon"]);
        (await ann.Do("search", new JsonObject { ["q"] = "?!" })).GetProperty("reason").GetString().ShouldBe("invalid_argument");
        (await ann.Do("search", new JsonObject { ["q"] = new string('x', Limits.SearchQueryLength + 1) })).GetProperty("reason").GetString().ShouldBe("too_large");
        (await ann.Do("search", new JsonObject { ["q"] = "x", ["thread"] = "bob~cho" })).GetProperty("reason").GetString().ShouldBe("not_joined");
        foreach (var bad in new[] { "", "?q=", "?q=%3F", $"?q=x&limit={Limits.SearchPage + 1}", "?q=x&before=0" })
        {
            using var refused = await host.Http.GetAsync($"/v1/meetings/{meeting}/threads/main/search{bad}");
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, bad);
        }
        ann.Faults.ShouldBeEmpty();
    }

    private static IEnumerable<string?> Texts(JsonElement page) => page.GetProperty("messages").EnumerateArray().Select(one => one.GetProperty("text").GetString());
}
