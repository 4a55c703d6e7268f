using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>The HTTP interface as a backend uses it.</summary>
public sealed class HttpTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task P3_creating_with_an_idempotency_key_is_repeatable()
    {
        var first = await Create("order-17", "One");
        (await Create("order-17", "One")).GetProperty("id").GetString().ShouldBe(first.GetProperty("id").GetString());
        (await Create("order-18", "One")).GetProperty("id").GetString().ShouldNotBe(first.GetProperty("id").GetString());
    }

    [Fact]
    public async Task P3_a_command_with_an_idempotency_key_is_executed_once()
    {
        var meeting = await host.NewMeeting();
        var first = await Lock(meeting, "once");
        var again = await Lock(meeting, "once");
        again.GetProperty("from").GetInt64().ShouldBe(first.GetProperty("from").GetInt64());
        again.GetProperty("repeat").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task P9_a_read_shows_what_was_acknowledged()
    {
        var meeting = await host.NewMeeting();
        var done = await Lock(meeting, "lock");
        var view = await host.Get($"/v1/meetings/{meeting}?seen={done.GetProperty("to").GetInt64()}");
        view.GetProperty("locked").GetBoolean().ShouldBeTrue();
        view.GetProperty("number").GetInt64().ShouldBeGreaterThanOrEqualTo(done.GetProperty("to").GetInt64());
    }

    [Fact]
    public async Task The_log_is_paged_and_shows_nothing_unpublished()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        for (var i = 0; i < 5; i++) await ann.Do(i % 2 == 0 ? "raise_hand" : "lower_hand");
        var numbers = new List<long>();
        for (long? after = 0; after is not null;)
        {
            var page = await host.Get($"/v1/meetings/{meeting}/events?after={after}&limit=3");
            numbers.AddRange(page.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("number").GetInt64()));
            page.GetRawText().ShouldNotContain("ann-session");
            after = page.GetProperty("next") is { ValueKind: JsonValueKind.Number } next ? next.GetInt64() : null;
        }
        numbers.ShouldBe(Enumerable.Range(1, numbers.Count).Select(number => (long)number));
        numbers.Count.ShouldBeGreaterThanOrEqualTo(7);
    }

    [Theory]
    [InlineData("/v1/meetings", "not json", 422, "invalid_argument")]
    [InlineData("/v1/meetings", "{\"title\":7}", 422, "invalid_argument")]
    [InlineData("/v1/meetings", "{\"title\":\"x\",\"id\":\"a/b\"}", 422, "invalid_argument")]
    [InlineData("/v1/meetings", "{\"title\":\"x\",\"settings\":{\"capacity\":0}}", 422, "invalid_argument")]
    [InlineData("/v1/meetings/none/commands", "{\"type\":\"end_meeting\"}", 404, "meeting_not_found")]
    [InlineData("/v1/meetings/none/commands", "{\"type\":\"fly\"}", 422, "unknown_type")]
    [InlineData("/v1/meetings/none/commands", "{\"type\":\"join\"}", 422, "unknown_type")]
    [InlineData("/v1/meetings/none/commands", "{\"type\":\"post_message\",\"text\":\"x\"}", 422, "invalid_argument")]
    [InlineData("/v1/meetings/none/tokens", "{\"participant\":\"a b\",\"name\":\"x\"}", 422, "invalid_argument")]
    [InlineData("/v1/meetings/none/tokens", "{\"participant\":\"a\",\"name\":\"x\",\"ttlSeconds\":99999999}", 422, "invalid_argument")]
    public async Task P10_bad_requests_get_problems_with_a_reason(string path, string body, int status, string reason)
    {
        var response = await host.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("reason").GetString().ShouldBe(reason);
        problem.GetProperty("status").GetInt32().ShouldBe(status);
    }

    [Fact]
    public async Task P8_a_body_beyond_the_limit_is_refused()
    {
        var body = new JsonObject { ["title"] = new string('x', new HttpLimits().BodyBytes) };
        var response = await host.Http.PostAsJsonAsync("/v1/meetings", body);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await response.Content.ReadAsStringAsync()).ShouldContain("too_large");
    }

    [Fact]
    public async Task Health_readiness_and_the_description_need_no_key()
    {
        using var anybody = new HttpClient { BaseAddress = host.Http.BaseAddress };
        (await anybody.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await anybody.GetAsync("/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var description = JsonDocument.Parse(await anybody.GetStringAsync("/openapi/v1.json")).RootElement;
        foreach (var path in new[] { "/v1/meetings/{meeting}/tokens", "/v1/users/{user}/tokens" })
            description.GetProperty("paths").GetProperty(path).GetProperty("post").GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _).ShouldBeTrue(path);
    }

    [Fact]
    public void Every_refusal_has_a_status_and_a_close_code()
    {
        foreach (var refusal in Enum.GetValues<Refusal>())
        {
            Problems.Status(refusal).ShouldBeInRange(400, 503);
            Enum.IsDefined(CloseCodes.Of(refusal)).ShouldBeTrue();
        }
        foreach (var reason in Enum.GetValues<LeaveReason>()) CloseCodes.Of(reason);
    }

    private async Task<JsonElement> Create(string key, string title) => await Send("/v1/meetings", new JsonObject { ["title"] = title }, key);

    private Task<JsonElement> Lock(string meeting, string key) =>
        Send($"/v1/meetings/{meeting}/commands", new JsonObject { ["type"] = "lock_meeting", ["locked"] = true }, key);

    private async Task<JsonElement> Send(string path, JsonObject body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        var response = await host.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonDocument.Parse(text).RootElement;
    }
}
