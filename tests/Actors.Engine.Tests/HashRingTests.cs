using System.Net;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

public sealed class HashRingTests
{
    private static readonly GrainId[] Grains = [.. Enumerable.Range(0, 20_000).Select(i => GrainId.Create("meeting", $"tenant/meeting-{i}"))];

    [Fact]
    public void Only_active_silos_are_homes()
    {
        HashRing.Empty.HomeOf(Grains[0]).ShouldBeNull();
        var ring = new HashRing(View(Member(1), Member(2, SiloStatus.Joining), Member(3, SiloStatus.ShuttingDown), Member(4, SiloStatus.Dead)));
        Grains.ShouldAllBe(grain => ring.HomeOf(grain)!.Equals(Silo(1)));
    }

    [Fact]
    public void Shares_are_even_within_a_third()
    {
        var ring = new HashRing(View(Member(1), Member(2), Member(3)));
        var shares = Grains.CountBy(grain => ring.HomeOf(grain)!).ToArray();
        shares.Length.ShouldBe(3);
        shares.ShouldAllBe(share => Math.Abs(share.Value - (Grains.Length / 3)) < Grains.Length / 9);
    }

    [Fact]
    public void A_silo_that_goes_moves_only_its_own_grains()
    {
        var before = new HashRing(View(Member(1), Member(2), Member(3)));
        var after = new HashRing(View(Member(1), Member(3)));
        Grains.Where(grain => !before.HomeOf(grain)!.Equals(Silo(2))).ShouldAllBe(grain => after.HomeOf(grain)!.Equals(before.HomeOf(grain)));
    }

    [Fact]
    public void The_order_of_rows_does_not_matter_and_homes_are_the_same_in_every_process()
    {
        var ring = new HashRing(View(Member(1), Member(2), Member(3)));
        var other = new HashRing(View(Member(3), Member(1), Member(2)));
        Grains.ShouldAllBe(grain => ring.HomeOf(grain)!.Equals(other.HomeOf(grain)));

        // Written down: another answer means that old and new processes of one cluster disagree about homes.
        Grains.Take(8).Select(grain => ring.HomeOf(grain)!.Endpoint.Port).ShouldBe([2, 3, 3, 2, 3, 2, 1, 1]);
    }

    private static SiloAddress Silo(int port) => SiloAddress.New(IPAddress.Loopback, port, 1);

    private static ClusterMember Member(int port, SiloStatus status = SiloStatus.Active) => new(Silo(port), status, $"silo {port}", 0, default);

    private static ClusterView View(params ClusterMember[] members) => new(1, [.. members]);
}
