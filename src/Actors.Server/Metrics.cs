using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text;

namespace Actors.Server;

/// <summary>
/// Sums of the counters of the meters named <c>Actors.*</c> since the start, as one JSON object for the operator: <c>GET /metrics/json</c>.
/// </summary>
internal sealed class Metrics : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<string, double> _sums = new();
    private readonly MeterListener _listener = new();

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("Actors.", StringComparison.Ordinal) && !instrument.GetType().Name.StartsWith("Histogram", StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        _listener.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener.Dispose();

    /// <summary>The figures that operators divide by one another, under names of their own; everything else under its instrument's.</summary>
    private static readonly Dictionary<string, string> Names = new()
    {
        ["actors.commands"] = "commands",
        ["actors.appends"] = "appends",
        ["actors.storage.write_units"] = "writeUnits",
        ["actors.storage.read_units"] = "readUnits",
    };

    public IReadOnlyDictionary<string, double> Read()
    {
        // A gauge reports its value anew each time; a counter adds up.
        foreach (var name in _sums.Keys.Where(name => name.StartsWith(Gauge, StringComparison.Ordinal))) _sums[name] = 0;
        _listener.RecordObservableInstruments();
        return _sums.ToDictionary(
            entry => Names.GetValueOrDefault(entry.Key, entry.Key.Replace(Gauge, "", StringComparison.Ordinal)), entry => entry.Value);
    }

    private const string Gauge = "gauge:";

    private void Add(Instrument instrument, double value)
    {
        var name = instrument.IsObservable ? Gauge + instrument.Name : instrument.Name;
        _sums.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}

internal static class MetricsEndpoint
{
    public static void AddServerMetrics(this IServiceCollection services)
    {
        services.AddSingleton<Metrics>();
        services.AddHostedService(provider => provider.GetRequiredService<Metrics>());
    }

    /// <summary>Without an operator key there is no such route.</summary>
    public static void MapServerMetrics(this WebApplication app, string? operatorKey)
    {
        if (string.IsNullOrEmpty(operatorKey)) return;
        var expected = Encoding.UTF8.GetBytes("Bearer " + operatorKey);
        app.MapGet("/metrics/json", (HttpContext context, Metrics metrics) =>
        {
            var given = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
            return CryptographicOperations.FixedTimeEquals(given, expected) ? Results.Json(metrics.Read()) : Results.Unauthorized();
        });
    }
}
