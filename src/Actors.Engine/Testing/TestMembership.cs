using System.Collections.Immutable;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>
/// The membership table of a test cluster: one view in memory. Who is killed is dead to all at once, so that tests wait for nothing and their
/// clocks may stand still; how silos find out is tested with the failure detector itself.
/// </summary>
internal sealed class TestMembership
{
    private readonly Lock _gate = new();
    private volatile ClusterView _view = ClusterView.Empty;

    public event Action<ClusterView>? Changed;

    public ClusterView View => _view;

    public IClusterMembership ForClient() => new Client(this);

    public ISiloMembership For(IServiceProvider services) => new Member(this, services);

    public void Set(SiloAddress silo, SiloStatus status)
    {
        lock (_gate)
        {
            if (_view.StatusOf(silo) is not SiloStatus.Dead)
            {
                Publish(_view.Members.Select(m => m.Silo.Equals(silo) ? m with { Status = status } : m));
            }
        }
    }

    private void Add(ClusterMember member)
    {
        lock (_gate)
        {
            Publish([.. _view.Members, member]);
        }
    }

    // In the lock, so that everybody sees views in order.
    private void Publish(IEnumerable<ClusterMember> members)
    {
        _view = new ClusterView(_view.Version + 1, members.ToImmutableArray());
        Changed?.Invoke(_view);
    }

    private class Client(TestMembership table) : IClusterMembership
    {
        public event Action<ClusterView>? Changed
        {
            add => table.Changed += value;
            remove => table.Changed -= value;
        }

        public ClusterView Current => table._view;

        public Task Refresh(long atLeast, CancellationToken cancellation) => Task.CompletedTask;
    }

    private sealed class Member(TestMembership table, IServiceProvider services) : Client(table), ISiloMembership
    {
        private readonly TestMembership _table = table;

        private ILocalSiloDetails Silo => (ILocalSiloDetails)services.GetService(typeof(ILocalSiloDetails))!;

        public Task Join(CancellationToken cancellation)
        {
            var time = (TimeProvider)services.GetService(typeof(TimeProvider))!;
            _table.Add(new ClusterMember(Silo.SiloAddress, SiloStatus.Active, Silo.Name, Silo.GatewayAddress.Endpoint.Port, time.GetUtcNow()));
            return Task.CompletedTask;
        }

        public Task Leave(CancellationToken cancellation)
        {
            _table.Set(Silo.SiloAddress, SiloStatus.ShuttingDown);
            return Task.CompletedTask;
        }

        public Task Left(CancellationToken cancellation)
        {
            _table.Set(Silo.SiloAddress, SiloStatus.Dead);
            return Task.CompletedTask;
        }

        public void Abandon()
        {
        }
    }
}
