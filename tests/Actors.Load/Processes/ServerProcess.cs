using System.Diagnostics;
using System.Globalization;
using Actors.Storage.Local;

namespace Actors.Load.Processes;

/// <summary>The server as a process of its own, on one set of ports and keys over all its lives.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Solution = "Actors.sln";
    private const string Assembly = "Actors.Server.dll";
    private const int LogTail = 30;

    /// <summary>DynamoDB and the clients run on other machines in life. Here all share the cores, and servers that are new take every one of them: they yield.</summary>
    private const string Niceness = "5";

    /// <summary>Start, tables and the compiler's first pass on a busy machine.</summary>
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(60);

    /// <summary>The server's own patience with its cluster, and some.</summary>
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(25);

    /// <summary>A server that drains after SIGTERM for longer than this is killed.</summary>
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(15);

    private readonly IReadOnlyList<string> _arguments;
    private readonly TimeProvider _time;
    private readonly HttpClient _http = new();
    private readonly string _log;
    private readonly string _environment;
    private Process? _process;
    private double _secondsOfPast;

    /// <param name="environment"><c>Development</c>: it makes its tables itself; <c>Production</c>: it uses what is there.</param>
    public ServerProcess(IEnumerable<string> arguments, TimeProvider time, string name = "server", string environment = "Development")
    {
        var root = FindRoot();
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.Next()}"));
        _arguments = [FindAssembly(root), "--urls", Url.OriginalString, .. ClusterPorts(), .. arguments];
        (_time, Name, _environment) = (time, name, environment);
        var folder = Path.Combine(root, ".actors", "load");
        Directory.CreateDirectory(folder);
        _log = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{Url.Port}.log"));
        File.WriteAllText(_log, "");
    }

    public string Name { get; }

    public Uri Url { get; }

    public int Id => _process?.Id ?? 0;

    /// <summary>Of all its lives so far.</summary>
    public double ProcessorSeconds => _secondsOfPast + (_process is null ? 0 : ProcessFigures.ProcessorSeconds(_process.Id));

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Starts it and returns once it says that it is ready.</summary>
    public async Task Start(CancellationToken ct)
    {
        Launch();
        await Ready(ct);
    }

    public void Launch()
    {
        // The shell only redirects: exec makes the server the process that we know and kill.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        start.Environment["DOTNET_ENVIRONMENT"] = _environment;
        foreach (var argument in (string[])["-c", "log=$1; nice=$2; shift 2; exec nice -n $nice \"$@\" >>\"$log\" 2>&1", "sh", _log, Niceness, "dotnet", .. _arguments])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new LoadException("The server's process did not start.");
    }

    /// <exception cref="LoadException">It ended, or is not ready in time.</exception>
    public async Task Ready(CancellationToken ct)
    {
        var process = _process ?? throw new InvalidOperationException("It was not started.");
        using var deadline = new CancellationTokenSource(ReadyDeadline, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            while (!await IsReady(both.Token))
            {
                if (process.HasExited)
                    throw new LoadException($"{Name} ended with code {process.ExitCode} before it was ready.{Environment.NewLine}{Tail()}");
                await Task.Delay(ReadyPoll, _time, both.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new LoadException($"{Name} was not ready after {ReadyDeadline.TotalSeconds:F0} s.{Environment.NewLine}{Tail()}");
        }
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        if (_process is null) return;
        _secondsOfPast += ProcessFigures.ProcessorSeconds(_process.Id);
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>As <c>kill</c> does; also to a process that stands still, where STOP, CONT and KILL take effect and the others wait.</summary>
    public async Task Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Its exit code once it has ended by itself; null where it has not within the patience.</summary>
    public async Task<int?> Ended(TimeSpan patience, CancellationToken ct)
    {
        if (_process is null) return null;
        using var deadline = new CancellationTokenSource(patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            await _process.WaitForExitAsync(both.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
        var code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    /// <summary>The end of the server's output.</summary>
    public string Tail() => $"{Name}'s output ({_log}) ends with:{Environment.NewLine}{string.Join(Environment.NewLine, File.ReadLines(_log).TakeLast(LogTail))}";

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            using var term = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            using var patience = new CancellationTokenSource(StopDeadline, _time);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync($"The server did not stop within {StopDeadline.TotalSeconds:F0} s of SIGTERM and is killed.");
                await Kill();
            }
        }
        _process?.Dispose();
        _http.Dispose();
    }

    /// <summary>False also where it stands still or is gone.</summary>
    public async Task<bool> IsReady(CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(ReadyPatience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            using var answer = await _http.GetAsync(new Uri(Url, "/ready"), both.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder.FullName;
        throw new LoadException($"{Solution} was not found above {AppContext.BaseDirectory}: start the driver from its checkout, or give --url.");
    }

    /// <summary>Built together with the driver: in the same folder below its project, which names configuration and engine. As it ships, where it was published.</summary>
    private static string FindAssembly(string root)
    {
        var output = Path.GetRelativePath(root, AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar)[2..];
        var folder = Path.Combine([root, "src", "Actors.Server", .. output]);
        var path = Path.Combine(folder, Assembly);
        if (!File.Exists(path)) throw new LoadException($"{path} is missing: build the solution first.");
        var platforms = Directory.EnumerateDirectories(folder).Select(platform => Path.Combine(platform, "publish", Assembly));
        return platforms.FirstOrDefault(File.Exists) ?? path;
    }

    private static string[] ClusterPorts() =>
    [
        string.Create(CultureInfo.InvariantCulture, $"--Cluster:SiloPort={FreePorts.Next()}"),
        string.Create(CultureInfo.InvariantCulture, $"--Cluster:ClientPort={FreePorts.Next()}"),
    ];
}
