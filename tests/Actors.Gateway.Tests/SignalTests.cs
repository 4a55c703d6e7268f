using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>What passes over real sockets: who may send it, and when it was made.</summary>
public sealed class SignalTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Fact]
    public async Task Only_who_may_speak_and_has_the_microphone_on_is_shown_as_speaking()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "boss", "host");
        await using var ann = await host.Join(meeting, "ann");
        await using var eye = await host.Join(meeting, "eye", "attendee");
        foreach (var one in new[] { ann, eye }) (await Refused(one, Speaking)).ShouldBe("not_allowed");
        await ann.Do("set_media", new JsonObject { ["microphone"] = true });
        await ann.Send(Speaking);
        (await Signalled(boss)).GetRawText().ShouldBe("""[{"type":"active_speaker","participant":"ann"}]""");
        await boss.Do("mute_participants", new JsonObject { ["participants"] = new JsonArray("ann") });
        (await Refused(ann, Speaking)).ShouldBe("not_allowed");
    }

    [Fact]
    public async Task Only_who_may_post_types()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "boss", "host");
        await using var ann = await host.Join(meeting, "ann");
        await using var eye = await host.Join(meeting, "eye", "attendee");
        foreach (var one in new[] { boss, ann, eye }) await one.Follows("thread/main");
        (await Refused(eye, Typing)).ShouldBe("not_allowed");
        await ann.Send(Typing);
        (await Signalled(boss)).GetRawText().ShouldBe("""[{"type":"typing","participant":"ann"}]""");
        var locked = await boss.Do("lock_abilities", new JsonObject { ["participants"] = new JsonArray("ann"), ["abilities"] = new JsonArray("chat"), ["locked"] = true });
        // Once the thread knows it.
        await host.ThreadKnows(meeting, Ids.Main, locked);
        (await Refused(ann, Typing)).ShouldBe("not_allowed");
    }

    [Fact]
    public async Task B6_a_reaction_says_when_the_server_took_it()
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "boss", "host");
        await using var eye = await host.Join(meeting, "eye", "attendee");
        var before = host.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await eye.Send("""{"type":"signal","signal":{"type":"reaction","reaction":"+","at":1}}""");
        var reaction = (await Signalled(boss))[0];
        reaction.GetProperty("participant").GetString().ShouldBe("eye");
        reaction.GetProperty("at").GetInt64().ShouldBeInRange(before, host.Time.GetUtcNow().ToUnixTimeMilliseconds());
        await boss.Do("lock_abilities", new JsonObject { ["participants"] = new JsonArray("eye"), ["abilities"] = new JsonArray("reactions"), ["locked"] = true });
        (await eye.Event("abilities_locked")).GetProperty("participants").GetRawText().ShouldBe("[\"eye\"]");
        (await Refused(eye, """{"type":"signal","id":9,"signal":{"type":"reaction","reaction":"+"}}""")).ShouldBe("not_allowed");
    }

    private const string Speaking = """{"type":"signal","signal":{"type":"active_speaker"}}""";

    private const string Typing = """{"type":"signal","signal":{"type":"typing"}}""";

    // How many attendees there are is told whenever that changes.
    private static async Task<JsonElement> Signalled(TestClient client) => (await client.Next(message =>
        message.GetProperty("type").GetString() == "signals" && !message.GetRawText().Contains("attendees", StringComparison.Ordinal))).GetProperty("signals");

    private static async Task<string?> Refused(TestClient client, string signal)
    {
        await client.Send(signal);
        return (await client.Next("refused")).GetProperty("reason").GetString();
    }
}
