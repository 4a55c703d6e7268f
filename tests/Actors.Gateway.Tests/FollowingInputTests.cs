using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>What clients outside meetings send wrong: each gets its refusal, and nothing else changes (promise P10).</summary>
public sealed class FollowingInputTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static readonly string TooLong = new('c', Limits.IdLength + 1);

    // {0} is the channel that the sender is a member of.
    public static TheoryData<string, string> Refusals => new()
    {
        { "not json", "invalid_argument" },
        { """{"type":"follow","id":1}""", "invalid_argument" },
        { """{"type":"follow","channel":"{0}"}""", "invalid_argument" },
        { """{"type":"follow","id":0,"channel":"{0}"}""", "invalid_argument" },
        { """{"type":"follow","id":"1","channel":"{0}"}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":null}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":7}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":["{0}"]}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":""}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":"a/b"}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":"{0}\u0000"}""", "invalid_argument" },
        { $$"""{"type":"follow","id":1,"channel":"{{TooLong}}"}""", "invalid_argument" },
        { $$"""{"type":"follow","id":1,"channel":"{{new string('c', 5_000)}}"}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":"{0}","after":-1}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":"{0}","after":1.5}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":"{0}","after":"1"}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":"{0}","after":99999999999999999999}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":"{0}","thread":"main"}""", "invalid_argument" },
        { """{"type":"follow","id":1,"channel":"nowhere"}""", "channel_not_found" },
        { """{"type":"unfollow","id":1}""", "invalid_argument" },
        { """{"type":"unfollow","channel":"{0}"}""", "invalid_argument" },
        { """{"type":"unfollow","id":1,"channel":null}""", "invalid_argument" },
        { """{"type":"unfollow","id":1,"channel":7}""", "invalid_argument" },
        { """{"type":"unfollow","id":1,"channel":"a/b"}""", "invalid_argument" },
        { $$"""{"type":"unfollow","id":1,"channel":"{{TooLong}}"}""", "invalid_argument" },
        { """{"type":"post_message","id":1,"text":"x"}""", "invalid_argument" },
        { """{"type":"post_message","id":1,"text":"x","channel":null}""", "invalid_argument" },
        { """{"type":"post_message","id":1,"text":"x","channel":{}}""", "invalid_argument" },
        { """{"type":"post_message","id":1,"text":"x","channel":"a/b"}""", "invalid_argument" },
        { $$"""{"type":"post_message","id":1,"text":"x","channel":"{{TooLong}}"}""", "invalid_argument" },
        { """{"type":"post_message","text":"x","channel":"{0}"}""", "invalid_argument" },
        { """{"type":"post_message","id":1,"channel":"{0}"}""", "invalid_argument" },
        { """{"type":"post_message","id":1,"text":"x","channel":"{0}","thread":"main"}""", "invalid_argument" },
        { """{"type":"post_message","id":1,"text":"x","channel":"{0}","place":"main"}""", "invalid_argument" },
        { """{"type":"post_message","id":1,"text":"x","channel":"nowhere"}""", "not_joined" },
        { $$"""{"type":"post_message","id":1,"text":"{{new string('x', Limits.MessageBytes + 1)}}","channel":"{0}"}""", "too_large" },
        { """{"type":"history","id":1}""", "invalid_argument" },
        { """{"type":"history","id":1,"channel":"{0}","limit":201}""", "invalid_argument" },
        { """{"type":"history","id":1,"channel":"a/b"}""", "invalid_argument" },
        { """{"type":"search","id":1,"channel":"{0}"}""", "invalid_argument" },
        { """{"type":"search","id":1,"q":"x"}""", "invalid_argument" },
        { """{"type":"receipts","id":1,"channel":"{0}","message":0}""", "invalid_argument" },
        { """{"type":"receipts","id":1,"message":1}""", "invalid_argument" },
        { """{"type":"signal","channel":"{0}"}""", "invalid_argument" },
        { """{"type":"signal","channel":"{0}","signal":{"type":"reaction","reaction":"x"}}""", "invalid_argument" },
        { """{"type":"signal","channel":"{0}","signal":{"type":"active_speaker"}}""", "invalid_argument" },
        { """{"type":"signal","channel":"{0}","signal":{"type":"typing"}}""", "not_joined" },
        { """{"type":"signal","signal":{"type":"typing"}}""", "not_joined" },
        { """{"type":"fly","id":1,"channel":"{0}"}""", "unknown_type" },
        { """{"type":"create_channel","id":1,"channel":"{0}","name":"x"}""", "unknown_type" },
        { """{"type":"raise_hand","id":1}""", "not_joined" },
        { """{"type":"start_timer","id":1}""", "not_joined" },
        // A backend's, also for who moderates.
        { """{"type":"add_members","id":1,"channel":"{0}","members":[{"participant":"eve"}]}""", "not_allowed" },
        { """{"type":"remove_members","id":1,"channel":"{0}","participants":["bob"]}""", "not_allowed" },
        { """{"type":"change_channel","id":1,"channel":"{0}","closed":true}""", "not_allowed" },
        { """{"type":"hold_thread","id":1,"channel":"{0}","on":true}""", "not_allowed" },
        { """{"type":"keep_messages","id":1,"channel":"{0}","days":1}""", "not_allowed" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task P10_a_bad_message_outside_meetings_is_refused_by_name_and_changes_nothing(string message, string reason)
    {
        var channel = await host.NewChannel("ann", "bob");
        var before = (await Log(channel)).Count;
        await using var ann = await host.Outside("ann");
        await ann.Send(message.Replace("{0}", channel, StringComparison.Ordinal));
        var refused = await ann.Next("refused");
        refused.GetProperty("reason").GetString().ShouldBe(reason, refused.GetRawText());
        (await Log(channel)).Count.ShouldBe(before);
        ann.Last.ShouldBeEmpty();
        (await ann.Do("follow", new JsonObject { ["channel"] = channel }, 1)).GetProperty("type").GetString().ShouldBe("followed");
        (await ann.Do("post_message", new JsonObject { ["channel"] = channel, ["text"] = "x" }, 1)).GetProperty("type").GetString().ShouldBe("accepted");
        ann.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{\"channel/c\":\"x\"}")]
    [InlineData("{\"channel/c\":1.5}")]
    [InlineData("{\"channel/c\":null}")]
    [InlineData("[\"channel/c\"]")]
    public async Task A_hello_that_resumes_from_no_number_is_a_protocol_error(string resume)
    {
        await using var ann = await TestClient.Connect(host.Socket);
        await ann.Send($$"""{"type":"hello","token":"{{await host.UserToken("ann")}}","session":"ann-session","resume":{{resume}}}""");
        (await ann.Closed()).ShouldBe(CloseCode.ProtocolError);
    }

    [Fact]
    public async Task Names_that_are_no_channels_are_passed_over_in_a_resume_and_a_number_below_zero_is_none()
    {
        var channel = await host.NewChannel("ann");
        var resume = new JsonObject { [$"channel/{channel}"] = -5 };
        foreach (var name in new[] { "meeting", "thread/main", "channel/", "channel/a/b", "Channel/c", $"channel/{TooLong}", "" }) resume[name] = 1;
        await using var ann = await host.Outside("ann", resume: resume);
        (await ann.Next("snapshot")).GetProperty("stream").GetString().ShouldBe($"channel/{channel}");
        await ann.Send("{\"type\":\"ping\"}");
        (await ann.Next(_ => true)).GetProperty("type").GetString().ShouldBe("pong");
    }

    [Fact]
    public async Task A_second_hello_outside_meetings_is_a_protocol_error()
    {
        await using var ann = await host.Outside("ann");
        await ann.Hello(await host.UserToken("ann"), "ann-session");
        (await ann.Closed()).ShouldBe(CloseCode.ProtocolError);
    }

    private async Task<List<string>> Log(string channel) =>
        [.. (await host.Get($"/v1/channels/{channel}/events")).GetProperty("events").EnumerateArray().Select(one => one.GetRawText()).Where(one => !one.Contains("inboxes_told", StringComparison.Ordinal))];
}
