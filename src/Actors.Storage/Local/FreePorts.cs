using System.Net;
using System.Net.Sockets;

namespace Actors.Storage.Local;

/// <summary>
/// Ports for servers that are started as processes of their own. They lie below those that the kernel gives to whoever asks for any
/// port or only connects (from 32 768 on): such a one could be taken by somebody while the server starts, or is down between two starts.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;

    /// <summary>Processes that run at once mostly have neighbouring numbers, and so different ranges.</summary>
    private const int Ranges = 220;

    private const int RangeSize = 100;

    private static int _taken;

    public static int Next()
    {
        for (var attempt = 0; attempt < RangeSize; attempt++)
        {
            var port = First + (Environment.ProcessId % Ranges * RangeSize) + (int)((uint)(Interlocked.Increment(ref _taken) - 1) % RangeSize);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens there.
            }
        }

        throw new LaunchException(string.Create(null, $"This process has used up its {RangeSize} ports from {First + (Environment.ProcessId % Ranges * RangeSize)} on."));
    }
}
