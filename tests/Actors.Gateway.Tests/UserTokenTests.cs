using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Actors.Gateway.Tests;

/// <summary>Tokens of users and of meetings: neither is taken for the other.</summary>
public sealed class UserTokenTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static AccessTokens Tokens()
    {
        var options = new GatewayOptions();
        options.Tokens.Keys.Add(new TokenOptions.SigningKey("k1", GatewayHost.SigningSecret));
        return new AccessTokens(Options.Create(options), TimeProvider.System);
    }

    // Signed with our key, with whatever claims.
    private static string Signed(Dictionary<string, object> claims) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "actors",
        Audience = AccessTokens.Audience,
        Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
        Claims = claims,
        SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(GatewayHost.SigningSecret)) { KeyId = "k1" }, SecurityAlgorithms.HmacSha256),
    });

    [Fact]
    public async Task Each_kind_of_token_is_read_as_what_it_was_issued_as()
    {
        var issued = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var user = new UserGrant("acme", "ann", "Ann", issued, issued.AddHours(1));
        (await Tokens().Read(Tokens().Issue(user))).Grant.ShouldBe(user);
        var plain = user with { Name = null };
        (await Tokens().Read(Tokens().Issue(plain))).Grant.ShouldBe(plain);
        var meeting = new Grant("acme", "m1", "ann", "Ann", Role.Participant, Kind.Person, false, issued, issued.AddHours(1));
        (await Tokens().Read(Tokens().Issue(meeting))).Grant.ShouldBe(meeting);
    }

    public static TheoryData<string> Neither => new()
    {
        """{"sub":"ann","tenant":"acme","meeting":null}""",
        """{"sub":"ann","tenant":"acme","meeting":""}""",
        """{"sub":"ann","tenant":"acme","meeting":7}""",
        """{"sub":"ann","tenant":"acme","meeting":"a/b","name":"Ann"}""",
        """{"sub":"ann","tenant":"acme","name":"Ann","role":"host"}""",
        """{"sub":"ann","tenant":"acme","name":"Ann","kind":"person"}""",
        """{"sub":"ann","tenant":"acme","name":"Ann","guest":false}""",
        """{"sub":"ann","tenant":"acme","name":"Ann","home":"other"}""",
        """{"sub":"ann","tenant":"acme","name":"Ann","attributes":{}}""",
        """{"sub":"ann","tenant":"acme","name":"Ann","locked":[]}""",
        """{"sub":"ann"}""",
        """{"sub":"ann","tenant":"a/b"}""",
        """{"sub":"a/b","tenant":"acme"}""",
        """{"tenant":"acme"}""",
    };

    [Theory]
    [MemberData(nameof(Neither))]
    public async Task What_is_neither_a_meetings_token_nor_a_users_is_none(string claims)
    {
        var token = Signed(JsonSerializer.Deserialize<Dictionary<string, object>>(claims)!);
        await using var client = await TestClient.Connect(host.Socket);
        await client.Hello(token, "ann-session");
        (await client.Closed()).ShouldBe(CloseCode.Unauthenticated);
    }

    [Fact]
    public async Task A_user_is_in_no_meeting()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "ann", "host");
        var before = (await host.Log(meeting)).GetArrayLength();
        await using var ann = await host.Outside("ann", resume: new JsonObject { ["meeting"] = 1, ["thread/main"] = 1 });
        ann.Everything = [];
        foreach (var type in new[] { "raise_hand", "end_meeting", "leave", "roster" })
        {
            (await ann.Do(type)).GetProperty("reason").GetString().ShouldBe("not_joined", type);
            (await ann.Do(type, new JsonObject { ["channel"] = meeting })).GetProperty("reason").GetString().ShouldBe("not_joined", type);
        }
        (await ann.Do("post_message", new JsonObject { ["text"] = "x", ["thread"] = "main" })).GetProperty("reason").GetString().ShouldBe("invalid_argument");
        (await ann.Do("post_message", new JsonObject { ["text"] = "x", ["channel"] = meeting })).GetProperty("reason").GetString().ShouldBe("not_joined");
        (await host.Log(meeting)).GetArrayLength().ShouldBe(before);
        ann.Everything.ShouldAllBe(message => message.Contains("\"refused\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_participant_of_a_meeting_follows_no_channel_and_writes_to_none()
    {
        var channel = await host.NewChannel("ann");
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host", resume: new JsonObject { [$"channel/{channel}"] = 1 });
        ann.Everything = [];
        foreach (var type in new[] { "follow", "unfollow", "post_message", "history", "search", "receipts", "signal", "raise_hand" })
        {
            await ann.Send(new JsonObject { ["type"] = type, ["id"] = 1, ["channel"] = channel, ["text"] = "secret", ["q"] = "secret", ["message"] = 1 });
            (await ann.Next("refused")).GetProperty("reason").GetString().ShouldBe("invalid_argument", type);
        }
        (await ann.Do("history", id: 2)).GetProperty("messages").GetArrayLength().ShouldBe(0);
        (await host.Get($"/v1/channels/{channel}/messages")).GetProperty("messages").GetArrayLength().ShouldBe(0);
        ann.Everything.ShouldNotContain(message => message.Contains("channel/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_users_token_lives_as_long_as_its_backend_says()
    {
        var asked = TimeProvider.System.GetUtcNow();
        var made = await host.Post("/v1/users/ann/tokens", new JsonObject { ["name"] = "Ann", ["ttlSeconds"] = 60 });
        made.GetProperty("expiresAt").GetDateTimeOffset().ShouldBeInRange(asked.AddSeconds(60), TimeProvider.System.GetUtcNow().AddSeconds(60));
        await host.Post("/v1/users/ann/tokens", new JsonObject { ["ttlSeconds"] = Limits.TokenLifetime.TotalSeconds, ["name"] = new string('n', Limits.NameLength) });
        await host.Post("/v1/users/ann/tokens", []);
    }

    public static TheoryData<string, string> BadRequests => new()
    {
        { "ann", "" },
        { "ann", "null" },
        { "ann", "[]" },
        { "ann", """{"ttlSeconds":0}""" },
        { "ann", """{"ttlSeconds":86401}""" },
        { "ann", """{"ttlSeconds":"60"}""" },
        { "ann", """{"ttlSeconds":null}""" },
        { "ann", """{"name":7}""" },
        { "ann", """{"name":""}""" },
        { "ann", """{"name":"a\u0000b"}""" },
        { "ann", $$"""{"name":"{{new string('n', Limits.NameLength + 1)}}"}""" },
        { "a.b", "{}" },
        { new string('u', Limits.IdLength + 1), "{}" },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task P10_a_bad_request_for_a_token_is_refused(string user, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Http.PostAsync($"/v1/users/{user}/tokens", content);
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("reason").GetString().ShouldBe("invalid_argument");
    }
}
