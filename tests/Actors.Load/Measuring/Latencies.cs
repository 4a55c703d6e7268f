using System.Numerics;

namespace Actors.Load.Measuring;

/// <summary>A histogram of durations with buckets about 3 % wide; counting is lock-free, so that hundreds of receive loops share one.</summary>
internal sealed class Latencies
{
    /// <summary>2^5 buckets per power of two: 3 % wide.</summary>
    private const int Precision = 5;

    private const int Buckets = 64 << Precision;

    private readonly long[] _counts = new long[Buckets];

    public long Count => _counts.Sum();

    public void Add(TimeSpan duration) => Interlocked.Increment(ref _counts[Bucket(Math.Max(0, (long)duration.TotalMicroseconds))]);

    /// <summary>The upper edge of the bucket that holds the given fraction of all durations; zero where nothing was counted.</summary>
    public TimeSpan Percentile(double fraction)
    {
        var wanted = (long)Math.Ceiling(Count * fraction);
        long seen = 0;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted && seen > 0)
                return TimeSpan.FromMicroseconds(UpperEdge(bucket));
        }
        return TimeSpan.Zero;
    }

    private static int Bucket(long microseconds)
    {
        if (microseconds < 1 << Precision) return (int)microseconds;
        var shift = BitOperations.Log2((ulong)microseconds) - Precision;
        return (shift + 1 << Precision) + (int)(microseconds >> shift) - (1 << Precision);
    }

    private static long UpperEdge(int bucket)
    {
        if (bucket < 1 << Precision) return bucket;
        var shift = (bucket >> Precision) - 1;
        return ((bucket & (1 << Precision) - 1) + (1L << Precision) + 1 << shift) - 1;
    }
}
