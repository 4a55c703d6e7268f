using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Actors.Load.Processes;

/// <summary>The server as a process of its own, on one port and one set of keys over all its lives.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Solution = "Actors.sln";
    private const string Assembly = "Actors.Server.dll";
    private const int LogTail = 30;

    /// <summary>Start, tables and the compiler's first pass on a busy machine.</summary>
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(25);

    /// <summary>A server that drains after SIGTERM for longer than this is killed.</summary>
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(15);

    private readonly IReadOnlyList<string> _arguments;
    private readonly TimeProvider _time;
    private readonly HttpClient _http = new();
    private readonly string _log;
    private Process? _process;
    private double _secondsOfPast;

    public ServerProcess(IEnumerable<string> arguments, TimeProvider time)
    {
        var root = FindRoot();
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}"));
        _arguments = [FindAssembly(root), "--urls", Url.OriginalString, .. ClusterPorts(), .. arguments];
        _time = time;
        var folder = Path.Combine(root, ".actors", "load");
        Directory.CreateDirectory(folder);
        _log = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"server-{Url.Port}.log"));
        File.WriteAllText(_log, "");
    }

    public Uri Url { get; }

    public int Id => _process?.Id ?? 0;

    /// <summary>Of all its lives so far.</summary>
    public double ProcessorSeconds => _secondsOfPast + (_process is null ? 0 : ProcessFigures.ProcessorSeconds(_process.Id));

    /// <summary>Starts it and returns once it says that it is ready.</summary>
    public async Task Start(CancellationToken ct)
    {
        // The shell only redirects: exec makes the server the process that we know and kill.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        // Development: it makes its tables itself.
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        foreach (var argument in (string[])["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1", "sh", _log, "dotnet", .. _arguments])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start) ?? throw new LoadException("The server's process did not start.");
        using var deadline = new CancellationTokenSource(ReadyDeadline, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            while (!await IsReady(both.Token))
            {
                if (_process.HasExited)
                    throw new LoadException($"The server ended with code {_process.ExitCode} before it was ready.{Environment.NewLine}{Tail()}");
                await Task.Delay(ReadyPoll, _time, both.Token);
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new LoadException($"The server was not ready after {ReadyDeadline.TotalSeconds:F0} s.{Environment.NewLine}{Tail()}");
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

    /// <summary>The end of the server's output.</summary>
    public string Tail() => $"The server's output ({_log}) ends with:{Environment.NewLine}{string.Join(Environment.NewLine, File.ReadLines(_log).TakeLast(LogTail))}";

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

    private async Task<bool> IsReady(CancellationToken ct)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Url, "/ready"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
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

    /// <summary>Built together with the driver: in the same folder below its project, which names configuration and engine.</summary>
    private static string FindAssembly(string root)
    {
        var output = Path.GetRelativePath(root, AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar)[2..];
        var path = Path.Combine([root, "src", "Actors.Server", .. output, Assembly]);
        return File.Exists(path) ? path : throw new LoadException($"{path} is missing: build the solution first.");
    }

    private static string[] ClusterPorts() =>
    [
        string.Create(CultureInfo.InvariantCulture, $"--Cluster:SiloPort={FreePort()}"),
        string.Create(CultureInfo.InvariantCulture, $"--Cluster:ClientPort={FreePort()}"),
    ];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
