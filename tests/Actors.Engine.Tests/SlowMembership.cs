using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Actors.Engine.Tests;

/// <summary>A silo's membership that the test holds back: the silo goes by an old view until the table may be read again.</summary>
internal sealed class SlowMembership : ISiloMembership
{
    private readonly ISiloMembership _inner;
    private readonly Lock _gate = new();
    private bool _held;

    private SlowMembership(ISiloMembership inner)
    {
        _inner = inner;
        _inner.Changed += _ => CatchUp();
    }

    public event Action<ClusterView>? Changed;

    public ClusterView Current { get; private set; } = ClusterView.Empty;

    /// <summary>What leaving waits for: a table that is busy.</summary>
    public Func<Task> Leaving { get; set; } = () => Task.CompletedTask;

    /// <summary>Puts it before the membership that the services have.</summary>
    public static void Wrap(IServiceCollection services, Action<SlowMembership> made)
    {
        var inner = services.Last(s => s.ServiceType == typeof(ISiloMembership)).ImplementationFactory!;
        services.AddSingleton<ISiloMembership>(s =>
        {
            var membership = new SlowMembership((ISiloMembership)inner(s));
            made(membership);
            return membership;
        });
    }

    public void Hold()
    {
        lock (_gate)
        {
            _held = true;
        }
    }

    /// <summary>The table may be read again, by whoever has a reason to.</summary>
    public void Resume()
    {
        lock (_gate)
        {
            _held = false;
        }
    }

    public void Release()
    {
        Resume();
        CatchUp();
    }

    public Task Refresh(long atLeast, CancellationToken cancellation)
    {
        CatchUp();
        return Task.CompletedTask;
    }

    public Task Join(CancellationToken cancellation) => _inner.Join(cancellation);

    public async Task Leave(CancellationToken cancellation)
    {
        await Leaving();
        Release();
        await _inner.Leave(cancellation);
    }

    public Task Left(CancellationToken cancellation) => _inner.Left(cancellation);

    public void Abandon() => _inner.Abandon();

    private void CatchUp()
    {
        lock (_gate)
        {
            if (!_held && _inner.Current.Version > Current.Version)
            {
                Current = _inner.Current;
                Changed?.Invoke(Current);
            }
        }
    }
}
