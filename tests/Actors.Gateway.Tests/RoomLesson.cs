using System.Text.Json;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>A meeting with two breakout rooms that are open, and what tests of their threads say and hear in it.</summary>
internal sealed record RoomLesson(string Meeting, TestClient Chair, TestClient Co, TestClient Ann, TestClient Bob) : IAsyncDisposable
{
    /// <summary>The thread of the first room.</summary>
    public const string RoomOne = "thread/r1-1";

    public void ShouldBeWithoutFaults()
    {
        foreach (var one in new[] { Chair, Co, Ann, Bob }) one.Faults.ShouldBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in new[] { Chair, Co, Ann, Bob }) await one.DisposeAsync();
    }

    /// <summary>Ann in the first of two rooms, the others in the main room.</summary>
    public static async Task<RoomLesson> Opened(GatewayHost host)
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
        await ann.Follows(RoomOne);
        foreach (var one in new[] { chair, co, bob }) await one.Follows("thread/main");
        return new RoomLesson(meeting, chair, co, ann, bob);
    }

    public static JsonObject Of(string thread) => new() { ["thread"] = thread };

    public static JsonObject Moves(string participant, string place) =>
        new() { ["moves"] = new JsonArray(new JsonObject { ["participant"] = participant, ["place"] = place }) };

    public static Task<JsonElement> Say(TestClient who, string text, string thread) => who.Do("post_message", new JsonObject { ["thread"] = thread, ["text"] = text });

    public static async Task Hears(TestClient who, string text, string stream, string? never = null)
    {
        var heard = await who.Next(message =>
        {
            if (never is not null) message.GetRawText().ShouldNotContain(never);
            return Type(message) == "events" && message.GetRawText().Contains($"\"{text}\"", StringComparison.Ordinal);
        });
        heard.GetProperty("stream").GetString().ShouldBe(stream);
    }

    // Whether it was told before the answer to what brought it or after.
    public static async Task Leaves(TestClient who, string stream)
    {
        while (who.Last.ContainsKey(stream)) await who.Next(_ => true);
    }

    public static bool IsOf(JsonElement message, string type, string stream) =>
        Type(message) == type && message.GetProperty("stream").GetString() == stream;

    public static string? Type(JsonElement message) => message.GetProperty("type").GetString();

    public static string? Reason(JsonElement message) => message.TryGetProperty("reason", out var reason) ? reason.GetString() : Type(message);

    public static IEnumerable<string?> Texts(JsonElement page) => page.GetProperty("messages").EnumerateArray().Select(one => one.GetProperty("text").GetString());
}
