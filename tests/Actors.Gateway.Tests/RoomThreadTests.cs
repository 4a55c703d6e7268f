using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>Chat between the main room and breakout rooms, on real sockets.</summary>
public sealed class RoomThreadTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private const string Stream = "thread/r1-1";

    [Fact]
    public async Task E1_who_is_in_a_room_reads_the_meetings_thread_on_without_a_gap_and_writes_in_it()
    {
        await using var one = await Opened();
        var (chair, ann) = (one.Chair, one.Ann);
        ann.Everything!.Clear();
        await Say(chair, "to everybody", "main");
        await Hears(ann, "to everybody", "thread/main");
        (await Say(ann, "from the room", "main")).GetProperty("stream").GetString().ShouldBe("thread/main");
        await Hears(chair, "from the room", "thread/main");
        await Say(ann, "in the room", "r1-1");
        await chair.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
        await ann.Next(message => IsOf(message, "detached", Stream));
        await Say(chair, "welcome back", "main");
        await Hears(ann, "welcome back", "thread/main");
        // It was never left: neither a second beginning nor an end.
        ann.Everything.ShouldNotContain(raw => raw.Contains("\"stream\":\"thread/main\"", StringComparison.Ordinal) && !raw.Contains("\"type\":\"events\"", StringComparison.Ordinal) && !raw.Contains("\"type\":\"accepted\"", StringComparison.Ordinal));
        // What is said by default is said to the meeting, as in the main room.
        await host.ThreadKnows(one.Meeting, Contracts.Ids.Main, await chair.Do("change_settings", new JsonObject { ["settings"] = new JsonObject { ["mayChat"] = false } }));
        Reason(await Say(ann, "x", "main")).ShouldBe("not_allowed");
        one.ShouldBeWithoutFaults();
    }

    [Fact]
    public async Task F1_a_client_in_a_room_resumes_the_meetings_thread_from_its_number()
    {
        await using var one = await Opened();
        var last = (await Say(one.Ann, "before", "main")).GetProperty("to").GetInt64();
        while (one.Ann.Last["thread/main"] < last) await one.Ann.Next(_ => true);
        one.Ann.Abort();
        await Say(one.Chair, "meanwhile", "main");
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "ann"), "ann-session", new JsonObject { ["thread/main"] = last });
        (await again.Next("welcome")).GetProperty("place").GetString().ShouldBe("r1-1");
        var frame = await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == "thread/main");
        (Type(frame), frame.GetProperty("from").GetInt64()).ShouldBe(("events", last + 1));
        frame.GetRawText().ShouldContain("meanwhile");
    }

    [Fact]
    public async Task E1_a_moderator_follows_a_room_from_outside_live_writes_and_asks_and_leaves_it_again()
    {
        await using var one = await Opened();
        var (chair, ann, bob) = (one.Chair, one.Ann, one.Bob);
        var first = (await Say(ann, "first", "r1-1")).GetProperty("from").GetInt64();
        // Not followed yet, and read all the same.
        Texts(await chair.Do("history", Of("r1-1"))).ShouldBe(["first"]);
        var followed = await chair.Do("follow", Of("r1-1"));
        (Type(followed), followed.GetProperty("stream").GetString()).ShouldBe(("followed", Stream));
        (await chair.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == Stream)).GetProperty("type").GetString().ShouldBe("snapshot");
        await Say(ann, "second", "r1-1");
        await Hears(chair, "second", Stream);
        var answered = await Say(chair, "answer", "r1-1");
        answered.GetProperty("stream").GetString().ShouldBe(Stream);
        await Hears(ann, "answer", Stream);
        await ann.Send(Typing);
        (await chair.Next("signals")).GetProperty("stream").GetString().ShouldBe(Stream);
        await chair.Send("{\"type\":\"signal\",\"signal\":{\"type\":\"typing\"},\"thread\":\"r1-1\"}");
        // Who types is told so too.
        await ann.Next(message => Type(message) == "signals" && message.GetRawText().Contains("\"chair\"", StringComparison.Ordinal));
        Texts(await chair.Do("search", new JsonObject { ["thread"] = "r1-1", ["q"] = "sec" })).ShouldBe(["second"]);
        await chair.Do("move_pointers", new JsonObject { ["thread"] = "r1-1", ["delivered"] = 100, ["read"] = 100 });
        (await chair.Do("receipts", new JsonObject { ["thread"] = "r1-1", ["message"] = first })).GetProperty("awaited").GetInt32().ShouldBe(0, "the chair only looks in");
        Type(await chair.Do("delete_message", new JsonObject { ["thread"] = "r1-1", ["message"] = first })).ShouldBe("accepted");
        var left = await chair.Do("unfollow", Of("r1-1"));
        (Type(left), left.GetProperty("stream").GetString()).ShouldBe(("detached", Stream));
        await Say(ann, "behind their back", "r1-1");
        await Say(bob, "in the open", "main");
        await Hears(chair, "in the open", "thread/main", never: "behind their back");
        one.ShouldBeWithoutFaults();
    }

    [Fact]
    public async Task E1_and_P6_nobody_but_moderators_follows_and_only_what_is_open()
    {
        await using var one = await Opened();
        var (chair, ann, bob) = (one.Chair, one.Ann, one.Bob);
        Reason(await bob.Do("follow", Of("r1-1"))).ShouldBe("not_joined");
        Reason(await ann.Do("follow", Of("r1-2"))).ShouldBe("not_joined");
        foreach (var closed in new[] { "r1-9", "r2-1", "nowhere" }) Reason(await chair.Do("follow", Of(closed))).ShouldBe("room_closed");
        foreach (var none in new[] { "main", "waiting", "bob~chair", "a/b", "" }) Reason(await chair.Do("follow", Of(none))).ShouldBe("invalid_argument", none);
        Reason(await chair.Do("follow")).ShouldBe("invalid_argument");
        Reason(await chair.Do("unfollow")).ShouldBe("invalid_argument");
        Reason(await chair.Do("follow", new JsonObject { ["thread"] = "r1-1", ["after"] = -1 })).ShouldBe("invalid_argument");
        Reason(await chair.Do("follow", new JsonObject { ["channel"] = "r1-1" })).ShouldBe("invalid_argument");
        Type(await chair.Do("unfollow", Of("r1-2"))).ShouldBe("detached", "also where it was not followed");
        foreach (var type in new[] { "history", "search", "receipts", "post_message" })
            Reason(await bob.Do(type, new JsonObject { ["thread"] = "r1-1", ["text"] = "x", ["q"] = "x", ["message"] = 1 })).ShouldBe("not_joined", type);
        await Say(ann, "secret of the room", "r1-1");
        await Say(chair, "for all", "main");
        await Hears(bob, "for all", "thread/main", never: "secret of the room");
        one.ShouldBeWithoutFaults();
    }

    [Theory]
    [InlineData("close_rooms", "room_closed")]
    [InlineData("delete_room", "room_closed")]
    [InlineData("change_role", "not_joined")]
    public async Task E1_following_ends_with_the_room_and_with_the_role(string command, string reason)
    {
        await using var one = await Opened();
        var (chair, co, ann) = (one.Chair, one.Co, one.Ann);
        await co.Do("follow", Of("r1-1"));
        await co.Follows(Stream);
        await chair.Do(command, new JsonObject { ["countdownSeconds"] = 0, ["room"] = "r1-1", ["participant"] = "co", ["role"] = "participant" });
        (await co.Next(message => IsOf(message, "detached", Stream))).GetProperty("reason").GetString().ShouldBe(reason);
        Reason(await co.Do("follow", Of("r1-1"))).ShouldBe(reason);
        Reason(await co.Do("history", Of("r1-1"))).ShouldBe("not_joined");
        await Say(ann, "unheard", "r1-1");
        await Say(ann, "heard", "main");
        await Hears(co, "heard", "thread/main", never: "unheard");
        one.ShouldBeWithoutFaults();
    }

    [Fact]
    public async Task P9_rooms_that_were_opened_and_reopened_are_followed_at_once_by_whoever_opened_them()
    {
        await using var one = await Opened();
        var chair = one.Chair;
        for (var i = 0; i < 5; i++)
        {
            await chair.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
            Reason(await chair.Do("follow", Of("r1-1"))).ShouldBe("room_closed");
            await chair.Do("open_rooms");
            Type(await chair.Do("follow", Of("r1-1"))).ShouldBe("followed");
            Type(await Say(chair, $"welcome {i}", "r1-1")).ShouldBe("accepted");
        }
        Texts(await chair.Do("history", Of("r1-1"))).Count().ShouldBe(5);
        one.ShouldBeWithoutFaults();
    }

    [Fact]
    public async Task E1_rooms_that_were_open_before_anybody_here_looked_are_followed_too()
    {
        var meeting = await host.NewMeeting();
        await host.Command(meeting, new JsonObject { ["type"] = "start_meeting" });
        await host.Command(meeting, new JsonObject { ["type"] = "create_rooms", ["names"] = new JsonArray("One") });
        await host.Command(meeting, new JsonObject { ["type"] = "open_rooms" });
        await using var chair = await host.Join(meeting, "chair", "host");
        Type(await chair.Do("follow", Of("r1-1"))).ShouldBe("followed");
        await chair.Follows(Stream);
        await chair.Do("add_room", new JsonObject { ["name"] = "Two" });
        Type(await chair.Do("follow", Of("r1-2"))).ShouldBe("followed");
        await chair.Follows("thread/r1-2");
        chair.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task E1_a_moderator_who_visits_a_room_that_they_follow_goes_on_reading_it_afterwards_and_one_who_does_not_loses_it()
    {
        await using var one = await Opened();
        var (chair, co, ann) = (one.Chair, one.Co, one.Ann);
        await chair.Do("follow", Of("r1-1"));
        await chair.Follows(Stream);
        foreach (var visitor in new[] { chair, co })
        {
            await visitor.Do("choose_room", new JsonObject { ["place"] = "r1-1" });
            await visitor.Follows("room/r1-1");
            await visitor.Follows(Stream);
        }
        foreach (var visitor in new[] { chair, co })
        {
            await visitor.Do("choose_room", new JsonObject { ["place"] = "main" });
            await Leaves(visitor, "room/r1-1");
        }
        await Leaves(co, Stream);
        await Say(ann, "after the visit", "r1-1");
        await Say(ann, "to all", "main");
        await Hears(co, "to all", "thread/main", never: "after the visit");
        await Hears(chair, "after the visit", Stream);
        // Not followed any more while in the room: what is read there begins anew.
        await chair.Do("choose_room", new JsonObject { ["place"] = "r1-1" });
        await chair.Follows("room/r1-1");
        Type(await chair.Do("unfollow", Of("r1-1"))).ShouldBe("detached");
        await chair.Follows(Stream);
        await chair.Do("choose_room", new JsonObject { ["place"] = "main" });
        await Leaves(chair, Stream);
        one.ShouldBeWithoutFaults();
    }

    [Fact]
    public async Task F1_a_moderator_who_comes_back_follows_on_from_the_number_they_have_and_is_told_of_what_has_closed()
    {
        await using var one = await Opened();
        await one.Chair.Do("follow", Of("r1-1"));
        await one.Chair.Follows(Stream);
        var last = (await Say(one.Chair, "before", "r1-1")).GetProperty("to").GetInt64();
        while (one.Chair.Last[Stream] < last) await one.Chair.Next(_ => true);
        one.Chair.Abort();
        await Say(one.Ann, "meanwhile", "r1-1");
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "chair", "host"), "chair-session", new JsonObject { [Stream] = last, ["thread/r7-1"] = 3 });
        (await again.Next(message => IsOf(message, "detached", "thread/r7-1"))).GetProperty("reason").GetString().ShouldBe("room_closed");
        var frame = await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == Stream);
        (Type(frame), frame.GetProperty("from").GetInt64()).ShouldBe(("events", last + 1));
        frame.GetRawText().ShouldContain("meanwhile");
        // A number that is not there to go on from gets a snapshot.
        await again.Do("unfollow", Of("r1-1"));
        await again.Do("follow", new JsonObject { ["thread"] = "r1-1", ["after"] = last });
        (Type(await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == Stream))).ShouldBe("events");
    }

    [Fact]
    public async Task P4_a_moderator_who_is_told_that_a_room_has_closed_reads_it_from_a_snapshot_when_it_is_open_again()
    {
        await using var one = await Opened();
        var last = (await Say(one.Ann, "before", "r1-1")).GetProperty("to").GetInt64();
        one.Co.Abort();
        await one.Chair.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "co", "co_host"), "co-session", new JsonObject { [Stream] = last });
        await again.Next(message => IsOf(message, "detached", Stream));
        await one.Chair.Do("open_rooms");
        await Say(one.Ann, "after", "r1-1");
        await one.Chair.Do("move_participants", Moves("co", "r1-1"));
        Type(await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == Stream)).ShouldBe("snapshot");
        again.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task P4_who_comes_back_is_told_of_the_room_that_they_have_left_meanwhile_and_begins_anew_in_it_afterwards()
    {
        await using var one = await Opened();
        var last = (await Say(one.Ann, "before", "r1-1")).GetProperty("to").GetInt64();
        one.Ann.Abort();
        await one.Chair.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
        await using var again = await TestClient.Connect(host.Socket);
        // A direct thread that is none of theirs, and what names nothing, are passed over.
        var resume = new JsonObject { ["room/r1-1"] = 2, [Stream] = last, ["thread/bob~chair"] = 1, ["thread/"] = 1, ["room/main"] = 1, ["x"] = 1 };
        await again.Hello(await host.Token(one.Meeting, "ann"), "ann-session", resume);
        (await again.Next("welcome")).GetProperty("place").GetString().ShouldBe("main");
        var left = new HashSet<string?>();
        while (left.Count < 2) left.Add((await again.Next("detached")).GetProperty("stream").GetString());
        left.ShouldBe(["room/r1-1", Stream], ignoreOrder: true);
        await one.Chair.Do("open_rooms");
        var begun = new HashSet<string?>();
        while (begun.Count < 2)
        {
            var message = await again.Next(message => message.TryGetProperty("stream", out var stream) && left.Contains(stream.GetString()));
            if (begun.Add(message.GetProperty("stream").GetString())) Type(message).ShouldBe("snapshot");
        }
        again.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task E1_who_is_no_moderator_any_more_is_told_that_what_they_followed_has_ended()
    {
        await using var one = await Opened();
        await one.Co.Do("follow", Of("r1-1"));
        await one.Co.Follows(Stream);
        one.Co.Abort();
        await one.Chair.Do("change_role", new JsonObject { ["participant"] = "co", ["role"] = "participant" });
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "co", "co_host"), "co-session", new JsonObject { [Stream] = 1 });
        (await again.Next(message => IsOf(message, "detached", Stream))).GetProperty("reason").GetString().ShouldBe("not_joined");
    }

    [Fact]
    public async Task P4_a_room_is_not_resumed_over_a_change_of_role()
    {
        await using var one = await Opened();
        await one.Ann.Follows("meeting");
        await one.Ann.Follows("room/r1-1");
        var (meeting, room) = (one.Ann.Last["meeting"], one.Ann.Last["room/r1-1"]);
        one.Ann.Abort();
        await one.Chair.Do("change_role", new JsonObject { ["participant"] = "ann", ["role"] = "co_host" });
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "ann"), "ann-session", new JsonObject { ["meeting"] = meeting, ["room/r1-1"] = room });
        Type(await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == "room/r1-1")).ShouldBe("snapshot");
        again.Abort();
        // The same role as before: where nothing is missing nothing is sent.
        (meeting, room) = (again.Last["meeting"], again.Last["room/r1-1"]);
        await using var third = await TestClient.Connect(host.Socket);
        await third.Hello(await host.Token(one.Meeting, "ann"), "ann-session", new JsonObject { ["meeting"] = meeting, ["room/r1-1"] = room });
        await third.Next("welcome");
        await third.Send("{\"type\":\"raise_hand\",\"id\":1}");
        Type(await third.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == "room/r1-1")).ShouldBe("events");
    }

    [Fact]
    public async Task What_is_unfollowed_before_the_welcome_is_not_followed_on()
    {
        await using var one = await Opened();
        var last = (await Say(one.Ann, "before", "r1-1")).GetProperty("to").GetInt64();
        one.Co.Abort();
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "co", "co_host"), "co-session", new JsonObject { [Stream] = last });
        Type(await again.Do("unfollow", Of("r1-1"))).ShouldBe("detached");
        await Say(one.Ann, "unheard", "r1-1");
        await Say(one.Ann, "heard", "main");
        await Hears(again, "heard", "thread/main", never: "unheard");
    }

    [Fact]
    public async Task E1_who_was_in_a_room_asks_for_what_was_said_there_until_they_left_and_says_no_more()
    {
        await using var one = await Opened();
        var (chair, ann) = (one.Chair, one.Ann);
        var first = (await Say(ann, "first", "r1-1")).GetProperty("from").GetInt64();
        await chair.Do("move_participants", Moves("ann", "r1-2"));
        await ann.Follows("thread/r1-2");
        await Say(chair, "after ann", "r1-1");
        Texts(await ann.Do("history", Of("r1-1"))).ShouldBe(["first"]);
        Texts(await ann.Do("history", new JsonObject { ["thread"] = "r1-1", ["around"] = 1_000 })).ShouldBe(["first"]);
        Texts(await ann.Do("search", new JsonObject { ["thread"] = "r1-1", ["q"] = "a" })).ShouldBeEmpty();
        Type(await ann.Do("receipts", new JsonObject { ["thread"] = "r1-1", ["message"] = first })).ShouldBe("receipts");
        Reason(await ann.Do("receipts", new JsonObject { ["thread"] = "r1-1", ["message"] = first + 5 })).ShouldBe("unknown_message");
        Type(await ann.Do("move_pointers", new JsonObject { ["thread"] = "r1-1", ["delivered"] = 100, ["read"] = 100 })).ShouldBe("accepted");
        Reason(await Say(ann, "x", "r1-1")).ShouldBe("not_allowed");
        Reason(await ann.Do("follow", Of("r1-1"))).ShouldBe("not_joined");
        await chair.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
        await ann.Next(message => IsOf(message, "detached", "thread/r1-2"));
        Texts(await ann.Do("history", Of("r1-1"))).ShouldBe(["first"]);
        Texts(await ann.Do("history", Of("r1-2"))).ShouldBeEmpty();
        Reason(await Say(ann, "x", "r1-2")).ShouldBe("not_allowed");
        Reason(await one.Bob.Do("history", Of("r1-1"))).ShouldBe("not_joined");
        one.ShouldBeWithoutFaults();
    }

    [Fact]
    public async Task E7_the_tenants_search_finds_for_a_user_what_they_were_in_and_for_a_moderator_what_is_open()
    {
        await using var one = await Opened();
        await Say(one.Ann, "ananas early", "r1-1");
        await one.Chair.Do("move_participants", Moves("ann", "main"));
        await one.Ann.Next("moved");
        await Say(one.Chair, "ananas late", "r1-1");
        await host.Cluster.GetGrain<Contracts.IThreadGrain>(Contracts.Ids.ThreadKey(GatewayHost.Tenant, one.Meeting, "r1-1")).Wake(default);
        foreach (var (user, found) in new[] { ("ann", new[] { "ananas early" }), ("chair", ["ananas late", "ananas early"]), ("bob", []) })
        {
            var page = await host.Get($"/v1/search?q=ananas&as={user}");
            page.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("message").GetProperty("text").GetString()).ShouldBe(found, user);
        }
    }

    private const string Typing = "{\"type\":\"signal\",\"signal\":{\"type\":\"typing\"}}";

    private sealed record People(string Meeting, TestClient Chair, TestClient Co, TestClient Ann, TestClient Bob) : IAsyncDisposable
    {
        public void ShouldBeWithoutFaults()
        {
            foreach (var one in new[] { Chair, Co, Ann, Bob }) one.Faults.ShouldBeEmpty();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var one in new[] { Chair, Co, Ann, Bob }) await one.DisposeAsync();
        }
    }

    // Ann in the first of two rooms, the others in the main room.
    private async Task<People> Opened()
    {
        var meeting = await host.NewMeeting();
        var (chair, co) = (await host.Join(meeting, "chair", "host"), await host.Join(meeting, "co", "co_host"));
        var ann = await TestClient.Connect(host.Socket);
        ann.Everything = new();
        await ann.Hello(await host.Token(meeting, "ann"), "ann-session");
        await ann.Follows("thread/main");
        var bob = await host.Join(meeting, "bob");
        await chair.Do("create_rooms", new JsonObject { ["names"] = new JsonArray("One", "Two"), ["groups"] = new JsonArray(new JsonArray("ann")) });
        await chair.Do("open_rooms");
        await ann.Follows(Stream);
        foreach (var one in new[] { chair, co, bob }) await one.Follows("thread/main");
        return new People(meeting, chair, co, ann, bob);
    }

    private static JsonObject Of(string thread) => new() { ["thread"] = thread };

    private static JsonObject Moves(string participant, string place) =>
        new() { ["moves"] = new JsonArray(new JsonObject { ["participant"] = participant, ["place"] = place }) };

    private static Task<JsonElement> Say(TestClient who, string text, string thread) => who.Do("post_message", new JsonObject { ["thread"] = thread, ["text"] = text });

    private static async Task Hears(TestClient who, string text, string stream, string? never = null)
    {
        var heard = await who.Next(message =>
        {
            if (never is not null) message.GetRawText().ShouldNotContain(never);
            return Type(message) == "events" && message.GetRawText().Contains($"\"{text}\"", StringComparison.Ordinal);
        });
        heard.GetProperty("stream").GetString().ShouldBe(stream);
    }

    // Whether it was told before the answer to what brought it or after.
    private static async Task Leaves(TestClient who, string stream)
    {
        while (who.Last.ContainsKey(stream)) await who.Next(_ => true);
    }

    private static bool IsOf(JsonElement message, string type, string stream) =>
        Type(message) == type && message.GetProperty("stream").GetString() == stream;

    private static string? Type(JsonElement message) => message.GetProperty("type").GetString();

    private static string? Reason(JsonElement message) => message.TryGetProperty("reason", out var reason) ? reason.GetString() : Type(message);

    private static IEnumerable<string?> Texts(JsonElement page) => page.GetProperty("messages").EnumerateArray().Select(one => one.GetProperty("text").GetString());
}
