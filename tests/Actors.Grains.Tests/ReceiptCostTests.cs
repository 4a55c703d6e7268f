using Actors.Contracts;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Actors.Grains.Tests;

/// <summary>What receipts cost, in write units as DynamoDB counts them: one for each kilobyte begun, of each item.</summary>
public sealed class ReceiptCostTests(ITestOutputHelper output)
{
    private const int Members = 1_000;
    private const int MessagesPerSecond = 100;

    /// <summary>Four rounds of storing pointers.</summary>
    private const int Seconds = 12;

    private const int UnitBytes = 1024;

    /// <summary>Keys, number, count, writer, write id and time of an item beside its events.</summary>
    private const int ItemOverhead = 200;

    [Fact]
    public async Task E4_a_thousand_readers_at_a_hundred_messages_a_second_add_a_tenth_to_the_write_units_at_most()
    {
        var alone = await Units(reading: false);
        var read = await Units(reading: true);
        output.WriteLine($"{alone} units without readers, {read} with");
        alone.ShouldBeGreaterThanOrEqualTo(Seconds * MessagesPerSecond);
        read.ShouldBeGreaterThan(alone, "the readers' pointers are stored");
        ((double)read).ShouldBeLessThanOrEqualTo(alone * 1.1, $"{alone} units without readers, {read} with");
    }

    // Every message is an append of its own: at this pace the last one is durable before the next comes.
    private static async Task<long> Units(bool reading)
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened(settings: MeetingSettings.Default with { Capacity = Members + 1 });
        var joined = await TestBed.Accepted(meeting, bed.Joining("host", Role.Host));
        var people = Enumerable.Range(0, Members - 1).Select(i => $"member-{i:D4}").ToArray();
        foreach (var one in people) joined = await TestBed.Accepted(meeting, bed.Joining(one));
        await TestBed.Accepted(bed.Thread(), bed.Alone(bed.By("host", new PostMessage("first"), meetingSeen: joined.Last)));
        var before = Units(bed);
        for (var second = 0; second < Seconds; second++)
        {
            long last = 0;
            for (var i = 0; i < MessagesPerSecond; i++)
                last = (await TestBed.Accepted(bed.Thread(), bed.Alone(bed.By("host", new PostMessage($"message {i} of a lively talk"))))).First;
            // Each is a little behind the others, so that no two pointers are the same for long.
            for (var i = 0; reading && i < people.Length; i++)
                await TestBed.Accepted(bed.Thread(), bed.Alone(bed.By(people[i], new MovePointers(last - (i % 10), last - (i % 50)))));
            bed.Time.Advance(TimeSpan.FromSeconds(1));
            // As the thread's timer does.
            if ((second + 1) % (int)Limits.PointerFlush.TotalSeconds == 0) await bed.Thread().Wake(default);
        }
        return Units(bed) - before;
    }

    private static long Units(TestBed bed) => bed.Log.Appended
        .Where(one => one.Stream.StartsWith("thread/", StringComparison.Ordinal))
        .Sum(one => (one.Batch.Events.Length + ItemOverhead + UnitBytes - 1L) / UnitBytes);
}
