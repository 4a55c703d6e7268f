using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A silo of a test cluster.</summary>
public abstract class SiloHandle : IDisposable, IAsyncDisposable
{
    public short InstanceNumber { get; set; }

    public string Name { get; set; } = string.Empty;

    public SiloAddress SiloAddress { get; set; } = SiloAddress.Zero;

    public SiloAddress GatewayAddress { get; set; } = SiloAddress.Zero;

    public abstract bool IsActive { get; }

    /// <summary>Stops the silo, with deactivation of its grains or, not gracefully, without.</summary>
    public abstract Task StopSiloAsync(bool stopGracefully);

    public abstract Task StopSiloAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    public override string ToString() => SiloAddress.ToString();

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>A silo whose host runs in the test's process.</summary>
public class InProcessSiloHandle : SiloHandle
{
    public IHost SiloHost { get; init; } = null!;

    public IServiceProvider ServiceProvider => SiloHost.Services;

    public override bool IsActive => SiloHost.Services.GetRequiredService<Silo>().Status == SiloStatus.Active;

    public override async Task StopSiloAsync(bool stopGracefully)
    {
        if (!stopGracefully)
        {
            SiloHost.Services.GetRequiredService<Silo>().Kill();
        }

        await StopSiloAsync(stopGracefully ? CancellationToken.None : new CancellationToken(canceled: true));
    }

    public override async Task StopSiloAsync(CancellationToken ct)
    {
        try
        {
            await SiloHost.StopAsync(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // A kill does not wait for the host's other services.
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)SiloHost).DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            SiloHost.Dispose();
        }
    }
}
