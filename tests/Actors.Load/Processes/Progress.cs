using System.Diagnostics;
using System.Globalization;

namespace Actors.Load.Processes;

/// <summary>Lines for whoever watches: on standard error, so that standard output ends with the figures.</summary>
internal static class Progress
{
    private static readonly long Started = Stopwatch.GetTimestamp();

    public static void Say(string line) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{Stopwatch.GetElapsedTime(Started).TotalSeconds,6:F1}] {line}"));
}
