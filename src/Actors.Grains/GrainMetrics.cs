using System.Diagnostics.Metrics;
using Actors.Contracts;

namespace Actors.Grains;

/// <summary>What operators see of the shells.</summary>
public sealed class GrainMetrics : IDisposable
{
    public const string MeterName = "Actors.Grains";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _commands;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _appends;
    private readonly Counter<long> _stepDowns;
    private readonly Counter<long> _snapshotFailures;
    private readonly Counter<double> _writeUnits;
    private readonly Histogram<int> _commandsPerAppend;
    private readonly Histogram<double> _appendSeconds;
    private readonly UpDownCounter<int> _parkedReads;
    private int _waiting;

    public GrainMetrics()
    {
        _commands = _meter.CreateCounter<long>("actors.commands", "{command}", "Commands accepted, repeats included.");
        _refusals = _meter.CreateCounter<long>("actors.refusals", "{command}", "Commands refused, by reason.");
        _appends = _meter.CreateCounter<long>("actors.appends", "{append}", "Batches made durable.");
        _stepDowns = _meter.CreateCounter<long>("actors.step_downs", "{activation}", "Activations that lost their stream or their storage.");
        _snapshotFailures = _meter.CreateCounter<long>("actors.snapshot_failures", "{snapshot}", "Snapshots and overlays that could not be stored.");
        _writeUnits = _meter.CreateCounter<double>("actors.append_write_units", "{unit}", "Write capacity taken by appends.");
        _commandsPerAppend = _meter.CreateHistogram<int>("actors.commands_per_append", "{command}");
        _appendSeconds = _meter.CreateHistogram<double>("actors.append_duration", "s");
        _parkedReads = _meter.CreateUpDownCounter<int>("actors.parked_reads", "{read}");
        _meter.CreateObservableGauge("actors.waiting_commands", () => WaitingCommands, "{command}", "Commands decided whose answer waits for an append.");
    }

    internal int WaitingCommands => Volatile.Read(ref _waiting);

    internal void Waits(int change) => Interlocked.Add(ref _waiting, change);

    internal void Accepted() => _commands.Add(1);

    internal void Refused(Refusal reason) => _refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Appended(int commands, double writeUnits, TimeSpan took)
    {
        _appends.Add(1);
        _writeUnits.Add(writeUnits);
        _commandsPerAppend.Record(commands);
        _appendSeconds.Record(took.TotalSeconds);
    }

    internal void SteppedDown() => _stepDowns.Add(1);

    internal void SnapshotFailed() => _snapshotFailures.Add(1);

    internal void Parked(int change) => _parkedReads.Add(change);

    public void Dispose() => _meter.Dispose();
}
