using System.Globalization;

namespace Actors.Load.Processes;

/// <summary>What the kernel says about a process (Linux: /proc, see proc(5)).</summary>
internal static class ProcessFigures
{
    /// <summary>Kernel clock ticks per second, 100 on every Linux that .NET supports.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Fields 14 and 15 of /proc/PID/stat, counted after the name's closing parenthesis: user and system time.</summary>
    private const int UserTimeField = 11;

    private const int KilobyteBytes = 1024;

    /// <summary>Files the runtime, storage clients and logs have open besides sockets.</summary>
    private const int OtherFiles = 500;

    /// <summary>0 where the process is gone.</summary>
    public static double ProcessorSeconds(int processId)
    {
        var path = $"/proc/{processId}/stat";
        if (!File.Exists(path)) return 0;
        var text = File.ReadAllText(path);
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[UserTimeField], CultureInfo.InvariantCulture)
            + long.Parse(fields[UserTimeField + 1], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    public static long ResidentBytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * KilobyteBytes;
    }

    /// <summary>The runtime raises the soft limit to the hard one when it starts; what is left to check is the hard one.</summary>
    /// <exception cref="LoadException">Fewer files may be open than sockets are wanted.</exception>
    public static void RequireFiles(int sockets)
    {
        if (!OperatingSystem.IsLinux()) return;
        var line = File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        if (long.TryParse(hard, CultureInfo.InvariantCulture, out var limit) && limit < sockets + OtherFiles)
            throw new LoadException($"{sockets} sockets need {sockets + OtherFiles} open files and only {limit} are allowed: raise the limit (ulimit -Hn) and start again.");
    }
}
