using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;

namespace Actors.Gateway.Tests;

public sealed class SlowReaderTests
{
    // Far more than the buffers of both ends hold.
    private const int MostFrames = 2_000;

    private static JsonArray Assignments(string room) =>
        [.. Enumerable.Range(0, 500).Select(i => new JsonObject { ["participant"] = $"participant-with-a-long-id-{i}", ["room"] = room })];

    [Fact]
    public async Task P8_a_slow_reader_is_dropped_with_resync_and_slows_nobody()
    {
        var host = new GatewayHost(new ManualTime(), ("Gateway:Sockets:QueuedFrames", "8"), ("Gateway:Sockets:MessagesPerSecond", "100000"), ("Gateway:Sockets:MessageBurst", "100000"));
        await host.InitializeAsync();
        var overflows = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Meter.Name == GatewayMetrics.MeterName && instrument.Name == "gateway.overflows") all.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref overflows, value));
        listener.Start();
        try
        {
            var meeting = await host.NewMeeting();
            await using var ann = await host.Join(meeting, "ann", "host");
            await using var slow = await TestClient.Connect(host.Socket, reads: false);
            await slow.Hello(await host.Token(meeting, "slow", "co_host"), "slow-session");
            await ann.Event("participant_joined");
            await ann.Do("create_rooms", new JsonObject { ["names"] = new JsonArray("One", "Two") });
            // Moderators see assignments: some 40 KB each time.
            for (var i = 0; Interlocked.Read(ref overflows) == 0 && i < MostFrames; i++)
                (await ann.Do("assign_rooms", new JsonObject { ["assignments"] = Assignments($"r1-{(i % 2) + 1}") })).GetProperty("type").GetString().ShouldBe("accepted");
            Interlocked.Read(ref overflows).ShouldBe(1);
            slow.Read();
            (await slow.Closed()).ShouldBe(CloseCode.Resync);
            await ann.Next(_ => ann.Seen("participants_disconnected"));
            ann.Faults.ShouldBeEmpty();
        }
        finally
        {
            await host.DisposeAsync();
        }
    }
}
