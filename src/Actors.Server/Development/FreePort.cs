using System.Net;
using System.Net.Sockets;

namespace Actors.Server.Development;

/// <summary>A port of this machine that nobody listens on at the moment.</summary>
internal static class FreePort
{
    /// <param name="wanted">Taken if it is free; 0 for any.</param>
    public static int Near(int wanted)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, wanted);
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        catch (SocketException) when (wanted != 0)
        {
            return Near(0);
        }
    }
}
