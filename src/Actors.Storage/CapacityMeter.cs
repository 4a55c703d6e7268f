using System.Diagnostics.Metrics;

namespace Actors.Storage;

/// <summary>What an event log does, as counted by <see cref="CapacityMeter"/>.</summary>
public enum StorageOperation
{
    Append,
    Load,
    ReadForward,
    ReadBackward,
    SaveSnapshot,
    DropSnapshots,
    ReadOverlays,
    SaveOverlay,
    Redact,
    Trim,
    ReplaceEntries,
    ReadList,
}

/// <summary>Counts per operation; units as DynamoDB answered them. A refused condition costs a write unit or more that DynamoDB does not report.</summary>
public readonly record struct StorageUse(long Calls, long Faults, double ReadUnits, double WriteUnits);

/// <summary>Round trips, faults and capacity units since the process began; also published by the meter "Actors.Storage".</summary>
public sealed class CapacityMeter
{
    public const string MeterName = "Actors.Storage";

    /// <summary>DynamoDB counts in halves: an eventually consistent read of 4 KB is half a unit.</summary>
    private const double UnitsPerCount = 0.5;

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> CallCounter = Meter.CreateCounter<long>("actors.storage.calls", "{call}");
    private static readonly Counter<long> FaultCounter = Meter.CreateCounter<long>("actors.storage.faults", "{fault}");
    private static readonly Counter<double> ReadCounter = Meter.CreateCounter<double>("actors.storage.read_units", "{unit}");
    private static readonly Counter<double> WriteCounter = Meter.CreateCounter<double>("actors.storage.write_units", "{unit}");

    private static readonly StorageOperation[] Operations = Enum.GetValues<StorageOperation>();
    private static readonly KeyValuePair<string, object?>[] Tags =
        [.. Operations.Select(o => new KeyValuePair<string, object?>("operation", o.ToString()))];

    private readonly Counts[] _counts = [.. Operations.Select(_ => new Counts())];

    public StorageUse this[StorageOperation operation]
    {
        get
        {
            var counts = _counts[(int)operation];
            return new StorageUse(
                Interlocked.Read(ref counts.Calls),
                Interlocked.Read(ref counts.Faults),
                Interlocked.Read(ref counts.Reads) * UnitsPerCount,
                Interlocked.Read(ref counts.Writes) * UnitsPerCount);
        }
    }

    public StorageUse Total
    {
        get
        {
            var all = Operations.Select(o => this[o]).ToArray();
            return new StorageUse(all.Sum(u => u.Calls), all.Sum(u => u.Faults), all.Sum(u => u.ReadUnits), all.Sum(u => u.WriteUnits));
        }
    }

    internal void Called(StorageOperation operation)
    {
        Interlocked.Increment(ref _counts[(int)operation].Calls);
        CallCounter.Add(1, Tags[(int)operation]);
    }

    internal void Faulted(StorageOperation operation)
    {
        Interlocked.Increment(ref _counts[(int)operation].Faults);
        FaultCounter.Add(1, Tags[(int)operation]);
    }

    internal void Read(StorageOperation operation, double units)
    {
        Interlocked.Add(ref _counts[(int)operation].Reads, (long)Math.Round(units / UnitsPerCount));
        ReadCounter.Add(units, Tags[(int)operation]);
    }

    internal void Wrote(StorageOperation operation, double units)
    {
        Interlocked.Add(ref _counts[(int)operation].Writes, (long)Math.Round(units / UnitsPerCount));
        WriteCounter.Add(units, Tags[(int)operation]);
    }

    private sealed class Counts
    {
        public long Calls;
        public long Faults;
        public long Reads;
        public long Writes;
    }
}
