using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Gateway.Tests;

/// <summary>
/// A tenant sees and changes nothing of another's: every command and every route, asked with another tenant's key, answers for what is the owner's as it does for what
/// does not exist. The commands come from the contracts, the routes from the host: what is added is covered, or fails for want of samples.
/// </summary>
public sealed class TenantTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    // Of all that the owner has: in titles, names and texts.
    private const string Secret = "secret";

    // Part of no other word of an answer.
    private const string Ann = "annabel";

    private static int _meetings;

    private static readonly Dictionary<Type, Func<Owned, JsonObject>> Bodies = new()
    {
        [typeof(NewMeeting)] = owned => new JsonObject { ["id"] = owned.Values["meeting"], ["title"] = "Mine" },
        [typeof(NewChannel)] = owned => new JsonObject { ["id"] = owned.Values["channel"], ["name"] = "Mine" },
        [typeof(NewToken)] = _ => new JsonObject { ["participant"] = "eve", ["name"] = "Eve", ["role"] = "host" },
        [typeof(NewUserToken)] = _ => [],
        [typeof(PostMessage)] = _ => new JsonObject { ["text"] = "mine" },
    };

    // What a parameter of the query may hold; others have defaults.
    private static readonly Dictionary<string, string> Queries = new() { ["q"] = Secret, ["as"] = Ann, ["status"] = "live", ["room"] = "r1-1", ["participant"] = Ann };

    /// <param name="Values">Of parameters of paths.</param>
    /// <param name="Said">Number of the channel's message; that of the thread's is among the values.</param>
    private sealed record Owned(Dictionary<string, string> Values, string Said)
    {
        /// <summary>In place of the owner's names such as nobody has given to anything.</summary>
        public Dictionary<string, string> Nothing => new(Values) { ["meeting"] = "never-was", ["series"] = "never-was-1", ["channel"] = "never-was-2", ["user"] = "nobody-ever" };
    }

    /// <param name="Optional">Parameters of the query that are given besides those that have to be.</param>
    private sealed record Asked(HostRoute Route, string[] Optional, string? Command = null)
    {
        public string Query => string.Join('&', Optional.Append("q").Where(Route.Takes).Select(name => $"{name}={Queries[name]}"));

        public override string ToString() => $"{Route}?{Query} {Command}";
    }

    [Fact]
    public async Task Every_route_answers_another_tenant_as_if_nothing_existed()
    {
        var owned = await Occupied();
        var (stranger, owner) = (await Client("other"), host.Http);
        var before = await Logs(owned);
        var wrong = new List<string>();
        // What is made without a name of the owner's is the maker's own: see below.
        foreach (var asked in HostRoute.OfBackends(host).Where(route => !route.Writes || route.Parameters.Any()).SelectMany(Samples))
        {
            var answer = await Ask(stranger, asked, owned.Values, owned);
            if (Shown(answer.Text) is { } shown) wrong.Add($"{asked}: shows {shown}: {answer.Text}");
            var none = await Ask(stranger, asked, owned.Nothing, owned);
            if (await IsToken(answer.Text) || Plain(answer, owned.Values) == Plain(none, owned.Nothing)) continue;
            wrong.Add($"{asked}: {answer} where nothing exists: {none}");
        }
        wrong.ShouldBeEmpty();
        (await Logs(owned)).ShouldBe(before);
        // That the samples are right: whose it is gets all of it.
        foreach (var asked in HostRoute.OfBackends(host).SelectMany(Samples))
        {
            var answer = await Ask(owner, asked, owned.Values, owned);
            var isThere = answer.Status is HttpStatusCode.Conflict && asked.Route.Pattern is "/v1/meetings" or "/v1/channels";
            if (!isThere && (int)answer.Status is < 200 or > 299) wrong.Add($"{asked} of the owner: {answer}");
        }
        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_command_of_another_tenant_is_answered_as_if_the_meeting_or_channel_did_not_exist()
    {
        var owned = await Occupied();
        var stranger = await Client("other");
        var before = await Logs(owned);
        var wrong = new List<string>();
        foreach (var route in HostRoute.OfBackends(host).Where(route => route.Body == typeof(ClientCommand)))
            foreach (var command in route.Commands)
                foreach (var optional in Optional(route))
                {
                    var asked = new Asked(route, optional, CommandOf(command));
                    var answer = await Ask(stranger, asked, owned.Values, owned);
                    var none = await Ask(stranger, asked, owned.Nothing, owned);
                    if ((int)answer.Status < 400 || Shown(answer.Text) is not null || Plain(answer, owned.Values) != Plain(none, owned.Nothing))
                        wrong.Add($"{asked}: {answer} where nothing exists: {none}");
                }
        wrong.ShouldBeEmpty();
        (await Logs(owned)).ShouldBe(before);
    }

    [Fact]
    public async Task What_another_tenant_makes_under_the_same_names_is_its_own()
    {
        var owned = await Occupied();
        var before = await Logs(owned);
        // Of its own: it has made nothing yet.
        var maker = await Client("maker");
        foreach (var route in HostRoute.OfBackends(host).Where(route => route.Writes && !route.Parameters.Any()))
        {
            var made = await Ask(maker, new Asked(route, []), owned.Values, owned);
            ((int)made.Status).ShouldBeInRange(200, 299, $"{route}: {made}");
        }
        foreach (var asked in HostRoute.OfBackends(host).SelectMany(Samples).Where(asked => !asked.Route.Writes))
        {
            var answer = await Ask(maker, asked, owned.Values, owned);
            Shown(answer.Text).ShouldBeNull($"{asked}: {answer}");
        }
        (await Logs(owned)).ShouldBe(before);
    }

    [Theory]
    [InlineData("live")]
    [InlineData("scheduled")]
    [InlineData("past")]
    public async Task Another_tenant_s_lists_do_not_name_it(string status)
    {
        var owned = await Occupied();
        using var answer = await (await Client("other")).GetAsync($"/v1/meetings?status={status}");
        var text = await answer.Content.ReadAsStringAsync();
        foreach (var name in new[] { "meeting", "series" }) text.ShouldNotContain($"\"{owned.Values[name]}\"");
    }

    [Fact]
    public async Task A_token_of_another_tenant_for_the_same_meeting_id_joins_nothing_of_this_one()
    {
        var meeting = (await Occupied()).Values["meeting"];
        using var content = new StringContent("{\"participant\":\"eve\",\"name\":\"Eve\",\"role\":\"host\"}", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var made = await (await Client("other")).PostAsync($"/v1/meetings/{meeting}/tokens", content);
        var token = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("token").GetString()!;
        await using var eve = await TestClient.Connect(host.Socket);
        await eve.Hello(token, "eve-session");
        (await eve.Closed()).ShouldBe(CloseCodes.Of(Refusal.MeetingNotFound));
    }

    [Fact]
    public async Task No_tenants_key_opens_an_operators_route()
    {
        var values = new Dictionary<string, string> { ["tenant"] = GatewayHost.Tenant, ["keyId"] = "tests" };
        foreach (var route in HostRoute.Of(host).Where(route => route.IsOperators))
        {
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path(values));
            using var answer = await (await Client("other")).SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, $"{route}");
        }
        await host.Get("/v1/meetings");
    }

    private static IEnumerable<Asked> Samples(HostRoute route) => Optional(route).Select(optional => new Asked(route, optional, route.Body == typeof(ClientCommand) ? SampleOf(route) : null));

    // Without and with each that the handler knows.
    private static IEnumerable<string[]> Optional(HostRoute route) => Queries.Keys.Where(name => name != "q" && route.Takes(name) && !route.Parameters.Contains(name)).Select(name => new[] { name }).Prepend([]);

    private static string SampleOf(HostRoute route) => route.IsThreads ? """{"type":"post_message","text":"mine"}""" : """{"type":"lower_all_hands"}""";

    private static string CommandOf(Type command)
    {
        var body = new FuzzShapes(new Random(1), ContractsJson.Default.Options).Message(command);
        body["type"] = (string)ContractsJson.Default.ClientCommand.PolymorphismOptions!.DerivedTypes.First(one => one.DerivedType == command).TypeDiscriminator!;
        return body.ToJsonString();
    }

    // Meeting, room, series and channel, all of them with something in them.
    private async Task<Owned> Occupied()
    {
        var (meeting, series, channel) = ($"the-owners-{Interlocked.Increment(ref _meetings)}", $"the-owners-series-{_meetings}", $"the-owners-channel-{_meetings}");
        await host.Post("/v1/meetings", new JsonObject { ["id"] = meeting, ["title"] = Secret, ["settings"] = new JsonObject { ["inbox"] = true } });
        await using var ann = await host.Join(meeting, Ann, "host");
        await Do(ann, "rename_participant", new JsonObject { ["name"] = Secret });
        var posted = await Do(ann, "post_message", new JsonObject { ["text"] = Secret });
        await Do(ann, "create_rooms", new JsonObject { ["names"] = new JsonArray(Secret) });
        await Do(ann, "open_rooms", []);
        await host.Post("/v1/meetings", new JsonObject { ["id"] = series, ["title"] = Secret, ["persistent"] = true });
        await host.Post("/v1/channels", new JsonObject { ["id"] = channel, ["name"] = Secret });
        await host.AddMembers(channel, Ann);
        var said = await host.Post($"/v1/channels/{channel}/messages?as={Ann}", new JsonObject { ["text"] = Secret });
        // It is in the inbox of its member.
        await host.Cluster.GetGrain<IThreadGrain>(Ids.ChannelKey(GatewayHost.Tenant, channel)).Wake(default);
        var values = new Dictionary<string, string>
        {
            ["meeting"] = meeting,
            ["series"] = series,
            ["channel"] = channel,
            ["user"] = Ann,
            ["room"] = "r1-1",
            ["thread"] = "main",
            ["message"] = posted.GetProperty("from").GetRawText(),
        };
        return new Owned(values, said.GetProperty("from").GetRawText());
    }

    private static async Task<JsonElement> Do(TestClient client, string type, JsonObject fields)
    {
        var answer = await client.Do(type, fields);
        answer.GetProperty("type").GetString().ShouldBe("accepted", answer.GetRawText());
        return answer;
    }

    private sealed record Answer(HttpStatusCode Status, string Text);

    private static async Task<Answer> Ask(HttpClient client, Asked asked, Dictionary<string, string> values, Owned owned)
    {
        var path = asked.Route.Path(asked.Route.IsChannels ? new Dictionary<string, string>(values) { ["message"] = owned.Said } : values);
        using var request = new HttpRequestMessage(new HttpMethod(asked.Route.Method), $"{path}?{asked.Query}");
        if (asked.Route.Body is { } body)
            request.Content = new StringContent(asked.Command ?? Bodies[body](owned).ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await client.SendAsync(request);
        return new Answer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static readonly string[] Named = ["meeting", "series", "channel", "user"];

    // What was asked for may be said again.
    private static string Plain(Answer answer, Dictionary<string, string> values) =>
        Named.Select(name => values[name]).OrderByDescending(value => value.Length).Aggregate($"{answer}", (text, value) => text.Replace(value, "…", StringComparison.Ordinal));

    private static string? Shown(string text) => text.Contains(Secret, StringComparison.OrdinalIgnoreCase) ? Secret : text.Contains($"\"{GatewayHost.Tenant}", StringComparison.Ordinal) ? GatewayHost.Tenant : null;

    // Anybody may make tokens of their own tenant, which say so.
    private async Task<bool> IsToken(string text)
    {
        if (!text.StartsWith("{\"token\":", StringComparison.Ordinal)) return false;
        var token = JsonDocument.Parse(text).RootElement.GetProperty("token").GetString()!;
        var (grant, _) = await host.Gateway.GetRequiredService<AccessTokens>().Read(token);
        (grant is UserGrant user ? user.Tenant : ((Grant)grant!).Tenant).ShouldBe("other");
        return true;
    }

    private async Task<HttpClient> Client(string tenant)
    {
        var client = new HttpClient { BaseAddress = host.Http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await host.NewKey(tenant, "stranger"));
        return client;
    }

    // What was told since: that the owner's own person has gone, and what the product notes for itself, may be logged at any moment.
    private async Task<List<int>> Logs(Owned owned)
    {
        var lengths = new List<int>();
        var meeting = "meetings/" + owned.Values["meeting"];
        foreach (var path in new[] { meeting, meeting + "/rooms/r1-1", meeting + "/threads/main", "channels/" + owned.Values["channel"], "meetings/" + owned.Values["series"] })
        {
            var events = (await host.Get($"/v1/{path}/events")).GetProperty("events").EnumerateArray();
            lengths.Add(events.Count(one => one.TryGetProperty("by", out _) && one.GetProperty("type").GetString() is not "participants_disconnected"));
        }
        return lengths;
    }
}
