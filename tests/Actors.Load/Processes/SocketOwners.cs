using System.Globalization;

namespace Actors.Load.Processes;

/// <summary>Which process holds a TCP connection, as the kernel says (Linux: /proc/net/tcp and /proc/PID/fd, see proc(5)).</summary>
internal static class SocketOwners
{
    // Columns of /proc/net/tcp, counted from 0: the local address, as HEXADDRESS:HEXPORT, and the inode.
    private const int LocalAddress = 1;
    private const int Inode = 9;

    // A runtime's sockets may be of either family, also where they speak IPv4.
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>The first of the processes that has a socket on this local port; null where none has.</summary>
    public static int? Find(int localPort, IEnumerable<int> processes)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $":{localPort:X4}");
        var sockets = new HashSet<string>();
        foreach (var table in Tables.Where(File.Exists))
        {
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (columns[LocalAddress].EndsWith(suffix, StringComparison.Ordinal)) sockets.Add($"socket:[{columns[Inode]}]");
            }
        }
        foreach (var process in processes)
            if (Holds(process, sockets))
                return process;
        return null;
    }

    private static bool Holds(int process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(file => new FileInfo(file).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended just now.
            return false;
        }
    }
}
