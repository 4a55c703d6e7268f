using Actors.Storage;
using Actors.Storage.Local;
using Amazon.DynamoDBv2.Model;
using Microsoft.AspNetCore.Connections;

namespace Actors.Server;

/// <summary>Why the server does not start, in one sentence for its operator.</summary>
internal static class Startup
{
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
            await app.StopAsync();
            return false;
        }
        catch
        {
            await app.StopAsync();
            throw;
        }
    }

    /// <summary>Null for what is no fault of the surroundings: that is a bug and keeps its stack trace.</summary>
    public static string? Explain(Exception failure) => failure switch
    {
        StartupException or LaunchException => failure.Message,
        IOException { InnerException: AddressInUseException } => $"{failure.Message.TrimEnd('.')}: stop what listens there, or give another with --urls http://127.0.0.1:PORT.",
        ResourceNotFoundException or { InnerException: ResourceNotFoundException } =>
            "The tables do not exist: run the server once with the argument create-tables.",
        StorageUnavailableException => $"DynamoDB cannot be used: {failure.Message}",
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
