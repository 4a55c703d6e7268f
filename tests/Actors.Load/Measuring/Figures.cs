using System.Globalization;
using Actors.Load.Checking;
using Actors.Load.Processes;

namespace Actors.Load.Measuring;

/// <summary>The last line of a run: <c>name=value</c>, in the order in which they were added.</summary>
internal sealed class Figures
{
    private readonly List<string> _parts = [];
    private readonly List<string> _missed = [];

    public Figures(string mode, Testbed testbed) : this(mode)
    {
        Add("storage", testbed.Options.Url is null ? testbed.Options.Storage : "remote");
        Add("seed", testbed.Options.Seed);
    }

    public Figures(string mode) => Add("mode", mode);

    /// <summary>A promise was broken: the run ends with an exit code other than zero.</summary>
    public bool Failed { get; init; }

    /// <summary>What was measured and is worse than was promised.</summary>
    public IReadOnlyList<string> Missed => _missed;

    /// <summary>Holds a figure against what was promised of it.</summary>
    public Figures Expect(bool met, string promise)
    {
        if (!met) _missed.Add(promise);
        return this;
    }

    public Figures Add(string name, string value)
    {
        _parts.Add($"{name}={value}");
        return this;
    }

    public Figures Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    public Figures Add(string name, double value, int decimals = 0) =>
        Add(name, double.IsFinite(value) ? value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : "none");

    public Figures Add(string name, TimeSpan value) => Add(name, value.TotalMilliseconds.ToString("F1", CultureInfo.InvariantCulture) + "ms");

    /// <summary>What the judge found.</summary>
    public Figures Add(Verdict verdict) => Add("acked", verdict.Acked)
        .Add("unknown", verdict.Unknown)
        .Add("lost", verdict.Lost)
        .Add("gaps", verdict.Gaps)
        .Add("duplicates", verdict.Duplicates)
        .Add("ghosts", verdict.Ghosts)
        .Add("misplaced", verdict.Misplaced)
        .Add("stale", verdict.Stale);

    /// <summary>What storage did for each <paramref name="unit"/>, and what the three processes used for it.</summary>
    public Figures Add(Testbed testbed, Usage usage, string unit, double units, TimeSpan elapsed)
    {
        Add("commands/append", usage.Commands / usage.Appends, 1);
        Add("appends/s", usage.Appends / elapsed.TotalSeconds);
        Add("wcu/" + unit, usage.WriteUnits / units, 3);
        if (testbed.PutsPerSecond > 0) Add("puts/s", testbed.PutsPerSecond);
        return AddProcessors(usage);
    }

    public Figures AddProcessors(Usage usage) => Add("cpu_server", usage.ServerSeconds, 1)
        .Add("cpu_driver", usage.DriverSeconds, 1)
        .Add("cpu_dynamodb", usage.DatabaseSeconds, 1);

    public override string ToString() => string.Join(' ', _parts);
}
