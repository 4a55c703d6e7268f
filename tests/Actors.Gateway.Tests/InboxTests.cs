using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;
using Actors.Storage;
using Actors.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Actors.Gateway.Tests;

/// <summary>A user's inbox on sockets outside meetings, and what they are told of its changes; the clock is the test's.</summary>
public sealed class InboxTests : IAsyncLifetime
{
    /// <summary>Far beyond anything a test waits for: it turns a hang into a failure.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly GatewayHost _host;

    // However many of the sockets' seconds pass, silence ends none of them.
    public InboxTests() => _host = new GatewayHost(_time, ("Gateway:Sockets:HeartbeatSeconds", "100000000"));

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    private InboxWatches Watches => _host.Gateway.GetRequiredService<InboxWatches>();

    private static Task<JsonElement> Ask(TestClient client, JsonObject? fields = null) => client.Do("inbox", fields);

    private static List<string> Channels(JsonElement answer) =>
        [.. answer.GetProperty("threads").EnumerateArray().Select(one => one.GetProperty("channel").GetString()!)];

    private Task<JsonElement> Post(string channel, string by, string text, params string[] mentions) => _host.Post(
        $"/v1/channels/{channel}/messages?as={by}", new JsonObject { ["text"] = text, ["mentions"] = new JsonArray([.. mentions.Select(one => (JsonNode)one)]) });

    // The effects of the channel's commands have come to the inboxes.
    private async Task Told(string channel) => await _host.Cluster.GetGrain<IThreadGrain>(Ids.ChannelKey(GatewayHost.Tenant, channel)).Wake(default);

    private async Task<string> NewChannel(params string[] members)
    {
        var channel = await _host.NewChannel(members);
        await Told(channel);
        // Apart in the order of the inbox.
        _time.Advance(TimeSpan.FromMilliseconds(1));
        return channel;
    }

    private async Task<TestClient> Watching(string user, string? session = null)
    {
        var client = await _host.Outside(user, session);
        (await Ask(client)).GetProperty("type").GetString().ShouldBe("inbox");
        return client;
    }

