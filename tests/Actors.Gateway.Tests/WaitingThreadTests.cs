using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>The waiting room's thread on real sockets: those who wait get it and nothing more, those who may admit get it besides the others.</summary>
public sealed class WaitingThreadTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private const string Stream = "thread/waiting";

    [Fact]
    public async Task E1_who_waits_sees_what_is_said_to_them_and_not_one_byte_of_the_meeting()
    {
        var meeting = await New(mayChat: true);
        await using var chair = await host.Join(meeting, "chair", "host");
        await using var inside = await host.Join(meeting, "insider");
        await using var gus = await Wait(meeting, "gus");
        await using var hal = await Wait(meeting, "silent-hal");
        await chair.Follows(Stream);
        await chair.Do("post_message", new JsonObject { ["text"] = "confidential" });
        await inside.Do("raise_hand");
        await chair.Do("move_pointers", new JsonObject { ["thread"] = "waiting", ["delivered"] = 1, ["read"] = 1 });
        Type(await Say(chair, "welcome, one moment")).ShouldBe("accepted");
        Type(await Say(gus, "thank you")).ShouldBe("accepted");
        await hal.Do("move_pointers", new JsonObject { ["thread"] = "waiting", ["delivered"] = 100, ["read"] = 100 });
        await chair.Do("message_waiting", new JsonObject { ["text"] = "the last word" });
        await gus.Next(message => message.GetRawText().Contains("the last word", StringComparison.Ordinal));
        var last = (await Say(gus, "good bye")).GetProperty("to").GetInt64();
        while (gus.Last[Stream] < last) await gus.Next(_ => true);
        var seen = gus.Everything!;
        foreach (var raw in seen)
        {
            foreach (var secret in new[] { "confidential", "insider", "hal", "Name of", "thread/main", "pointers", "hand_raised", "room/" })
                raw.Replace("Name of gus", "themself", StringComparison.Ordinal).ShouldNotContain(secret);
            using var json = JsonDocument.Parse(raw);
            if (json.RootElement.TryGetProperty("stream", out var stream)) stream.GetString().ShouldBeOneOf("meeting", Stream);
        }
        foreach (var said in new[] { "welcome, one moment", "thank you" }) seen.ShouldContain(raw => raw.Contains(said, StringComparison.Ordinal));
        foreach (var place in new[] { "main", "chair~gus" })
        {
            Reason(await gus.Do("history", new JsonObject { ["thread"] = place })).ShouldBe("not_joined");
            Reason(await gus.Do("post_message", new JsonObject { ["thread"] = place, ["text"] = "x" })).ShouldBe("not_joined");
        }
        foreach (var one in new[] { chair, inside, gus, hal }) one.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task E1_let_in_they_lose_it_at_once_and_put_back_they_begin_anew()
    {
        var meeting = await New(mayChat: true);
        await using var chair = await host.Join(meeting, "chair", "host");
        await using var gus = await Wait(meeting, "gus");
        await Say(gus, "before");
        await chair.Do("admit_participants", new JsonObject { ["participants"] = new JsonArray("gus") });
        await gus.Next(message => Type(message) == "detached" && message.GetProperty("stream").GetString() == Stream);
        await gus.Follows("thread/main");
        Reason(await Say(gus, "still here")).ShouldBe("not_joined");
        Reason(await gus.Do("history", new JsonObject { ["thread"] = "waiting" })).ShouldBe("not_joined");
        await Say(chair, "between us");
        await chair.Do("put_back", new JsonObject { ["participant"] = "gus" });
        await gus.Next(message => Type(message) == "detached" && message.GetProperty("stream").GetString() == "thread/main");
        await gus.Follows(Stream);
        await Say(chair, "again");
        var again = await gus.Next(message =>
        {
            message.GetRawText().ShouldNotContain("between us");
            return message.GetRawText().Contains("\"again\"", StringComparison.Ordinal);
        });
        again.GetProperty("stream").GetString().ShouldBe(Stream);
        Texts(await gus.Do("history", new JsonObject { ["thread"] = "waiting" })).ShouldBe(["again"]);
        await chair.Do("deny_participant", new JsonObject { ["participant"] = "gus" });
        (await gus.Closed()).ShouldBe(CloseCode.Denied);
        gus.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task E1_who_comes_late_learns_nothing_of_what_was_said_before_however_they_ask()
    {
        var meeting = await New(mayChat: true);
        await using var chair = await host.Join(meeting, "chair", "host");
        await using var gus = await Wait(meeting, "gus");
        var early = (await Say(gus, "an early secret")).GetProperty("from").GetInt64();
        // A client may claim to have any number: it is not continued from before it came.
        await using var hal = await TestClient.Connect(host.Socket);
        hal.Everything = new();
        await hal.Hello(await host.Token(meeting, "hal", guest: true), "hal-session", new JsonObject { [Stream] = 0 });
        await hal.Follows(Stream);
        Texts(await hal.Do("history", new JsonObject { ["thread"] = "waiting" })).ShouldBeEmpty();
        Texts(await hal.Do("history", new JsonObject { ["thread"] = "waiting", ["around"] = early })).ShouldBeEmpty();
        Texts(await hal.Do("search", new JsonObject { ["thread"] = "waiting", ["q"] = "secret" })).ShouldBeEmpty();
        Reason(await hal.Do("react", new JsonObject { ["thread"] = "waiting", ["message"] = early, ["reaction"] = "+" })).ShouldBe("unknown_message");
        Reason(await hal.Do("receipts", new JsonObject { ["thread"] = "waiting", ["message"] = early })).ShouldBe("not_allowed");
        // What becomes of it is hidden with it.
        await gus.Do("edit_message", new JsonObject { ["thread"] = "waiting", ["message"] = early, ["text"] = "an edited secret" });
        await chair.Do("pin_message", new JsonObject { ["thread"] = "waiting", ["message"] = early });
        var late = (await Say(hal, "hello")).GetProperty("from").GetInt64();
        await hal.Do("edit_message", new JsonObject { ["thread"] = "waiting", ["message"] = late, ["text"] = "hello all" });
        await Say(chair, "over");
        foreach (var one in new[] { gus, hal }) await one.Next(message => message.GetRawText().Contains("\"over\"", StringComparison.Ordinal));
        foreach (var shown in new[] { "an edited secret", "message_pinned", "hello all" }) gus.Everything!.ShouldContain(raw => raw.Contains(shown, StringComparison.Ordinal));
        foreach (var hidden in new[] { "secret", "message_pinned" }) hal.Everything.ShouldNotContain(raw => raw.Contains(hidden, StringComparison.Ordinal));
        hal.Everything.ShouldContain(raw => raw.Contains("hello all", StringComparison.Ordinal));
        foreach (var one in new[] { chair, gus, hal }) one.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task F1_who_waits_resumes_from_the_number_they_have()
    {
        var meeting = await New(mayChat: true);
        await using var chair = await host.Join(meeting, "chair", "host");
        long last, seen;
        await using (var gus = await Wait(meeting, "gus"))
        {
            last = (await Say(gus, "one")).GetProperty("to").GetInt64();
            while (gus.Last[Stream] < last) await gus.Next(_ => true);
            seen = gus.Last["meeting"];
        }
        await Say(chair, "two");
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(meeting, "gus", guest: true), "gus-session", new JsonObject { ["meeting"] = seen, [Stream] = last });
        var frame = await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == Stream);
        (Type(frame), frame.GetProperty("from").GetInt64()).ShouldBe(("events", last + 1));
        Texts(await again.Do("history", new JsonObject { ["thread"] = "waiting" })).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task E1_moderators_get_it_with_the_first_who_waits_and_with_their_role_and_others_never()
    {
        var meeting = await New(mayChat: false);
        await using var chair = await host.Join(meeting, "chair", "host");
        await using var ann = await host.Join(meeting, "ann");
        await ann.Follows("thread/main");
        chair.Last.Keys.ShouldNotContain(Stream);
        await using var gus = await Wait(meeting, "gus");
        await chair.Follows(Stream);
        await using var late = await host.Join(meeting, "late", "co_host");
        await late.Follows(Stream);
        Reason(await ann.Do("history", new JsonObject { ["thread"] = "waiting" })).ShouldBe("not_joined");
        Reason(await ann.Do("post_message", new JsonObject { ["thread"] = "waiting", ["text"] = "x" })).ShouldBe("not_joined");
        ann.Last.Keys.ShouldNotContain(Stream);
        await chair.Do("change_role", new JsonObject { ["participant"] = "ann", ["role"] = "co_host" });
        await ann.Follows(Stream);
        Type(await Say(ann, "hello from a room")).ShouldBe("accepted");
        await gus.Next(message => message.GetRawText().Contains("hello from a room", StringComparison.Ordinal));
        await chair.Do("change_role", new JsonObject { ["participant"] = "ann", ["role"] = "participant" });
        await ann.Next(message => Type(message) == "detached" && message.GetProperty("stream").GetString() == Stream);
        await chair.Do("put_back", new JsonObject { ["participant"] = "ann" });
        await ann.Follows(Stream);
        Texts(await ann.Do("history", new JsonObject { ["thread"] = "waiting" })).ShouldBeEmpty();
        foreach (var one in new[] { chair, ann, gus, late }) one.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task E1_whether_who_waits_writes_and_types_changes_while_they_wait_and_they_are_told()
    {
        var meeting = await New(mayChat: false);
        await using var chair = await host.Join(meeting, "chair", "host");
        await using var gus = await Wait(meeting, "gus");
        await using var hal = await Wait(meeting, "hal");
        await chair.Follows(Stream);
        Reason(await Say(gus, "too early")).ShouldBe("not_allowed");
        await gus.Send(Typing);
        Reason(await gus.Next("refused")).ShouldBe("not_allowed");
        var changed = await chair.Do("change_settings", new JsonObject { ["settings"] = new JsonObject { ["waitingMayChat"] = true } });
        await host.ThreadKnows(meeting, Contracts.Ids.Waiting, changed);
        (await gus.Event("settings_changed")).GetProperty("settings").GetProperty("waitingMayChat").GetBoolean().ShouldBeTrue();
        Type(await Say(gus, "hello")).ShouldBe("accepted");
        await gus.Send(Typing);
        (await chair.Next("signals")).GetRawText().ShouldBe("""{"type":"signals","stream":"thread/waiting","signals":[{"type":"typing","participant":"gus"}]}""");
        await gus.Send("{\"type\":\"signal\",\"signal\":{\"type\":\"reaction\",\"reaction\":\"+\"},\"thread\":\"waiting\"}");
        Reason(await gus.Next("refused")).ShouldBe("waiting");
        await Say(chair, "last");
        await hal.Next(message =>
        {
            Type(message).ShouldNotBe("signals", "who else waits is shown by what they say only");
            return message.GetRawText().Contains("\"last\"", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task E3_a_backend_reads_searches_exports_and_answers_it()
    {
        var meeting = await New(mayChat: true);
        var thread = $"/v1/meetings/{meeting}/threads/waiting";
        using (var none = await host.Http.GetAsync(thread)) none.StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        await host.Command(meeting, new JsonObject { ["type"] = "start_meeting" });
        await using var gus = await Wait(meeting, "gus");
        await Say(gus, "is this the lecture");
        await host.Post(thread + "/messages", new JsonObject { ["text"] = "it is" });
        await gus.Next(message => message.GetRawText().Contains("it is", StringComparison.Ordinal));
        Texts(await host.Get(thread + "/messages")).ShouldBe(["is this the lecture", "it is"]);
        Texts(await host.Get(thread + "/search?q=lect")).ShouldBe(["is this the lecture"]);
        (await host.Http.GetStringAsync(thread + "/export")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        (await host.Get(thread)).GetProperty("messages").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task E1_an_event_about_a_message_is_shown_to_those_of_a_class_who_have_the_message()
    {
        var floors = new Dictionary<string, long> { ["gus"] = 0, ["hal"] = 2 };
        await using var hub = new HubHost(new FakeStream { Show = (_, number) => new ThreadView(number, false, 0, 0, 0), Floor = who => floors[who] }, StreamKind.Thread, place: Ids.Waiting);
        hub.Stream.Publish(new NothingChanged(), new MessagePosted("early"), new NothingChanged());
        var gus = await hub.Join(new FakeSocket("gus"), audience: Audience.Waiting);
        var hal = await hub.Join(new FakeSocket("hal"), audience: Audience.Waiting);
        hub.Stream.Publish(new MessageEdited(2, "x"), new MessagePosted("late"), new ReactionChanged(5, "+", true), new MessageDeleted(2, []), new PointersMoved([new Pointer("gus", 5, 5)]));
        hub.Stream.Publish(new MessagePosted("last"));
        await gus.Until(9);
        await hal.Until(9);
        gus.Numbers.Where(number => number > 3).ShouldBe([4, 5, 6, 7, 9]);
        hal.Numbers.Where(number => number > 3).ShouldBe([5, 6, 9]);
        gus.Faults.ShouldBeEmpty();
        hal.Faults.ShouldBeEmpty();
    }

    private const string Typing = "{\"type\":\"signal\",\"signal\":{\"type\":\"typing\"}}";

    private Task<string> New(bool mayChat) => host.NewMeeting(new JsonObject { ["waitingRoom"] = "guests", ["waitingMayChat"] = mayChat });

    private async Task<TestClient> Wait(string meeting, string participant)
    {
        var client = await TestClient.Connect(host.Socket);
        client.Everything = new();
        await client.Hello(await host.Token(meeting, participant, guest: true), participant + "-session");
        var welcome = await client.Next(_ => true);
        (Type(welcome), welcome.GetProperty("place").GetString()).ShouldBe(("welcome", Ids.Waiting));
        foreach (var stream in new[] { "meeting", Stream }) await client.Follows(stream);
        return client;
    }

    private static Task<JsonElement> Say(TestClient who, string text) => who.Do("post_message", new JsonObject { ["thread"] = "waiting", ["text"] = text });

    private static string? Type(JsonElement message) => message.GetProperty("type").GetString();

    private static string? Reason(JsonElement message) => message.TryGetProperty("reason", out var reason) ? reason.GetString() : Type(message);

    private static IEnumerable<string?> Texts(JsonElement page) => page.GetProperty("messages").EnumerateArray().Select(one => one.GetProperty("text").GetString());
}
