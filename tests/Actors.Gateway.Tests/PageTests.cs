using System.Net;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>Pages over HTTP and the socket are bounded: the largest is answered, one more is refused by name.</summary>
public sealed class PageTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Theory]
    [InlineData("/v1/meetings/{0}/threads/main/messages", Limits.HistoryPage)]
    [InlineData("/v1/meetings/{0}/events", Limits.LogPage)]
    [InlineData("/v1/meetings/{0}/participants", Limits.PeoplePage)]
    [InlineData("/v1/meetings/{0}/places", Limits.PlacesPage)]
    [InlineData("/v1/meetings", Limits.ListPage)]
    public async Task P8_a_page_of_the_largest_size_is_answered_and_a_larger_one_refused(string route, int bound)
    {
        var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, route, await host.NewMeeting());
        using var largest = await host.Http.GetAsync($"{path}?limit={bound}");
        largest.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var wrong in new[] { bound + 1, 0, -1 })
        {
            using var refused = await host.Http.GetAsync($"{path}?limit={wrong}");
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity, $"{path} {wrong}");
            (await refused.Content.ReadAsStringAsync()).ShouldContain("limit");
        }
    }

    [Fact]
    public async Task F4_the_roster_comes_in_pages_over_HTTP_and_the_socket_with_attendees_in_it()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "boss", "host");
        await using var eye1 = await host.Join(meeting, "eye1", "attendee");
        await using var eye2 = await host.Join(meeting, "eye2", "attendee");
        var first = await host.Get($"/v1/meetings/{meeting}/participants?limit=2");
        first.GetProperty("participants").EnumerateArray().Select(one => one.GetProperty("id").GetString()).ShouldBe(["boss", "eye1"]);
        var rest = await host.Get($"/v1/meetings/{meeting}/participants?after={first.GetProperty("next").GetInt64()}&role=attendee");
        rest.GetProperty("participants").EnumerateArray().Select(one => one.GetProperty("id").GetString()).ShouldBe(["eye2"]);
        rest.TryGetProperty("next", out _).ShouldBeFalse();

        await boss.Send("{\"type\":\"roster\",\"id\":1,\"limit\":1,\"role\":\"attendee\"}");
        var page = await boss.Next("roster");
        page.GetProperty("participants")[0].GetProperty("id").GetString().ShouldBe("eye1");
        await boss.Send($"{{\"type\":\"roster\",\"id\":2,\"after\":{page.GetProperty("next").GetInt64()}}}");
        (await boss.Next("roster")).GetProperty("participants")[0].GetProperty("id").GetString().ShouldBe("eye2");
        await boss.Send($"{{\"type\":\"roster\",\"id\":3,\"limit\":{Limits.PeoplePage + 1}}}");
        (await boss.Next("refused")).GetProperty("reason").GetString().ShouldBe("invalid_argument");
        await eye1.Send("{\"type\":\"roster\",\"id\":1}");
        (await eye1.Next("refused")).GetProperty("reason").GetString().ShouldBe("not_allowed");
        using var unknown = await host.Http.GetAsync($"/v1/meetings/{meeting}/participants?role=king");
        unknown.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }
}