    // One second of the sockets: the notices that come with it.
    private async Task<List<JsonElement>> Second(TestClient client)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await client.Send("{\"type\":\"ping\"}");
        var notices = new List<JsonElement>();
        while (true)
        {
            var message = await client.Next(one => one.GetProperty("type").GetString() is "pong" or "inbox_changed");
            if (message.GetProperty("type").GetString() == "pong") return notices;
            notices.Add(message);
        }
    }

    // Seconds until all of these were named; never more than one notice in one.
    private async Task Noticed(TestClient client, params string[] channels)
    {
        var named = new HashSet<string>();
        for (var started = TimeProvider.System.GetTimestamp(); !named.SetEquals(channels) && TimeProvider.System.GetElapsedTime(started) < Patience;)
        {
            var notices = await Second(client);
            notices.Count.ShouldBeLessThanOrEqualTo(1);
            foreach (var notice in notices)
            {
                notice.TryGetProperty("more", out _).ShouldBeFalse();
                named.UnionWith(Channels(notice));
            }
        }
        named.ShouldBe(channels, ignoreOrder: true);
    }

    [Fact]
    public async Task E5_a_user_learns_in_which_channels_they_are_with_what_is_unread()
    {
        var general = await NewChannel("ann", "bob");
        var news = await NewChannel("bob", "ann");
        await NewChannel("bob");
        var last = (await Post(general, "bob", "hello")).GetProperty("from").GetInt64();
        last = (await Post(general, "bob", "hello ann", "ann")).GetProperty("from").GetInt64();
        await using var ann = await _host.Outside("ann");
        var threads = (await Ask(ann)).GetProperty("threads").EnumerateArray().ToList();
        threads.Select(one => one.GetProperty("channel").GetString()).ShouldBe([news, general]);
        threads[0].EnumerateObject().Select(one => one.Name).ShouldBe(["channel", "title", "since", "lastMessage", "unread", "mentions"]);
        var entry = threads[1];
        entry.EnumerateObject().Select(one => one.Name).ShouldBe(["channel", "title", "since", "lastMessage", "lastMessageAt", "unread", "mentions"]);
        (entry.GetProperty("title").GetString(), entry.GetProperty("lastMessage").GetInt64()).ShouldBe(("General", last));
        (entry.GetProperty("unread").GetInt32(), entry.GetProperty("mentions").GetInt32()).ShouldBe((2, 1));
        await ann.Do("move_pointers", new JsonObject { ["channel"] = general, ["delivered"] = last, ["read"] = last });
        await Told(general);
        var read = (await Ask(ann)).GetProperty("threads")[1];
        (read.GetProperty("unread").GetInt32(), read.GetProperty("mentions").GetInt32()).ShouldBe((0, 0));
        // Over HTTP the same numbers.
        var backend = (await _host.Get("/v1/users/ann/inbox")).GetProperty("threads");
        backend.EnumerateArray().Select(one => one.GetProperty("thread").GetString()).ShouldBe([$"{GatewayHost.Tenant}/{news}", $"{GatewayHost.Tenant}/{general}"]);
        backend[1].GetProperty("lastMessage").GetInt64().ShouldBe(last);
    }

    [Fact]
    public async Task E5_a_thread_of_a_meeting_is_named_by_it()
    {
        var meeting = await _host.NewMeeting(new JsonObject { ["inbox"] = true });
        await using var inside = await _host.Join(meeting, "mia", "host");
        (await inside.Do("post_message", new JsonObject { ["text"] = "kept" })).GetProperty("type").GetString().ShouldBe("accepted");
        // The thread tells inboxes within moments.
        var inbox = _host.Cluster.GetGrain<IInboxGrain>(Ids.InboxKey(GatewayHost.Tenant, "mia"));
        for (var started = TimeProvider.System.GetTimestamp(); (await inbox.List(new InboxRequest(), default)).Threads.IsEmpty;)
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(Patience);
        await using var mia = await _host.Outside("mia");
        var entry = (await Ask(mia)).GetProperty("threads")[0];
        (entry.GetProperty("meeting").GetString(), entry.GetProperty("thread").GetString(), entry.GetProperty("title").GetString()).ShouldBe((meeting, "main", "Test"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task E5_page_by_page_it_is_the_same_on_a_socket_and_over_http(int limit)
    {
        var channels = new List<string>();
        for (var i = 0; i < 5; i++) channels.Insert(0, await NewChannel("ann"));
        await using var ann = await _host.Outside("ann");
        var (listed, backends, after) = (new List<string>(), new List<string?>(), (string?)null);
        do
        {
            var page = await Ask(ann, new JsonObject { ["after"] = after, ["limit"] = limit });
            listed.AddRange(Channels(page));
            var same = await _host.Get($"/v1/users/ann/inbox?limit={limit}{(after is null ? "" : "&after=" + Uri.EscapeDataString(after))}");
            backends.AddRange(same.GetProperty("threads").EnumerateArray().Select(one => one.GetProperty("thread").GetString()));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            (same.TryGetProperty("next", out var its) ? its.GetString() : null).ShouldBe(after);
        }
        while (after is not null);
        listed.ShouldBe(channels);
        backends.ShouldBe(channels.Select(channel => $"{GatewayHost.Tenant}/{channel}"));
    }

    public static TheoryData<string> BadQueries => new()
    {
        """{"type":"inbox"}""",
        """{"type":"inbox","id":0}""",
        """{"type":"inbox","id":1,"limit":0}""",
        """{"type":"inbox","id":1,"limit":101}""",
        """{"type":"inbox","id":1,"limit":null}""",
        """{"type":"inbox","id":1,"after":""}""",
        """{"type":"inbox","id":1,"after":"x"}""",
        """{"type":"inbox","id":1,"after":7}""",
        $$"""{"type":"inbox","id":1,"after":"1.{{new string('x', 5 * Limits.IdLength)}}"}""",
        """{"type":"inbox","id":1,"thread":"main"}""",
    };

    [Theory]
    [MemberData(nameof(BadQueries))]
    public async Task P10_a_bad_query_is_refused_and_begins_no_watch(string message)
    {
        await using var ann = await _host.Outside("ann");
        await ann.Send(message);
        (await ann.Next("refused")).GetProperty("reason").GetString().ShouldBe("invalid_argument");
        Watches.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=x")]
    [InlineData("after=")]
    [InlineData("after=x")]
    public async Task P10_a_bad_page_over_http_is_refused(string query)
    {
        using var response = await _host.Http.GetAsync($"/v1/users/ann/inbox?{query}");
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await response.Content.ReadAsStringAsync()).ShouldContain("invalid_argument");
    }

    [Fact]
    public async Task In_a_meeting_nobody_has_an_inbox()
    {
        await NewChannel("ann");
        await using var ann = await _host.Join(await _host.NewMeeting(), "ann", "host");
        (await Ask(ann)).GetProperty("reason").GetString().ShouldBe("invalid_argument");
        Watches.Count.ShouldBe(0);
    }

    [Fact]
    public async Task E5_who_is_added_or_removed_or_mentioned_is_told_and_asks_again()
    {
        await using var ann = await Watching("ann");
        var channel = await NewChannel("bob", "ann");
        await Noticed(ann, channel);
        Channels(await Ask(ann)).ShouldBe([channel]);
        await Post(channel, "bob", "hello ann", "ann");
        await Noticed(ann, channel);
        (await Ask(ann)).GetProperty("threads")[0].GetProperty("mentions").GetInt32().ShouldBe(1);
        await _host.RemoveMember(channel, "ann");
        await Told(channel);
        await Noticed(ann, channel);
        (await Ask(ann)).GetProperty("threads").GetArrayLength().ShouldBe(0);
        // Nothing of it any more; what does come is another channel.
        await Post(channel, "bob", "about ann", "ann");
        var other = await NewChannel("ann");
        await Noticed(ann, other);
    }

    [Fact]
    public async Task A_socket_that_follows_a_channel_is_told_of_it_by_the_channel_alone()
    {
        var (followed, other) = (await NewChannel("bob", "ann"), await NewChannel("bob", "ann"));
        await using var ann = await Watching("ann");
        ann.Everything = [];
        (await ann.Do("follow", new JsonObject { ["channel"] = followed })).GetProperty("type").GetString().ShouldBe("followed");
        await ann.Follows($"channel/{followed}");
        await Post(followed, "bob", "hello ann", "ann");
        await ann.Event("message_posted");
        await Post(other, "bob", "hello ann", "ann");
        await Noticed(ann, other);
        ann.Everything.ShouldNotContain(message => message.Contains("inbox_changed", StringComparison.Ordinal) && message.Contains($"\"{followed}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task P8_many_changes_are_one_notice_a_second_and_name_a_bounded_number()
    {
        await using var ann = await Watching("ann");
        // All within one second: in two parts at most, of which one is too long.
        for (var i = 0; i < (2 * Limits.InboxChanges) + 1; i++) await NewChannel("ann");
        var more = false;
        for (var started = TimeProvider.System.GetTimestamp(); !more && TimeProvider.System.GetElapsedTime(started) < Patience;)
        {
            var notices = await Second(ann);
            notices.Count.ShouldBeLessThanOrEqualTo(1);
            foreach (var notice in notices)
            {
                notice.GetProperty("threads").GetArrayLength().ShouldBeLessThanOrEqualTo(Limits.InboxChanges);
                more |= notice.TryGetProperty("more", out var said) && said.GetBoolean();
            }
        }
        more.ShouldBeTrue();
    }

    [Fact]
    public async Task All_sockets_of_a_user_are_told_over_one_call_which_ends_with_the_last_of_them()
    {
        var one = await Watching("ann", "ann-first-1");
        var other = await Watching("ann", "ann-second");
        // It has not asked.
        await using var silent = await _host.Outside("ann", "ann-third-1");
        silent.Everything = [];
        await Until(() => Watches.Count == 1);
        await using var bob = await Watching("bob");
        await Until(() => Watches.Count == 2);
        var channel = await NewChannel("ann");
        await Noticed(one, channel);
        await Noticed(other, channel);
        (await Second(bob)).ShouldBeEmpty();
        (await Second(silent)).ShouldBeEmpty();
        await one.DisposeAsync();
        var second = await NewChannel("ann");
        await Noticed(other, second);
        Watches.Count.ShouldBe(2);
        await other.DisposeAsync();
        await Until(() => Watches.Count == 1);
        silent.Everything.ShouldNotContain(message => message.Contains("inbox", StringComparison.Ordinal));
        // Who comes back begins anew.
        await using var again = await Watching("ann", "ann-first-1");
        var third = await NewChannel("ann");
        await Noticed(again, third);
    }

    [Fact]
    public async Task A_user_of_the_same_name_in_another_tenant_learns_nothing()
    {
        var channel = await NewChannel("ann");
        var tokens = _host.Gateway.GetRequiredService<AccessTokens>();
        await using var stranger = await TestClient.Connect(_host.Socket);
        stranger.Everything = [];
        await stranger.Hello(tokens.Issue(new UserGrant("other", "ann", null, _time.GetUtcNow(), _time.GetUtcNow().AddHours(1))), "stranger-session");
        (await Ask(stranger)).GetProperty("threads").GetArrayLength().ShouldBe(0);
        // A cursor of the other's inbox is a place in one's own.
        await using var ann = await Watching("ann");
        (await Ask(stranger, new JsonObject { ["after"] = $"{long.MaxValue}.{GatewayHost.Tenant}/{channel}" })).GetProperty("threads").GetArrayLength().ShouldBe(0);
        await Until(() => Watches.Count == 2);
        var added = await NewChannel("ann", "bob");
        await Post(added, "bob", "hello ann", "ann");
        await Noticed(ann, added);
        (await Second(stranger)).ShouldBeEmpty();
        stranger.Everything.ShouldNotContain(message => message.Contains($"\"{added}\"", StringComparison.Ordinal) || message.Contains($"\"{channel}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task P6_one_page_at_a_time_is_read_for_a_socket_and_another_is_told_that_it_is_busy()
    {
        var log = new ScriptedEventLog(new InMemoryEventLog(_time));
        var host = new GatewayHost(_time) { EventLog = log };
        await host.InitializeAsync();
        try
        {
            await using var ann = await host.Outside("ann");
            // A thread that is not in memory, and takes its time.
            await host.Cluster.GetGrain<IInboxGrain>(Ids.InboxKey(GatewayHost.Tenant, "ann")).Add(Ids.ThreadKey(GatewayHost.Tenant, "m1", Ids.Main), "Lesson", _time.GetUtcNow());
            var loading = log.HoldNext(StorageOperation.Load);
            await ann.Send("{\"type\":\"inbox\",\"id\":1}");
            await loading.Reached.WaitAsync(Patience);
            (await ann.Do("inbox", id: 2)).GetProperty("reason").GetString().ShouldBe("busy");
            loading.Release();
            (await ann.Answer(1)).GetProperty("type").GetString().ShouldBe("inbox");
            (await ann.Do("inbox", id: 3)).GetProperty("type").GetString().ShouldBe("inbox");
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static async Task Until(Func<bool> reached)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); !reached() && TimeProvider.System.GetElapsedTime(begun) < FakeSocket.Patience;) await Task.Yield();
        reached().ShouldBeTrue();
    }
}
