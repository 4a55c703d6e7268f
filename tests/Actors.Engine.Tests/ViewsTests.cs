using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

public class ViewsTests
{
    private static readonly SiloAddress Silo = SiloAddress.New(IPAddress.Loopback, 1, 1);

    [Fact]
    public async Task Who_waits_for_a_view_goes_by_it_though_the_membership_has_not_told_everybody_yet()
    {
        var membership = new Announcing();
        var views = new Views(membership, new ManualTime(), NullLogger.Instance);
        var changes = new List<long>();
        views.Changed += view => changes.Add(view.Version);
        membership.Read(View(7));
        await views.Reach(7);
        views.Version.ShouldBe(7);
        views.HomeOf(GrainId.Create("traveller", "1")).ShouldBe(Silo);

        membership.Tell();
        changes.ShouldBe([7]);
    }

    private static ClusterView View(long version) => new(version, [new ClusterMember(Silo, SiloStatus.Active, "silo", 0, default)]);

    /// <summary>A membership that has read the table; the test says when it tells.</summary>
    private sealed class Announcing : IClusterMembership
    {
        public event Action<ClusterView>? Changed;

        public ClusterView Current { get; private set; } = ClusterView.Empty;

        public void Read(ClusterView view) => Current = view;

        public void Tell() => Changed?.Invoke(Current);

        public Task Refresh(long atLeast, CancellationToken cancellation) => Task.CompletedTask;
    }
}
