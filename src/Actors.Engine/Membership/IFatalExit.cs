namespace Orleans.Runtime;

/// <summary>Ends the process of a silo that must not go on. A host of several silos has none.</summary>
internal interface IFatalExit
{
    void Exit(string why);
}

/// <summary>Ends this process with a code of its own, whatever else runs in it.</summary>
internal sealed class ProcessExit : IFatalExit
{
    /// <summary>What the process of an evicted silo ends with; its supervisor may start it again at once. No shell and no signal uses it.</summary>
    public const int Evicted = 75;

    public void Exit(string why)
    {
        Console.Error.WriteLine(why);
        // Not on the caller's thread: it may be in the middle of what the exit would wait for.
        new Thread(static () => Environment.Exit(Evicted)) { IsBackground = true }.Start();
    }
}
