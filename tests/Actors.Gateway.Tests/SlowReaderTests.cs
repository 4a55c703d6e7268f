using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

public sealed class SlowReaderTests
{
    [Fact]
    public async Task P8_a_slow_reader_is_dropped_with_resync_and_slows_nobody()
    {
        var host = new GatewayHost(TimeProvider.System, ("Gateway:Sockets:QueuedFrames", "8"), ("Gateway:Sockets:MessagesPerSecond", "100000"), ("Gateway:Sockets:MessageBurst", "100000"));
        await host.InitializeAsync();
        try
        {
            var meeting = await host.NewMeeting();
            await using var ann = await host.Join(meeting, "ann", "host");
            await using var slow = await TestClient.Connect(host.Socket, reads: false);
            await slow.Hello(await host.Token(meeting, "slow"), "slow-session");
            await ann.Event("participant_joined");
            var attributes = new string('x', 200);
            var sent = 0;
            while (!ann.Seen("participants_disconnected") && sent++ < 20_000)
                await ann.Do("create_rooms", new JsonObject { ["names"] = new JsonArray([.. Enumerable.Range(0, 100).Select(i => JsonValue.Create(attributes + i))]) });
            ann.Seen("participants_disconnected").ShouldBeTrue();
            ann.Faults.ShouldBeEmpty();
            slow.Read();
            (await slow.Closed()).ShouldBe(CloseCode.Resync);
        }
        finally
        {
            await host.DisposeAsync();
        }
    }
}
