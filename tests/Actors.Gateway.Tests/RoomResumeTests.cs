using System.Text.Json.Nodes;
using static Actors.Gateway.Tests.RoomLesson;

namespace Actors.Gateway.Tests;

/// <summary>Rooms and their threads of those who come back, after a broken socket or by themselves: what goes on, what begins anew, what has ended.</summary>
public sealed class RoomResumeTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task F1_a_client_in_a_room_resumes_the_meetings_thread_from_its_number()
    {
        await using var one = await Opened(host);
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
    public async Task F1_a_moderator_who_comes_back_follows_on_from_the_number_they_have_and_is_told_of_what_has_closed()
    {
        await using var one = await Opened(host);
        await one.Chair.Do("follow", Of("r1-1"));
        await one.Chair.Follows(RoomOne);
        var last = (await Say(one.Chair, "before", "r1-1")).GetProperty("to").GetInt64();
        while (one.Chair.Last[RoomOne] < last) await one.Chair.Next(_ => true);
        one.Chair.Abort();
        await Say(one.Ann, "meanwhile", "r1-1");
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "chair", "host"), "chair-session", new JsonObject { [RoomOne] = last, ["thread/r7-1"] = 3 });
        (await again.Next(message => IsOf(message, "detached", "thread/r7-1"))).GetProperty("reason").GetString().ShouldBe("room_closed");
        var frame = await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == RoomOne);
        (Type(frame), frame.GetProperty("from").GetInt64()).ShouldBe(("events", last + 1));
        frame.GetRawText().ShouldContain("meanwhile");
        // A number that is not there to go on from gets a snapshot.
        await again.Do("unfollow", Of("r1-1"));
        await again.Do("follow", new JsonObject { ["thread"] = "r1-1", ["after"] = last });
        (Type(await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == RoomOne))).ShouldBe("events");
    }

    [Fact]
    public async Task P4_a_moderator_who_is_told_that_a_room_has_closed_reads_it_from_a_snapshot_when_it_is_open_again()
    {
        await using var one = await Opened(host);
        var last = (await Say(one.Ann, "before", "r1-1")).GetProperty("to").GetInt64();
        one.Co.Abort();
        await one.Chair.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "co", "co_host"), "co-session", new JsonObject { [RoomOne] = last });
        await again.Next(message => IsOf(message, "detached", RoomOne));
        await one.Chair.Do("open_rooms");
        await Say(one.Ann, "after", "r1-1");
        await one.Chair.Do("move_participants", Moves("co", "r1-1"));
        Type(await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == RoomOne)).ShouldBe("snapshot");
        again.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task P4_who_comes_back_is_told_of_the_room_that_they_have_left_meanwhile_and_begins_anew_in_it_afterwards()
    {
        await using var one = await Opened(host);
        var last = (await Say(one.Ann, "before", "r1-1")).GetProperty("to").GetInt64();
        one.Ann.Abort();
        await one.Chair.Do("close_rooms", new JsonObject { ["countdownSeconds"] = 0 });
        await using var again = await TestClient.Connect(host.Socket);
        // A direct thread that is none of theirs, and what names nothing, are passed over.
        var resume = new JsonObject { ["room/r1-1"] = 2, [RoomOne] = last, ["thread/bob~chair"] = 1, ["thread/"] = 1, ["room/main"] = 1, ["x"] = 1 };
        await again.Hello(await host.Token(one.Meeting, "ann"), "ann-session", resume);
        (await again.Next("welcome")).GetProperty("place").GetString().ShouldBe("main");
        var left = new HashSet<string?>();
        while (left.Count < 2) left.Add((await again.Next("detached")).GetProperty("stream").GetString());
        left.ShouldBe(["room/r1-1", RoomOne], ignoreOrder: true);
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
        await using var one = await Opened(host);
        await one.Co.Do("follow", Of("r1-1"));
        await one.Co.Follows(RoomOne);
        one.Co.Abort();
        await one.Chair.Do("change_role", new JsonObject { ["participant"] = "co", ["role"] = "participant" });
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "co", "co_host"), "co-session", new JsonObject { [RoomOne] = 1 });
        (await again.Next(message => IsOf(message, "detached", RoomOne))).GetProperty("reason").GetString().ShouldBe("not_joined");
    }

    [Fact]
    public async Task P4_a_room_is_not_resumed_over_a_change_of_role()
    {
        await using var one = await Opened(host);
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
        await using var one = await Opened(host);
        var last = (await Say(one.Ann, "before", "r1-1")).GetProperty("to").GetInt64();
        one.Co.Abort();
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(one.Meeting, "co", "co_host"), "co-session", new JsonObject { [RoomOne] = last });
        Type(await again.Do("unfollow", Of("r1-1"))).ShouldBe("detached");
        await Say(one.Ann, "unheard", "r1-1");
        await Say(one.Ann, "heard", "main");
        await Hears(again, "heard", "thread/main", never: "unheard");
    }

    [Fact]
    public async Task Nothing_is_shown_older_than_before_a_thread_was_left()
    {
        await using var one = await Opened(host);
        await one.Co.Do("follow", Of("r1-1"));
        await one.Co.Follows(RoomOne);
        // The view that everybody shares is of before these, for as long as it counts as fresh.
        for (var i = 0; i < 5; i++)
        {
            var last = (await Say(one.Ann, $"number {i}", "r1-1")).GetProperty("to").GetInt64();
            while (one.Co.Last[RoomOne] < last) await one.Co.Next(_ => true);
            await one.Co.Do("unfollow", Of("r1-1"));
            await one.Co.Do("follow", Of("r1-1"));
            (await one.Co.Next(message => IsOf(message, "snapshot", RoomOne))).GetProperty("at").GetInt64().ShouldBeGreaterThanOrEqualTo(last);
        }
    }
}
