using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Actors.Gateway.Tests;

/// <summary>Tokens that take abilities from their holders: a claim that is not understood lets nobody in.</summary>
public sealed class LockedTokenTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private async Task<string> Issued(string meeting, string participant, params string[] locked) =>
        (await host.Post($"/v1/meetings/{meeting}/tokens", new JsonObject
        {
            ["participant"] = participant,
            ["name"] = participant,
            ["locked"] = new JsonArray([.. locked.Select(one => (JsonNode)one)]),
        })).GetProperty("token").GetString()!;

    private async Task<TestClient> Join(string token, string session)
    {
        var client = await TestClient.Connect(host.Socket);
        await client.Hello(token, session);
        await client.Next("welcome");
        await client.Follows("meeting");
        await client.Follows("thread/main");
        return client;
    }

    private static async Task Refused(TestClient client, string type, JsonObject fields) =>
        (await client.Do(type, fields)).GetProperty("reason").GetString().ShouldBe("not_allowed");

    private static async Task Accepted(TestClient client, string type, JsonObject fields) =>
        (await client.Do(type, fields)).GetProperty("type").GetString().ShouldBe("accepted");

    private static JsonObject Share => new() { ["share"] = true };

    private static JsonObject Hello => new() { ["text"] = "hello" };

    private static string[] Names(JsonElement abilities) => [.. abilities.EnumerateArray().Select(one => one.GetString()!)];

    [Fact]
    public async Task B3_what_a_token_takes_is_locked_until_a_moderator_gives_it_and_again_with_the_next_join()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "host", "host");
        var token = await Issued(meeting, "ann", "chat", "share");
        var ann = await Join(token, "ann-session");
        Names((await boss.Event("participant_joined")).GetProperty("locked")).ShouldBe(["share", "chat"]);
        await Refused(ann, "set_media", Share);
        await Refused(ann, "post_message", Hello);
        await Accepted(ann, "raise_hand", []);
        var unlocked = await boss.Do("lock_abilities", new JsonObject { ["abilities"] = new JsonArray("share", "chat"), ["locked"] = false, ["participants"] = new JsonArray("ann") });
        await host.ThreadKnows(meeting, Contracts.Ids.Main, unlocked);
        await Accepted(ann, "set_media", Share);
        await Accepted(ann, "post_message", Hello);
        // The same session, whose socket broke: what was given stays.
        await using (var back = await Join(token, "ann-session"))
        {
            (await ann.Closed()).ShouldBe(CloseCode.TakenOver);
            await ann.DisposeAsync();
            await Accepted(back, "post_message", Hello);
            await Accepted(back, "leave", []);
            (await back.Closed()).ShouldBe(CloseCode.Left);
        }
        await using var again = await Join(token, "ann-session-2");
        await Refused(again, "set_media", Share);
        (await host.Get($"/v1/meetings/{meeting}")).GetProperty("participants").EnumerateArray()
            .Single(one => one.GetProperty("id").GetString() == "ann").GetProperty("locked").GetArrayLength().ShouldBe(2);
        again.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""["fly"]""")]
    [InlineData("""["Chat"]""")]
    [InlineData("""[3]""")]
    [InlineData("""[null]""")]
    [InlineData("""["chat","chat"]""")]
    [InlineData("\"chat\"")]
    [InlineData("""{"chat":true}""")]
    public async Task P10_a_token_is_not_issued_for_abilities_that_there_are_not(string locked)
    {
        var body = $$"""{"participant":"ann","name":"Ann","locked":{{locked}}}""";
        using var response = await host.Http.PostAsync($"/v1/meetings/{await host.NewMeeting()}/tokens", new StringContent(body, Encoding.UTF8, "application/json"));
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await response.Content.ReadAsStringAsync()).ShouldContain("invalid_argument");
    }

    [Theory]
    [InlineData("""["fly"]""", false)]
    [InlineData("""["chat","fly"]""", false)]
    [InlineData("""[3]""", false)]
    [InlineData("""[null]""", false)]
    [InlineData("""["chat","chat"]""", false)]
    [InlineData("\"chat\"", false)]
    [InlineData("\"[]\"", false)]
    [InlineData("7", false)]
    [InlineData("true", false)]
    [InlineData("null", false)]
    [InlineData("""{"chat":true}""", false)]
    [InlineData("""["microphone","camera","share","chat","reactions","hands"]""", true)]
    [InlineData("[]", true)]
    public async Task P10_a_token_with_a_claim_that_cannot_be_read_is_none(string locked, bool getsIn)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "actors",
            Audience = AccessTokens.Audience,
            Expires = now.AddHours(1),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "ann",
                ["tenant"] = GatewayHost.Tenant,
                ["meeting"] = await host.NewMeeting(),
                ["name"] = "Ann",
                ["locked"] = JsonDocument.Parse(locked).RootElement,
            },
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Encoding.UTF8.GetBytes(GatewayHost.SigningSecret)) { KeyId = "k1" }, SecurityAlgorithms.HmacSha256),
        });
        await using var client = await TestClient.Connect(host.Socket);
        await client.Hello(token, "ann-session");
        if (getsIn) (await client.Next("welcome")).GetProperty("participant").GetString().ShouldBe("ann");
        else (await client.Closed()).ShouldBe(CloseCode.Unauthenticated);
    }
}
