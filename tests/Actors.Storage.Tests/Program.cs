using Actors.Storage.Local;

namespace Actors.Storage.Tests;

/// <summary>Started by <see cref="DynamoDbLocalTests"/> as a process of its own, to be killed.</summary>
public static class Program
{
    /// <summary>Starts a database (kept in the folder given, or in memory), says its process id and port, and stays until killed.</summary>
    public static async Task Main(string[] arguments)
    {
        var options = new DynamoDbLocalOptions { DataFolder = arguments.Length > 0 ? arguments[0] : null, Reuse = true };
        await using var local = await DynamoDbLocal.Start(options, TimeProvider.System, CancellationToken.None);
        Console.WriteLine($"{local.ProcessId} {local.Endpoint.Port}");
        await Console.In.ReadToEndAsync();
    }
}
