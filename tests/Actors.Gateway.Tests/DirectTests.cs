using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>Private chat on real sockets: both get the thread's stream wherever they are, and nobody else does.</summary>
public sealed class DirectTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private const string Stream = "thread/ann~bob";

    [Fact]
    public async Task E1_both_get_the_thread_when_it_is_opened_and_what_is_said_in_it_and_nobody_else_does()
    {
        var meeting = await host.NewMeeting();
        await using var host1 = await host.Join(meeting, "host", "host");
        await using var ann = await host.Join(meeting, "ann");
        await using var bob = await host.Join(meeting, "bob");
        Type(await ann.Do("post_message", new JsonObject { ["thread"] = "bob~ann", ["text"] = "too early" })).ShouldBe("refused");
        Type(await ann.Do("open_direct", new JsonObject { ["participant"] = "bob" })).ShouldBe("accepted");
        await ann.Follows(Stream);
        await bob.Follows(Stream);
        var posted = await ann.Do("post_message", new JsonObject { ["thread"] = "bob~ann", ["text"] = "the secret" });
        (Type(posted), posted.GetProperty("stream").GetString()).ShouldBe(("accepted", Stream));
        var seen = await bob.Next(message => message.GetRawText().Contains("the secret", StringComparison.Ordinal));
        seen.GetProperty("stream").GetString().ShouldBe(Stream);
        await ann.Send("{\"type\":\"signal\",\"signal\":{\"type\":\"typing\"},\"thread\":\"ann~bob\"}");
        (await bob.Next("signals")).GetProperty("stream").GetString().ShouldBe(Stream);
        (await host1.Do("history", new JsonObject { ["thread"] = "ann~bob" })).GetProperty("reason").GetString().ShouldBe("not_joined");
        (await bob.Do("history", new JsonObject { ["thread"] = "ann~bob" })).GetProperty("messages")[0].GetProperty("text").GetString().ShouldBe("the secret");
        // What the host sees of a later event comes after whatever it might have seen of this.
        await ann.Do("post_message", new JsonObject { ["text"] = "for all" });
        await host1.Next(message =>
        {
            message.GetRawText().ShouldNotContain("the secret");
            message.GetRawText().ShouldNotContain("direct_opened");
            return message.GetRawText().Contains("for all", StringComparison.Ordinal);
        });
        foreach (var one in new[] { host1, ann, bob }) one.Faults.ShouldBeEmpty();
        (await host.Get($"/v1/meetings/{meeting}/threads/ann~bob/messages")).GetProperty("messages").GetArrayLength().ShouldBe(1);
        (await host.Get($"/v1/meetings/{meeting}/threads/bob~ann")).GetProperty("messages").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task E1_the_thread_goes_with_its_people_into_rooms_and_comes_back_with_them()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        await using (var bob = await host.Join(meeting, "bob"))
        {
            await ann.Do("open_direct", new JsonObject { ["participant"] = "bob" });
            await bob.Follows(Stream);
            await host.Command(meeting, new JsonObject { ["type"] = "create_rooms", ["names"] = new JsonArray("Red") });
            await host.Command(meeting, new JsonObject { ["type"] = "assign_rooms", ["assignments"] = new JsonArray(new JsonObject { ["participant"] = "bob", ["room"] = "r1-1" }) });
            await host.Command(meeting, new JsonObject { ["type"] = "open_rooms" });
            await bob.Next("moved");
            await bob.Follows("thread/r1-1");
            await ann.Do("post_message", new JsonObject { ["thread"] = "ann~bob", ["text"] = "one" });
            await bob.Next(message => message.GetRawText().Contains("\"one\"", StringComparison.Ordinal));
            bob.Faults.ShouldBeEmpty();
            await bob.Do("leave");
        }
        var late = await ann.Do("post_message", new JsonObject { ["thread"] = "ann~bob", ["text"] = "two" });
        Type(late).ShouldBe("accepted", late.GetRawText());
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(meeting, "bob"), "bob-session-2");
        await again.Follows(Stream);
        (await again.Do("history", new JsonObject { ["thread"] = "ann~bob" })).GetProperty("messages").EnumerateArray()
            .Select(one => one.GetProperty("text").GetString()).ShouldBe(["one", "two"]);
        again.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task F1_a_client_resumes_its_direct_thread_from_the_number_it_has()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann", "host");
        long last;
        await using (var bob = await host.Join(meeting, "bob"))
        {
            await ann.Do("open_direct", new JsonObject { ["participant"] = "bob" });
            await bob.Follows(Stream);
            last = (await bob.Do("post_message", new JsonObject { ["thread"] = "ann~bob", ["text"] = "one" })).GetProperty("to").GetInt64();
            // Its own message may have come before the answer.
            while (bob.Last[Stream] < last) await bob.Next(_ => true);
        }
        await ann.Do("post_message", new JsonObject { ["thread"] = "ann~bob", ["text"] = "two" });
        await using var again = await TestClient.Connect(host.Socket);
        await again.Hello(await host.Token(meeting, "bob"), "bob-session", new JsonObject { [Stream] = last });
        var frame = await again.Next(message => message.TryGetProperty("stream", out var stream) && stream.GetString() == Stream);
        (Type(frame), frame.GetProperty("from").GetInt64()).ShouldBe(("events", last + 1));
    }

    private static string? Type(JsonElement message) => message.GetProperty("type").GetString();
}
