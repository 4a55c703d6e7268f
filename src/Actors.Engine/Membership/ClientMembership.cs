using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>What a client knows of the cluster: it reads the table, now and then and whenever a silo names a newer version, and never writes.</summary>
internal sealed class ClientMembership(IMembershipTable table, TimeSpan period, TimeProvider time, ILogger log) : IClusterMembership, IDisposable
{
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly ViewHolder _view = new();
    private readonly CancellationTokenSource _stop = new();
    private PeriodicTimer? _timer;

    public event Action<ClusterView>? Changed
    {
        add => _view.Changed += value;
        remove => _view.Changed -= value;
    }

    public ClusterView Current => _view.Current;

    public void Start()
    {
        using (ExecutionContext.SuppressFlow())
        {
            var timer = _timer = new PeriodicTimer(period, time);
            _ = Task.Run(async () =>
            {
                while (await timer.WaitForNextTickAsync(CancellationToken.None))
                {
                    try
                    {
                        await Refresh(long.MaxValue, _stop.Token);
                    }
                    catch (Exception fault) when (!_stop.IsCancellationRequested)
                    {
                        log.LogWarning("The membership table does not answer; the known silos are used on ({Reason})", fault.Message);
                    }
                    catch (OperationCanceledException)
                    {
                        return;
                    }
                }
            });
        }
    }

    public async Task Refresh(long atLeast, CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            if (Current.Version < atLeast)
            {
                using var deadline = new CancellationTokenSource(MembershipLimits.TableDeadline, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
                _view.Offer((await table.Read(either.Token)).View());
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _timer?.Dispose();
        (table as IDisposable)?.Dispose();
    }
}
