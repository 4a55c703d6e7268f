using System.Net;
using System.Net.Sockets;
using Actors.Storage;
using Actors.Storage.Local;
using Amazon.DynamoDBv2.Model;
using Microsoft.AspNetCore.Connections;

namespace Actors.Server;

/// <summary>Why the server does not start, in one sentence for its operator.</summary>
internal static partial class Startup
{
    /// <summary>A silo must not join its cluster, move grains and leave again only to find that its web port is taken.</summary>
    public static void CheckPorts(ServerSettings settings)
    {
        foreach (var url in settings.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var address = BindingAddress.Parse(url);
            try
            {
                using var listener = new TcpListener(IPAddress.TryParse(address.Host, out var ip) ? ip : IPAddress.Loopback, address.Port);
                listener.Start();
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new StartupException(Taken($"Failed to bind to address {url}: address already in use"));
            }
            catch (SocketException)
            {
                // Whatever else is wrong with the address, the web server says when it starts.
            }
        }
    }

    /// <summary>
    /// Starts everything, or nothing: what had started when another part failed (the silo, when the port is taken) is stopped in order. False
    /// where the process was told to stop while it was still starting, perhaps waiting for a silo.
    /// </summary>
    public static async Task<bool> StartOrStop(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
            return true;
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await Stop(app);
            return false;
        }
        catch
        {
            await Stop(app);
            throw;
        }
    }

    // A silo that failed while starting may refuse to stop; why it failed is what its operator has to see.
    private static async Task Stop(WebApplication app)
    {
        try
        {
            await app.StopAsync();
        }
        catch (Exception e)
        {
            NotStopped(app.Logger, e);
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "What had started did not stop in order")]
    private static partial void NotStopped(ILogger logger, Exception fault);

    /// <summary>Null for what is no fault of the surroundings: that is a bug and keeps its stack trace.</summary>
    public static string? Explain(Exception failure) => failure switch
    {
        StartupException or LaunchException => failure.Message,
        IOException { InnerException: AddressInUseException } => Taken(failure.Message.TrimEnd('.')),
        ResourceNotFoundException or { InnerException: ResourceNotFoundException } =>
            "The tables do not exist: run the server once with the argument create-tables.",
        StorageUnavailableException => $"DynamoDB cannot be used: {failure.Message}",
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };

    private static string Taken(string what) => $"{what}: stop what listens there, or give another with --urls http://127.0.0.1:PORT.";
}
