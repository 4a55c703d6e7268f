using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Actors.Contracts;
using Microsoft.Extensions.Options;

namespace Actors.Gateway.Tests;

/// <summary>Who gets in, and how those who do not are told.</summary>
public sealed class TokenTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static AccessTokens Tokens(string secret = GatewayHost.SigningSecret, string kid = "k1", TimeProvider? time = null)
    {
        var options = new GatewayOptions();
        options.Tokens.Keys.Add(new TokenOptions.SigningKey(kid, secret));
        return new AccessTokens(Options.Create(options), time ?? TimeProvider.System);
    }

    private static Grant Grant(string meeting, string tenant = GatewayHost.Tenant, TimeSpan? age = null, TimeSpan? life = null)
    {
        var issued = TimeProvider.System.GetUtcNow() - (age ?? TimeSpan.Zero);
        return new Grant(tenant, meeting, "ann", "Ann", Role.Participant, Kind.Person, false, issued, issued + (life ?? TimeSpan.FromHours(1)));
    }

    private async Task<CloseCode> Try(string token)
    {
        await using var client = await TestClient.Connect(host.Socket);
        await client.Hello(token, "ann-session");
        return await client.Closed();
    }

    [Fact]
    public async Task A_token_of_an_older_key_still_counts_while_it_is_configured()
    {
        var meeting = await host.NewMeeting();
        await using var client = await TestClient.Connect(host.Socket);
        await client.Hello(Tokens(GatewayHost.SigningSecret + "-older", "k0").Issue(Grant(meeting)), "ann-session");
        await client.Next("welcome");
    }

    [Fact]
    public async Task An_expired_token_is_told_so() =>
        (await Try(Tokens().Issue(Grant(await host.NewMeeting(), age: TimeSpan.FromHours(2))))).ShouldBe(CloseCode.TokenExpired);

    [Fact]
    public async Task A_token_that_lives_too_long_is_no_token() =>
        (await Try(Tokens().Issue(Grant(await host.NewMeeting(), life: Limits.TokenLifetime + TimeSpan.FromHours(1))))).ShouldBe(CloseCode.Unauthenticated);

    [Theory]
    [InlineData("another-secret-with-more-than-32-bytes-in-it", "k1")]
    [InlineData(GatewayHost.SigningSecret, "unknown-kid")]
    public async Task A_forged_token_is_refused(string secret, string kid) =>
        (await Try(Tokens(secret, kid).Issue(Grant(await host.NewMeeting())))).ShouldBe(CloseCode.Unauthenticated);

    [Fact]
    public async Task A_token_without_a_signature_is_refused()
    {
        var parts = Tokens().Issue(Grant(await host.NewMeeting())).Split('.');
        var none = Convert.ToBase64String(Encoding.UTF8.GetBytes("{\"alg\":\"none\",\"typ\":\"JWT\"}")).TrimEnd('=');
        (await Try($"{none}.{parts[1]}.")).ShouldBe(CloseCode.Unauthenticated);
        (await Try("nonsense")).ShouldBe(CloseCode.Unauthenticated);
        (await Try($"{parts[0]}.{parts[1]}A.{parts[2]}")).ShouldBe(CloseCode.Unauthenticated);
    }

    [Fact]
    public async Task Another_tenants_meeting_is_not_found_and_does_not_come_to_be()
    {
        var meeting = await host.NewMeeting();
        (await Try(Tokens().Issue(Grant(meeting, "other")))).ShouldBe(CloseCode.MeetingNotFound);
        var key = await host.NewKey("other", "tests");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/meetings/{meeting}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        (await host.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_meeting_that_does_not_exist_is_not_found() => (await Try(Tokens().Issue(Grant("nowhere")))).ShouldBe(CloseCode.MeetingNotFound);

    [Fact]
    public async Task Meetings_not_started_full_locked_and_ended_each_have_their_code()
    {
        await host.Post("/v1/meetings", new JsonObject
        {
            ["id"] = "tomorrow",
            ["title"] = "Tomorrow",
            ["settings"] = new JsonObject { ["joinBeforeMinutes"] = 10 },
            ["schedule"] = new JsonObject { ["start"] = TimeProvider.System.GetUtcNow().AddDays(1).ToString("O"), ["durationMinutes"] = 45, ["timeZone"] = "UTC" },
        });
        (await Try(Tokens().Issue(Grant("tomorrow")))).ShouldBe(CloseCode.MeetingNotStarted);
        var full = await host.NewMeeting(new JsonObject { ["capacity"] = 1 });
        await using var boss = await host.Join(full, "host", "host");
        (await Try(await host.Token(full, "ann"))).ShouldBe(CloseCode.MeetingFull);
        var locked = await host.NewMeeting();
        await host.Command(locked, new JsonObject { ["type"] = "lock_meeting", ["locked"] = true });
        (await Try(await host.Token(locked, "ann"))).ShouldBe(CloseCode.MeetingLocked);
        await using var moderator = await host.Join(locked, "host", "host");
        var ended = await host.NewMeeting();
        await host.Command(ended, new JsonObject { ["type"] = "end_meeting" });
        (await Try(await host.Token(ended, "ann"))).ShouldBe(CloseCode.MeetingEnded);
    }

    [Fact]
    public async Task A_revoked_api_key_stops_working()
    {
        var key = await host.NewKey("short", "once");
        (await Ask(HttpMethod.Get, "/v1/meetings/x", key)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Ask(HttpMethod.Delete, "/v1/tenants/short/keys/once", GatewayHost.OperatorKey)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await Ask(HttpMethod.Get, "/v1/meetings/x", key)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ak.acme.tests")]
    [InlineData("ak.acme.tests.wrong")]
    [InlineData("ak.a/b.tests.x")]
    [InlineData(GatewayHost.OperatorKey)]
    public async Task Nothing_is_reachable_without_a_valid_key(string key)
    {
        // Whatever the names in them.
        var names = new[] { "meeting", "series", "room", "thread", "channel", "user", "message" }.ToDictionary(name => name, name => name == "message" ? "1" : name);
        foreach (var route in HostRoute.OfBackends(host)) (await Ask(new HttpMethod(route.Method), route.Path(names), key)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{route}");
    }

    [Fact]
    public async Task Operator_routes_want_the_operators_key() =>
        (await Ask(HttpMethod.Put, "/v1/tenants/acme/keys/mine", host.ApiKey)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

    private async Task<HttpResponseMessage> Ask(HttpMethod method, string path, string key)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Authorization", key.Length > 0 ? "Bearer " + key : "Bearer");
        return await host.Http.SendAsync(request);
    }
}
