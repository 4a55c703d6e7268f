using Actors.Load.Measuring;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

public sealed class LatenciesTests
{
    [Fact]
    public void Percentiles_are_right_within_the_width_of_a_bucket()
    {
        var latencies = new Latencies();
        for (var i = 1; i <= 10_000; i++)
            latencies.Add(TimeSpan.FromMilliseconds(i));

        latencies.Count.ShouldBe(10_000);
        latencies.Percentile(0.5).TotalMilliseconds.ShouldBeInRange(5_000, 5_000 * 1.04);
        latencies.Percentile(0.99).TotalMilliseconds.ShouldBeInRange(9_900, 9_900 * 1.04);
    }

    [Fact]
    public void Of_nothing_there_is_no_latency() => new Latencies().Percentile(0.5).ShouldBe(TimeSpan.Zero);
}
