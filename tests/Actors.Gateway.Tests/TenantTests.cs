using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>
/// A tenant sees and changes nothing of another's: every command and every read of another tenant's meeting is answered as if it did not exist. The commands
/// come from the contracts, the routes from the host: what is added is covered.
/// </summary>
public sealed class TenantTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task Every_command_of_another_tenant_is_answered_as_if_the_meeting_did_not_exist()
    {
        var (meeting, stranger) = await Occupied();
        // That the meeting's own person has gone may be logged at any moment.
        async Task<int> Length() => (await host.Log(meeting)).EnumerateArray().Count(one => one.GetProperty("type").GetString() != "participants_disconnected");
        var before = await Length();
        foreach (var command in ContractsJson.Default.ClientCommand.PolymorphismOptions!.DerivedTypes)
        {
            var shapes = new FuzzShapes(new Random(1), ContractsJson.Default.Options);
            var body = shapes.Message(command.DerivedType);
            body["type"] = (string)command.TypeDiscriminator!;
            string[] places = command.DerivedType.IsSubclassOf(typeof(ThreadCommand)) ? ["/threads/main/commands"]
                : command.DerivedType.IsSubclassOf(typeof(SpaceCommand)) ? ["/commands", "/commands?room=r1-1"] : ["/commands"];
            foreach (var place in places)
            {
                using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
                await ShouldFindNothing(await stranger.PostAsync($"/v1/meetings/{meeting}{place}", content), $"{body} to {place}");
            }
        }
        (await Length()).ShouldBe(before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/events")]
    [InlineData("/participants")]
    [InlineData("/places")]
    [InlineData("/rooms/r1-1")]
    [InlineData("/rooms/r1-1/events")]
    [InlineData("/threads/main/events")]
    public async Task Every_read_of_another_tenant_finds_nothing(string path)
    {
        var (meeting, stranger) = await Occupied();
        await ShouldFindNothing(await stranger.GetAsync($"/v1/meetings/{meeting}{path}"), path);
    }

    [Theory]
    [InlineData("/threads/main/messages", "messages")]
    [InlineData("/threads/main/receipts", "members")]
    public async Task Another_tenant_s_thread_is_empty(string path, string list)
    {
        var (meeting, stranger) = await Occupied();
        using var answer = await stranger.GetAsync($"/v1/meetings/{meeting}{path}");
        if (answer.StatusCode == HttpStatusCode.NotFound) return;
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty(list).GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Another_tenant_s_lists_do_not_name_it()
    {
        var (meeting, stranger) = await Occupied();
        foreach (var status in new[] { "live", "scheduled", "past" })
        {
            using var answer = await stranger.GetAsync($"/v1/meetings?status={status}");
            (await answer.Content.ReadAsStringAsync()).ShouldNotContain($"\"{meeting}\"");
        }
    }

    [Fact]
    public async Task A_token_of_another_tenant_for_the_same_meeting_id_joins_nothing_of_this_one()
    {
        var (meeting, stranger) = await Occupied();
        using var content = new StringContent("{\"participant\":\"eve\",\"name\":\"Eve\",\"role\":\"host\"}", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var made = await stranger.PostAsync($"/v1/meetings/{meeting}/tokens", content);
        var token = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString()!;
        await using var eve = await TestClient.Connect(host.Socket);
        await eve.Hello(token, "eve-session");
        (await eve.Closed()).ShouldBe(CloseCodes.Of(Refusal.MeetingNotFound));
    }

    // A meeting with a message in it, and a backend of another tenant.
    private async Task<(string Meeting, HttpClient Stranger)> Occupied()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        (await ann.Do("post_message", new System.Text.Json.Nodes.JsonObject { ["text"] = "secret" })).GetProperty("type").GetString().ShouldBe("accepted");
        var stranger = new HttpClient { BaseAddress = host.Http.BaseAddress };
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await host.NewKey("other", "stranger"));
        return (meeting, stranger);
    }

    private static async Task ShouldFindNothing(HttpResponseMessage response, string context)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            response.StatusCode.ShouldBe(HttpStatusCode.NotFound, $"{context}: {text}");
            text.ShouldNotContain("secret");
        }
    }
}
