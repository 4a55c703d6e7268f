using Actors.Load.Modes;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

public sealed class FaultOrderTests
{
    [Fact]
    public void A_short_run_kills_a_silo_wakes_a_zombie_and_kills_a_gateway() =>
        FaultOrder.Of(3, partition: false, new Random(1)).ShouldBe([Fault.Silo, Fault.Zombie, Fault.Gateway]);

    [Fact]
    public void A_long_run_does_everything_but_part_processes()
    {
        var faults = FaultOrder.Of(50, partition: false, new Random(1)).ToList();
        faults.Count.ShouldBe(50);
        faults.Distinct().ShouldBe(Enum.GetValues<Fault>().Except([Fault.Pair, Fault.Isolation, Fault.Link]), ignoreOrder: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    public void Partitions_come_in_addition_and_each_kind_once_at_least(int kills)
    {
        var faults = FaultOrder.Of(kills, partition: true, new Random(1)).ToList();
        Fault[] partitions = [Fault.Pair, Fault.Isolation, Fault.Link];
        faults.Count(f => !partitions.Contains(f)).ShouldBe(kills);
        faults.Intersect(partitions).ShouldBe(partitions, ignoreOrder: true);
    }
}
