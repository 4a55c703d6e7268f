using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;
using Actors.Storage;

namespace Actors.Gateway.Tests;

/// <summary>Search over all threads of a tenant, against real grains.</summary>
public sealed class TenantSearchTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static int _tenants;

    [Fact]
    public async Task E7_every_thread_of_the_tenant_is_searched_and_every_message_found_once_whatever_the_page()
    {
        await using var people = await Prepared("needle");
        var expected = people.Said.Select(one => (one.Thread, one.Number)).Order().ToList();
        foreach (var limit in new[] { 1, 2, 3, Limits.SearchPage })
        {
            var found = await All("needle", limit: limit);
            found.Order().ToList().ShouldBe(expected, $"limit {limit}");
            // A thread's together, its newest message first.
            found.Select(one => one.Thread).Where((thread, i) => i == 0 || found[i - 1].Thread != thread).ShouldBeUnique();
            found.Zip(found.Skip(1)).Where(pair => pair.First.Thread == pair.Second.Thread).ShouldAllBe(pair => pair.First.Number > pair.Second.Number);
        }
        (await All("need nothing")).ShouldBeEmpty();
    }

    [Fact]
    public async Task E7_and_P6_a_user_finds_what_they_read_and_no_trace_of_anything_else()
    {
        await using var people = await Prepared("nadel");
        foreach (var (user, reads) in new[] { ("ann", new[] { "main", "room", "other", "direct", "channel" }), ("bob", ["main", "room", "direct"]), ("cho", ["main"]), ("chair", ["waiting-main"]), ("nobody", []) })
        {
            var expected = people.Said.Where(one => reads.Contains(one.Kind)).Select(one => (one.Thread, one.Number)).Order().ToList();
            (await All("nadel", user, limit: 2)).Order().ToList().ShouldBe(expected, user);
        }
        foreach (var page in await Pages("nadel", "nobody", limit: 1)) page.GetProperty("results").GetArrayLength().ShouldBe(0);
        // Cursors are sealed: nothing of a thread can be read from one, and all are equally long.
        var cursors = (await Pages("nadel", limit: 1)).Where(page => page.TryGetProperty("next", out _)).Select(page => page.GetProperty("next").GetString()!).ToList();
        cursors.Select(cursor => cursor.Length).Distinct().ShouldHaveSingleItem();
        foreach (var cursor in cursors) Encoding.Latin1.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor)).ShouldNotContain("2026");
        await Refused($"?q=nadel&as=nobody&after={cursors[0]}", "invalid_argument");
    }

    [Fact]
    public async Task P6_tenants_are_apart_also_where_their_threads_have_equal_names_and_by_each_others_cursors()
    {
        var (one, other) = (await Tenant(), await Tenant());
        foreach (var (tenant, text) in new[] { (one, "spindle of one"), (other, "spindle of other") })
            for (var i = 0; i < 2; i++) await Say(tenant, "general", $"{text} {i}");
        var page = await Get(one, "?q=spindle&limit=1");
        Texts(page).ShouldBe(["spindle of one 1"]);
        var next = page.GetProperty("next").GetString();
        Texts(await Get(one, $"?q=spindle&after={next}")).ShouldBe(["spindle of one 0"]);
        await Refused($"?q=spindle&after={next}", "invalid_argument", other);
        Texts(await Get(other, "?q=spindle")).ShouldBe(["spindle of other 1", "spindle of other 0"]);
        (await Get(await Tenant(), "?q=spindle")).GetRawText().ShouldBe("""{"results":[]}""");
    }

    [Fact]
    public async Task E7_what_is_deleted_is_not_found_and_what_is_edited_as_it_reads_now()
    {
        var tenant = await Tenant();
        var (deleted, edited) = (await Say(tenant, "general", "thimble one"), await Say(tenant, "general", "thimble two"));
        Texts(await Get(tenant, "?q=thimble")).ShouldBe(["thimble two", "thimble one"]);
        await Command(tenant, "general", new JsonObject { ["type"] = "delete_message", ["message"] = deleted });
        await Command(tenant, "general", new JsonObject { ["type"] = "edit_message", ["message"] = edited, ["text"] = "bobbin" });
        for (var i = 0; i < 2; i++)
        {
            Texts(await Get(tenant, "?q=thimble")).ShouldBeEmpty();
            Texts(await Get(tenant, "?q=bobbin")).ShouldBe(["bobbin"]);
            await Wake(tenant, "general");
        }
    }

    [Fact]
    public async Task E6_and_E7_what_its_thread_keeps_no_longer_is_not_found()
    {
        var time = new ManualTime();
        var old = new GatewayHost(time);
        await old.InitializeAsync();
        try
        {
            await old.Post("/v1/channels", new JsonObject { ["id"] = "general", ["name"] = "General" });
            await old.Post("/v1/channels/general/messages", new JsonObject { ["text"] = "an old ribbon" });
            await old.Post("/v1/channels/general/commands", new JsonObject { ["type"] = "keep_messages", ["days"] = 1 });
            var thread = old.Cluster.GetGrain<IThreadGrain>(Ids.ChannelKey(GatewayHost.Tenant, "general"));
            await thread.Wake(default);
            Texts(await old.Get("/v1/search?q=ribbon")).ShouldBe(["an old ribbon"]);
            time.Advance(TimeSpan.FromDays(2));
            await thread.Wake(default);
            Texts(await old.Get("/v1/search?q=ribbon")).ShouldBeEmpty();
        }
        finally
        {
            await old.DisposeAsync();
        }
    }

    [Fact]
    public async Task P8_a_request_asks_so_many_threads_and_says_that_there_are_more()
    {
        var tenant = await Tenant();
        await Say(tenant, "c000", "the button");
        for (var i = 1; i < Limits.ThreadsSearched; i++) await Say(tenant, $"c{i:D3}", "hay");
        Texts(await Get(tenant, "?q=button")).ShouldBe(["the button"]);
        await Say(tenant, "last", "hay");
        var page = await Get(tenant, "?q=button");
        Texts(page).ShouldBeEmpty();
        page = await Get(tenant, $"?q=button&after={page.GetProperty("next").GetString()}");
        Texts(page).ShouldBe(["the button"]);
        page.TryGetProperty("next", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task P6_a_thread_that_cannot_be_read_ends_the_page_before_it_and_then_the_answer_is_unavailable()
    {
        var tenant = await Tenant();
        await Say(tenant, "old", "a zipper");
        const string Broken = "broken";
        var stream = $"thread/{Ids.ChannelKey(tenant.Id, Broken)}";
        await host.EventLog.Append(stream, new Batch(1, 1, "w", "tests", DateTimeOffset.UnixEpoch, "[{\"type\":\"no_event\"}]"u8.ToArray()), default);
        var name = JsonSerializer.SerializeToUtf8Bytes(new ThreadName(Channel: Broken), ContractsJson.Default.ThreadName);
        await host.Lists.Replace(stream, 1, [new ListEntry($"list/{tenant.Id}/threads", "20991231T000000.000/00", name)], default);
        await Refused("?q=zipper", "unavailable", tenant, HttpStatusCode.ServiceUnavailable);
        await host.Lists.Replace(stream, 2, [new ListEntry($"list/{tenant.Id}/threads", "20000101T000000.000/00", name)], default);
        var page = await Get(tenant, "?q=zipper");
        Texts(page).ShouldBe(["a zipper"]);
        await Refused($"?q=zipper&after={page.GetProperty("next").GetString()}", "unavailable", tenant, HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("", "invalid_argument")]
    [InlineData("?q=", "invalid_argument")]
    [InlineData("?q=%3F", "invalid_argument")]
    [InlineData("?q=%00", "invalid_argument")]
    [InlineData("?q=x&limit=0", "invalid_argument")]
    [InlineData("?q=x&limit=51", "invalid_argument")]
    [InlineData("?q=x&as=a%2Fb", "invalid_argument")]
    [InlineData("?q=x&as=", "invalid_argument")]
    [InlineData("?q=x&after=", "invalid_argument")]
    [InlineData("?q=x&after=AAAA", "invalid_argument")]
    [InlineData("?q=x&after=%C3%A4+%2F", "invalid_argument")]
    [InlineData("?q=1+2+3+4+5+6+7+8+9+10+11+12+13+14+15+16+17", "too_large")]
    public async Task P10_bad_questions_are_refused_also_where_there_is_nothing_to_search(string query, string reason)
    {
        await Refused(query, reason, await Tenant());
        await Refused($"?q={new string('x', Limits.SearchQueryLength + 1)}", "too_large");
        await Refused($"?q=x&after={new string('A', 100_000 / 16)}", "invalid_argument");
    }

    /// <summary>One of another tenant than the host's, with its client.</summary>
    private sealed record Other(string Id, HttpClient Http);

    private sealed record Saying(string Kind, string Thread, long Number);

    private sealed record People(List<TestClient> Clients) : IAsyncDisposable
    {
        public List<Saying> Said { get; } = [];

        public async ValueTask DisposeAsync()
        {
            foreach (var client in Clients) await client.DisposeAsync();
        }
    }

    // Two meetings, one of them with a room, a direct thread and a waiting room, and a channel: in each thread the word is said twice.
    private async Task<People> Prepared(string word)
    {
        var meeting = await host.NewMeeting();
        var (ann, bob, cho) = (await host.Join(meeting, "ann", "host"), await host.Join(meeting, "bob"), await host.Join(meeting, "cho"));
        var people = new People([ann, bob, cho]);
        await ann.Do("open_direct", new JsonObject { ["participant"] = "bob" });
        await ann.Follows("thread/ann~bob");
        await ann.Do("create_rooms", new JsonObject { ["names"] = new JsonArray("One"), ["groups"] = new JsonArray(new JsonArray("bob")) });
        await ann.Do("open_rooms");
        await bob.Follows("thread/r1-1");
        var other = await host.NewMeeting();
        people.Clients.Add(await host.Join(other, "ann", "host"));
        var waiting = await host.NewMeeting(new JsonObject { ["waitingRoom"] = "guests", ["waitingMayChat"] = true });
        var chair = await host.Join(waiting, "chair", "host");
        people.Clients.Add(chair);
        var guest = await TestClient.Connect(host.Socket);
        people.Clients.Add(guest);
        await guest.Hello(await host.Token(waiting, "cho", guest: true), "guest-session");
        await guest.Follows("thread/waiting");
        await chair.Follows("thread/waiting");
        var channel = $"general-{word}";
        await host.Post("/v1/channels", new JsonObject { ["id"] = channel, ["name"] = "General" });
        await host.Post($"/v1/channels/{channel}/commands", new JsonObject { ["type"] = "add_members", ["members"] = new JsonArray(new JsonObject { ["participant"] = "ann" }) });
        async Task Say(string kind, string path, string name, Func<string, Task<JsonElement>> post)
        {
            for (var i = 0; i < 2; i++)
            {
                people.Said.Add(new Saying(kind, name, (await post($"a {word} {kind} {i}")).GetProperty("from").GetInt64()));
                await post("hay");
            }
            await host.Cluster.GetGrain<IThreadGrain>($"{GatewayHost.Tenant}/{path}").Wake(default);
        }
        Func<string, Task<JsonElement>> By(TestClient who, string thread) => text => who.Do("post_message", new JsonObject { ["thread"] = thread, ["text"] = text });
        await Say("main", $"{meeting}/main", $"{meeting}/main", By(ann, "main"));
        await Say("room", $"{meeting}/r1-1", $"{meeting}/r1-1", By(bob, "r1-1"));
        await Say("direct", $"{meeting}/ann~bob", $"{meeting}/ann~bob", By(ann, "ann~bob"));
        await Say("other", $"{other}/main", $"{other}/main", text => host.Post($"/v1/meetings/{other}/threads/main/messages", new JsonObject { ["text"] = text }));
        await Say("waiting", $"{waiting}/waiting", $"{waiting}/waiting", By(guest, "waiting"));
        await Say("waiting-main", $"{waiting}/main", $"{waiting}/main", By(chair, "main"));
        await Say("channel", channel, channel, text => host.Post($"/v1/channels/{channel}/messages", new JsonObject { ["text"] = text }));
        return people;
    }

    private async Task<List<JsonElement>> Pages(string q, string? user = null, int limit = Limits.SearchPage)
    {
        var pages = new List<JsonElement>();
        string? next = null;
        do
        {
            var page = await host.Get($"/v1/search?q={q}&limit={limit}{(user is null ? "" : $"&as={user}")}{(next is null ? "" : $"&after={next}")}");
            page.GetProperty("results").GetArrayLength().ShouldBeLessThanOrEqualTo(limit);
            pages.Add(page);
            next = page.TryGetProperty("next", out var more) ? more.GetString() : null;
        }
        while (next is not null);
        return pages;
    }

    private async Task<List<(string Thread, long Number)>> All(string q, string? user = null, int limit = Limits.SearchPage) =>
        [.. (await Pages(q, user, limit)).SelectMany(page => page.GetProperty("results").EnumerateArray()).Select(one => (NameOf(one), one.GetProperty("message").GetProperty("number").GetInt64()))];

    private static string NameOf(JsonElement result) => result.TryGetProperty("channel", out var channel)
        ? channel.GetString()!
        : $"{result.GetProperty("meeting").GetString()}/{result.GetProperty("thread").GetString()}";

    private static IEnumerable<string?> Texts(JsonElement page) => page.GetProperty("results").EnumerateArray().Select(one => one.GetProperty("message").GetProperty("text").GetString());

    private async Task<Other> Tenant()
    {
        var id = $"tenant{Interlocked.Increment(ref _tenants)}";
        var http = new HttpClient { BaseAddress = host.Http.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await host.NewKey(id, "tests"));
        return new Other(id, http);
    }

    // Creates the channel where there is none.
    private async Task<long> Say(Other tenant, string channel, string text)
    {
        (await tenant.Http.PostAsJsonAsync("/v1/channels", new JsonObject { ["id"] = channel, ["name"] = "General" })).EnsureSuccessStatusCode();
        using var said = await tenant.Http.PostAsJsonAsync($"/v1/channels/{channel}/messages", new JsonObject { ["text"] = text });
        said.EnsureSuccessStatusCode();
        await Wake(tenant, channel);
        return JsonDocument.Parse(await said.Content.ReadAsStringAsync()).RootElement.GetProperty("from").GetInt64();
    }

    private static async Task Command(Other tenant, string channel, JsonObject command)
    {
        using var done = await tenant.Http.PostAsJsonAsync($"/v1/channels/{channel}/commands", command);
        done.EnsureSuccessStatusCode();
    }

    // Whatever the thread has to do, such as registering, is done.
    private Task Wake(Other tenant, string channel) => host.Cluster.GetGrain<IThreadGrain>(Ids.ChannelKey(tenant.Id, channel)).Wake(default).AsTask();

    private static async Task<JsonElement> Get(Other tenant, string query) => JsonDocument.Parse(await tenant.Http.GetStringAsync($"/v1/search{query}")).RootElement;

    private async Task Refused(string query, string reason, Other? tenant = null, HttpStatusCode status = HttpStatusCode.UnprocessableEntity)
    {
        using var response = await (tenant?.Http ?? host.Http).GetAsync($"/v1/search{query}");
        var answer = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, $"{query}: {answer}");
        JsonDocument.Parse(answer).RootElement.GetProperty("reason").GetString().ShouldBe(reason, query);
    }
}
