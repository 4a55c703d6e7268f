using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

/// <summary>What clients send wrong: each gets its refusal or close code, and nothing else changes (promise P10).</summary>
public sealed class BadInputTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    public static TheoryData<string, string> Refusals => new()
    {
        { "not json", "invalid_argument" },
        { "", "invalid_argument" },
        { "[]", "invalid_argument" },
        { "{\"type\":\"raise_hand\",\"id\":1", "invalid_argument" },
        { "{\"type\":\"raise_hand\",\"id\":1}trailing", "invalid_argument" },
        { "{\"id\":1}", "invalid_argument" },
        { "{\"type\":7,\"id\":1}", "invalid_argument" },
        { "{\"type\":\"raise_hand\"}", "invalid_argument" },
        { "{\"type\":\"raise_hand\",\"id\":0}", "invalid_argument" },
        { "{\"type\":\"raise_hand\",\"id\":-1}", "invalid_argument" },
        { "{\"type\":\"raise_hand\",\"id\":1.5}", "invalid_argument" },
        { "{\"type\":\"raise_hand\",\"id\":\"1\"}", "invalid_argument" },
        { "{\"type\":\"raise_hand\",\"id\":99999999999999999999}", "invalid_argument" },
        { "{\"type\":\"fly\",\"id\":1}", "unknown_type" },
        { "{\"type\":\"join\",\"id\":1,\"participant\":\"x\"}", "unknown_type" },
        { "{\"type\":\"tick\",\"id\":1}", "unknown_type" },
        { "{\"type\":\"disconnect\",\"id\":1,\"connections\":[],\"reason\":\"left\"}", "unknown_type" },
        { "{\"type\":\"lock_meeting\",\"id\":1}", "invalid_argument" },
        { "{\"type\":\"lock_meeting\",\"id\":1,\"locked\":\"yes\"}", "invalid_argument" },
        { "{\"type\":\"change_role\",\"id\":1,\"participant\":\"x\",\"role\":\"king\"}", "invalid_argument" },
        { "{\"type\":\"change_role\",\"id\":1,\"participant\":null,\"role\":\"host\"}", "invalid_argument" },
        { "{\"type\":\"admit_participants\",\"id\":1,\"participants\":[null]}", "invalid_argument" },
        { "{\"type\":\"admit_participants\",\"id\":1,\"participants\":null}", "invalid_argument" },
        { "{\"type\":\"move_participants\",\"id\":1,\"moves\":[null]}", "invalid_argument" },
        { "{\"type\":\"lower_hand\",\"id\":1,\"participant\":\"\\ud800\"}", "invalid_argument" },
        { "{\"type\":\"post_message\",\"id\":1,\"thread\":\"a/b\",\"text\":\"x\"}", "invalid_argument" },
        { "{\"type\":\"post_message\",\"id\":1,\"thread\":7,\"text\":\"x\"}", "invalid_argument" },
        { "{\"type\":\"raise_hand\",\"id\":1,\"place\":\"a/b\"}", "invalid_argument" },
        { "{\"type\":\"history\",\"id\":1,\"limit\":100000}", "invalid_argument" },
        { "{\"type\":\"history\",\"id\":1,\"before\":3,\"after\":3}", "invalid_argument" },
        { "{\"type\":\"signal\",\"signal\":{\"type\":\"attendees\"}}", "invalid_argument" },
        { "{\"type\":\"signal\"}", "invalid_argument" },
        { "{\"type\":\"raise_hand\",\"id\":1,\"x\":" + new string('[', 40) + new string(']', 40) + "}", "invalid_argument" },
        { "{\"type\":\"remove_participant\",\"id\":1,\"participant\":\"host\"}", "not_allowed" },
        { "{\"type\":\"end_meeting\",\"id\":1}", "not_allowed" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task P10_a_bad_message_is_refused_by_name_and_changes_nothing(string message, string reason)
    {
        var meeting = await host.NewMeeting();
        await using var boss = await host.Join(meeting, "host", "host");
        await using var ann = await host.Join(meeting, "ann");
        var before = (await host.Log(meeting)).GetArrayLength();
        await ann.Send(message);
        var refused = await ann.Next("refused");
        refused.GetProperty("reason").GetString().ShouldBe(reason, refused.GetRawText());
        (await host.Log(meeting)).GetArrayLength().ShouldBe(before);
        (await ann.Do("raise_hand", id: 1)).GetProperty("type").GetString().ShouldBe("accepted");
        ann.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task P10_an_oversize_message_closes_its_socket_only()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann");
        await using var bob = await host.Join(meeting, "bob");
        await ann.Send("{\"type\":\"post_message\",\"id\":1,\"text\":\"" + new string('x', ClientSocket.MaxMessageBytes) + "\"}");
        (await ann.Closed()).ShouldBe(CloseCode.MessageTooBig);
        (await bob.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
    }

    [Fact]
    public async Task A_message_of_the_largest_size_is_still_read()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann");
        var head = "{\"type\":\"raise_hand\",\"id\":1,\"x\":\"";
        await ann.Send(head + new string('x', ClientSocket.MaxMessageBytes - head.Length - 2) + "\"}");
        (await ann.Next("accepted")).GetProperty("id").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_binary_message_is_a_protocol_error()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann");
        await ann.Send("{}", WebSocketMessageType.Binary);
        (await ann.Closed()).ShouldBe(CloseCode.ProtocolError);
    }

    [Theory]
    [InlineData("{\"type\":\"raise_hand\",\"id\":1}")]
    [InlineData("not json")]
    [InlineData("{\"type\":\"hello\"}")]
    [InlineData("{\"type\":\"hello\",\"token\":\"x\",\"session\":\"short\"}")]
    [InlineData("{\"type\":\"hello\",\"token\":\"x\",\"session\":\"with/slash\"}")]
    [InlineData("{\"type\":\"hello\",\"token\":\"x\",\"session\":\"12345678\",\"resume\":{\"meeting\":\"x\"}}")]
    public async Task Anything_but_a_proper_hello_first_is_a_protocol_error(string first)
    {
        await using var client = await TestClient.Connect(host.Socket);
        await client.Send(first);
        (await client.Closed()).ShouldBe(CloseCode.ProtocolError);
    }

    [Fact]
    public async Task A_second_hello_is_a_protocol_error()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await host.Join(meeting, "ann");
        await ann.Hello(await host.Token(meeting, "ann"), "another-session");
        (await ann.Closed()).ShouldBe(CloseCode.ProtocolError);
    }

    [Fact]
    public async Task Numbers_that_never_were_resume_with_a_snapshot()
    {
        var meeting = await host.NewMeeting();
        await using var ann = await TestClient.Connect(host.Socket);
        await ann.Hello(await host.Token(meeting, "ann"), "ann-session", new JsonObject { ["meeting"] = 1_000_000, ["nonsense"] = -5 });
        await ann.Next("welcome");
        await ann.Next("snapshot");
    }

    [Fact]
    public async Task P8_messages_beyond_the_rate_are_refused_and_a_flood_is_closed()
    {
        var small = new GatewayHost(TimeProvider.System, ("Gateway:Sockets:MessagesPerSecond", "0.001"), ("Gateway:Sockets:MessageBurst", "3"));
        await small.InitializeAsync();
        try
        {
            var meeting = await small.NewMeeting();
            await using var ann = await small.Join(meeting, "ann");
            for (var i = 0; i < 3; i++) (await ann.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
            (await ann.Do("raise_hand")).GetProperty("reason").GetString().ShouldBe("busy");
            // The refused one was the first too many, and the last of these is the one that closes: nothing is sent to a socket that is gone.
            for (var i = 0; i < ClientSocket.MaxExcess; i++) await ann.Send("{\"type\":\"ping\"}");
            (await ann.Closed()).ShouldBe(CloseCode.RateLimited);
        }
        finally
        {
            await small.DisposeAsync();
        }
    }
}
