namespace Actors.Gateway;

/// <summary>Pauses between attempts: doubling, with jitter, so that those who failed together do not come back together.</summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    // 25 ms doubled 7 times is past the longest pause.
    private const int MostDoublings = 7;

    /// <param name="attempt">0 for the pause after the first failure.</param>
    public TimeSpan Pause(int attempt)
    {
        var full = First * (1 << Math.Min(attempt, MostDoublings));
        return Jitter(full < Longest ? full : Longest);
    }

    /// <summary>Between half of the time and all of it.</summary>
    public TimeSpan Jitter(TimeSpan most) => most * (0.5 + (Next() / 2));

    /// <summary>Between nothing and all of the time.</summary>
    public TimeSpan Spread(TimeSpan most) => most * Next();

    private double Next()
    {
        lock (random) return random.NextDouble();
    }
}
