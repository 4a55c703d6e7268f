using System.Text.Json.Nodes;
using static Actors.Gateway.Tests.RoomLesson;

namespace Actors.Gateway.Tests;

/// <summary>Chat between the main room and breakout rooms, on real sockets.</summary>
public sealed class RoomThreadTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task E1_who_is_in_a_room_reads_the_meetings_thread_on_without_a_gap_and_writes_in_it()
    {
        await using var one = await Opened(host);
        var (chair, ann) = (one.Chair, one.Ann);
        ann.Everything!.Clear();
        await Say(chair, "to everybody", "main");
        await Hears(ann, "to everybody", "thread/main");
        (await Say(ann, "from the room", "main")).GetProperty("stream").GetString().ShouldBe("thread/main");
        await Hears(chair, "from the room", "thread/main");
        await Say(ann, "in the room", "r1-1");
        await chair.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
        await ann.Next(message => IsOf(message, "detached", RoomOne));
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
    public async Task E1_a_moderator_follows_a_room_from_outside_live_writes_and_asks_and_leaves_it_again()
    {
        await using var one = await Opened(host);
        var (chair, ann, bob) = (one.Chair, one.Ann, one.Bob);
        var first = (await Say(ann, "first", "r1-1")).GetProperty("from").GetInt64();
        // Not followed yet, and read all the same.
        Texts(await chair.Do("history", Of("r1-1"))).ShouldBe(["first"]);
        var followed = await chair.Do("follow", Of("r1-1"));
        (Type(followed), followed.GetProperty("stream").GetString()).ShouldBe(("followed", RoomOne));
        (await chair.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == RoomOne)).GetProperty("type").GetString().ShouldBe("snapshot");
        await Say(ann, "second", "r1-1");
        await Hears(chair, "second", RoomOne);
        var answered = await Say(chair, "answer", "r1-1");
        answered.GetProperty("stream").GetString().ShouldBe(RoomOne);
        await Hears(ann, "answer", RoomOne);
        await ann.Send(Typing);
        (await chair.Next("signals")).GetProperty("stream").GetString().ShouldBe(RoomOne);
        await chair.Send("{\"type\":\"signal\",\"signal\":{\"type\":\"typing\"},\"thread\":\"r1-1\"}");
        // Who types is told so too.
        await ann.Next(message => Type(message) == "signals" && message.GetRawText().Contains("\"chair\"", StringComparison.Ordinal));
        Texts(await chair.Do("search", new JsonObject { ["thread"] = "r1-1", ["q"] = "sec" })).ShouldBe(["second"]);
        await chair.Do("move_pointers", new JsonObject { ["thread"] = "r1-1", ["delivered"] = 100, ["read"] = 100 });
        (await chair.Do("receipts", new JsonObject { ["thread"] = "r1-1", ["message"] = first })).GetProperty("awaited").GetInt32().ShouldBe(0, "the chair only looks in");
        Type(await chair.Do("delete_message", new JsonObject { ["thread"] = "r1-1", ["message"] = first })).ShouldBe("accepted");
        var left = await chair.Do("unfollow", Of("r1-1"));
        (Type(left), left.GetProperty("stream").GetString()).ShouldBe(("detached", RoomOne));
        await Say(ann, "behind their back", "r1-1");
        await Say(bob, "in the open", "main");
        await Hears(chair, "in the open", "thread/main", never: "behind their back");
        one.ShouldBeWithoutFaults();
    }

    [Fact]
    public async Task E1_and_P6_nobody_but_moderators_follows_and_only_what_is_open()
    {
        await using var one = await Opened(host);
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
        await using var one = await Opened(host);
        var (chair, co, ann) = (one.Chair, one.Co, one.Ann);
        await co.Do("follow", Of("r1-1"));
        await co.Follows(RoomOne);
        await chair.Do(command, new JsonObject { ["countdownSeconds"] = 0, ["room"] = "r1-1", ["participant"] = "co", ["role"] = "participant" });
        (await co.Next(message => IsOf(message, "detached", RoomOne))).GetProperty("reason").GetString().ShouldBe(reason);
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
        await using var one = await Opened(host);
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
        await chair.Follows(RoomOne);
        await chair.Do("add_room", new JsonObject { ["name"] = "Two" });
        Type(await chair.Do("follow", Of("r1-2"))).ShouldBe("followed");
        await chair.Follows("thread/r1-2");
        chair.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task E1_a_moderator_who_visits_a_room_that_they_follow_goes_on_reading_it_afterwards_and_one_who_does_not_loses_it()
    {
        await using var one = await Opened(host);
        var (chair, co, ann) = (one.Chair, one.Co, one.Ann);
        await chair.Do("follow", Of("r1-1"));
        await chair.Follows(RoomOne);
        foreach (var visitor in new[] { chair, co })
        {
            await visitor.Do("choose_room", new JsonObject { ["place"] = "r1-1" });
            await visitor.Follows("room/r1-1");
            await visitor.Follows(RoomOne);
        }
        foreach (var visitor in new[] { chair, co })
        {
            await visitor.Do("choose_room", new JsonObject { ["place"] = "main" });
            await Leaves(visitor, "room/r1-1");
        }
        await Leaves(co, RoomOne);
        await Say(ann, "after the visit", "r1-1");
        await Say(ann, "to all", "main");
        await Hears(co, "to all", "thread/main", never: "after the visit");
        await Hears(chair, "after the visit", RoomOne);
        // Not followed any more while in the room: what is read there begins anew.
        await chair.Do("choose_room", new JsonObject { ["place"] = "r1-1" });
        await chair.Follows("room/r1-1");
        Type(await chair.Do("unfollow", Of("r1-1"))).ShouldBe("detached");
        await chair.Follows(RoomOne);
        await chair.Do("choose_room", new JsonObject { ["place"] = "main" });
        await Leaves(chair, RoomOne);
        one.ShouldBeWithoutFaults();
    }

    [Fact]
    public async Task E1_who_was_in_a_room_asks_for_what_was_said_there_until_they_left_and_says_no_more()
    {
        await using var one = await Opened(host);
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
        await using var one = await Opened(host);
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
}
