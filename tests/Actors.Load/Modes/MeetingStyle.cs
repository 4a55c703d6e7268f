namespace Actors.Load.Modes;

/// <summary>How lively a meeting of a mixed load is; pauses are random between the two.</summary>
/// <param name="Rooms">Breakout rooms of a round: everybody is moved into them by one command, and back by one.</param>
/// <param name="Moves">Single moves by the host while the rooms are open.</param>
internal sealed record MeetingStyle(
    int Rooms, int Moves, TimeSpan ShortestAct, TimeSpan LongestAct, TimeSpan ShortestHostPause, TimeSpan LongestHostPause)
{
    /// <summary>A lively person acts some times a second; two hundred of them keep a laptop's two cores busy, not swamped.</summary>
    public static readonly MeetingStyle Lively = new(3, 4, Milliseconds(60), Milliseconds(240), Milliseconds(300), Milliseconds(1_500));

    /// <summary>The same on a machine that runs a whole cluster.</summary>
    public static readonly MeetingStyle Calm = Lively with { ShortestAct = Milliseconds(300), LongestAct = Milliseconds(1_200) };

    /// <summary>A large meeting that goes into fifty rooms and comes back: mostly people who listen.</summary>
    public static readonly MeetingStyle Large = new(50, 3, Milliseconds(20_000), Milliseconds(60_000), Milliseconds(1_000), Milliseconds(4_000));

    public TimeSpan Act(Random random) => Between(ShortestAct, LongestAct, random);

    public TimeSpan HostPause(Random random) => Between(ShortestHostPause, LongestHostPause, random);

    private static TimeSpan Between(TimeSpan shortest, TimeSpan longest, Random random) => shortest + (longest - shortest) * random.NextDouble();

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
