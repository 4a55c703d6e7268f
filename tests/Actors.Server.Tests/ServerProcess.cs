using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Actors.Storage.Local;

namespace Actors.Server.Tests;

/// <summary>The server as its own process, as an operator starts it; what it prints; how it ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>A start on two busy cores, DynamoDB Local included.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly SemaphoreSlim _line = new(0);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, string url, string folder)
    {
        (_process, Url, Folder) = (process, url, folder);
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) =>
        {
            _ready.TrySetResult();
            _line.Release();
        };
    }

    public string Url { get; }

    public string Folder { get; }

    /// <summary>Arguments that give another process the silo's ports of this one: the same server, started again.</summary>
    public string[] Ports { get; private init; } = [];

    public int Id => _process.Id;

    public string Output => string.Join('\n', _output);

    public static ServerProcess Start(string folder, string environment, Dictionary<string, string?> variables, params string[] arguments)
    {
        var url = $"http://127.0.0.1:{FreePorts.Next()}";
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && path.EndsWith("dotnet", StringComparison.Ordinal) ? path : Dotnet())
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        string[] ports = ["--Cluster:SiloPort", FreePorts.Next().ToString(), "--Cluster:ClientPort", FreePorts.Next().ToString()];
        string[] all = [Path.Combine(AppContext.BaseDirectory, "Actors.Server.dll"), "--urls", url, "--Development:Folder", folder, .. ports, .. arguments];
        foreach (var argument in all) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_ENVIRONMENT"] = environment;
        start.Environment.Remove("ASPNETCORE_ENVIRONMENT");
        foreach (var (name, value) in variables) start.Environment[name] = value;
        var server = new ServerProcess(Process.Start(start)!, url, folder) { Ports = ports };
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Returns when it says that it listens; fails with its output when it ends instead.</summary>
    public async Task Ready()
    {
        await _ready.Task.WaitAsync(Patience);
        if (_process.HasExited) throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Output}");
    }

    public async Task<int> Exit()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, as an orchestrator stops it.</summary>
    public async Task<int> Terminate()
    {
        await Signal();
        return await Exit();
    }

    public async Task Signal()
    {
        using var kill = Process.Start("kill", _process.Id.ToString());
        await kill.WaitForExitAsync();
    }

    /// <summary>Returns when its output holds the text.</summary>
    public async Task Says(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited) throw new InvalidOperationException($"The server ended with {_process.ExitCode} without saying '{text}':\n{Output}");
            await _line.WaitAsync(patience.Token);
        }
    }

    /// <summary>Returns when <c>/ready</c> is answered with this status.</summary>
    public async Task Answers(HttpStatusCode status)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri($"{Url}/ready"), patience.Token);
                if (answer.StatusCode == status) return;
            }
            catch (HttpRequestException)
            {
                if (_process.HasExited) throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Output}");
            }
        }
    }

    /// <summary>SIGKILL: nothing of it runs any more.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await Exit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await Terminate();
        _process.Dispose();
        _line.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null) return;
        _output.Enqueue(line);
        _line.Release();
        if (line.Contains("Ctrl-C stops everything", StringComparison.Ordinal)) _ready.TrySetResult();
    }

    private static string Dotnet() =>
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}
