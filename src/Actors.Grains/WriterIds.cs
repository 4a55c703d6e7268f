using System.Globalization;

namespace Actors.Grains;

/// <summary>
/// Names of writers. Every activation takes one and numbers its appends, so no two appends in the life of a table share a write id.
/// </summary>
/// <param name="process">Unique per process start.</param>
/// <param name="seed">For jitter.</param>
public sealed class WriterIds(string process, int seed)
{
    private int _last;

    public string Process { get; } = process;

    internal Writer Next()
    {
        var number = Interlocked.Increment(ref _last);
        return new Writer(string.Create(CultureInfo.InvariantCulture, $"{Process}.{number}"), new Random(unchecked(seed + number)));
    }
}

/// <summary>One activation as a writer.</summary>
internal sealed class Writer(string name, Random jitter)
{
    private readonly string _prefix = name + ".";
    private long _last;

    public string Name { get; } = name;

    public Random Jitter { get; } = jitter;

    public string NextWriteId() => string.Create(CultureInfo.InvariantCulture, $"{_prefix}{++_last}");

    public bool Wrote(string writeId) => writeId.StartsWith(_prefix, StringComparison.Ordinal);
}
