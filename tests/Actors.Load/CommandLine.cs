using System.CommandLine;
using Actors.Load.Measuring;
using Actors.Load.Modes;
using Actors.Load.Processes;
using Actors.Storage.Local;

namespace Actors.Load;

/// <summary>The driver's modes and their options.</summary>
internal static class CommandLine
{
    /// <summary>A run that hangs ends by itself: everything but the time that was asked for fits into this.</summary>
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(5);

    /// <summary>After Ctrl-C what was started is stopped within this.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private static readonly Option<Uri?> Url = new("--url")
    {
        Description = "A running server; without it one is started and stopped.",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
            result.AddError("--url must be an address such as http://127.0.0.1:8080.");
            return null;
        },
    };

    private static readonly Option<string> Storage = new("--storage")
    {
        Description = "For a server that is started: dynamodb (with a DynamoDB Local of its own) or memory.",
        DefaultValueFactory = _ => LoadOptions.DynamoDb,
    };

    private static readonly Option<string> OperatorKey = new("--operator-key") { Description = "Of the server at --url.", DefaultValueFactory = _ => "" };

    private static readonly Option<int> Seed = Number("--seed", 1, "Of everything random.");

    private static readonly Option<bool> Busy = new("--busy")
    {
        Description = "This machine has other things to do: figures that miss what is promised are told and do not fail the run; what is lost or double does.",
    };

    public static InvocationConfiguration Invocation => new() { ProcessTerminationTimeout = StopLimit };

    public static RootCommand Build()
    {
        Storage.AcceptOnlyFromAmong(LoadOptions.DynamoDb, LoadOptions.Memory);
        var root = new RootCommand("Clients of the public interfaces: demonstrates, breaks and measures the server.") { Url, Storage, OperatorKey, Seed, Busy };
        foreach (var option in root.Options)
            option.Recursive = true;
        root.Subcommands.Add(DemoMode());
        root.Subcommands.Add(CrashMode());
        root.Subcommands.Add(ClusterMode());
        root.Subcommands.Add(StormMode());
        root.Subcommands.Add(ChatMode());
        root.Subcommands.Add(RoomsMode());
        root.Subcommands.Add(IdleMode());
        root.Subcommands.Add(LargeMode());
        return root;
    }

    private static Command DemoMode() => Mode("demo", "A lesson with 200 participants.", [], (testbed, _, ct) => Demo.Run(testbed, ct), _ => TimeSpan.Zero);

    private static Command CrashMode()
    {
        var kills = Number("--kills", 3, "How often the server is killed.");
        return Mode("crash", "200 participants, a server that is killed, and a judge.", [kills],
            (testbed, parse, ct) => Crash.Run(testbed, parse.GetValue(kills), ct),
            parse => Crash.LongestRound * parse.GetValue(kills));
    }

    private static Command ClusterMode()
    {
        var silos = Number("--silos", 3, "Silo processes.");
        var gateways = Number("--gateways", 2, "Gateway processes.");
        var kills = Number("--kills", 5, "How often a process is killed or paused.");
        var rolling = new Option<bool>("--rolling") { Description = "Afterwards every process is told to stop and started again, in turn." };
        var partition = new Option<bool>("--partition") { Description = "In between, processes are parted from one another." };
        var meetings = Number("--meetings", 20, "Meetings of ten.");
        var crowd = Number("--crowd", 500, "Participants of one large meeting, which moves into 50 rooms and back.");
        var idle = Number("--idle", 0, "Seconds for which nothing is done and writes are counted, instead of all this.");
        var command = new Command("cluster", "A cluster whose processes are killed, paused, parted and restarted under load, and a judge.");
        foreach (var option in (Option[])[silos, gateways, kills, rolling, partition, meetings, crowd, idle]) command.Options.Add(option);
        command.SetAction((parse, ct) =>
        {
            var quiet = TimeSpan.FromSeconds(parse.GetValue(idle));
            var options = new ClusterOptions(
                parse.GetValue(silos), parse.GetValue(gateways), parse.GetValue(kills), parse.GetValue(rolling), parse.GetValue(partition),
                parse.GetValue(meetings), parse.GetValue(crowd), parse.GetValue(Seed));
            var faults = options.Kills * (options.Partition ? 2 : 1) + (options.Rolling ? options.Silos + options.Gateways : 0);
            return quiet > TimeSpan.Zero
                ? Guarded(parse, limited => QuietCluster.Run(options.Silos, options.Gateways, quiet, limited), RunLimit + quiet, ct)
                : Guarded(parse, limited => Cluster.Run(options, limited), RunLimit * 2 + Cluster.LongestRound * faults, ct);
        });
        return command;
    }

    private static Command StormMode()
    {
        var participants = Number("--participants", 1_000, "Who all join at once.");
        return Mode("storm", "Everybody joins at once.", [participants],
            (testbed, parse, ct) => Storm.Run(testbed, parse.GetValue(participants), ct), _ => TimeSpan.Zero);
    }

    private static Command ChatMode()
    {
        var members = Number("--members", 1_000, "Who all receive.");
        var senders = Number("--senders", 10, "Members who send.");
        var window = Number("--window", 8, "Messages of one sender on their way.");
        var seconds = Number("--seconds", 15, "Measured time.");
        return Mode("chat", "One saturated chat thread.", [members, senders, window, seconds],
            (testbed, parse, ct) => ChatLoad.Run(
                testbed, parse.GetValue(members), parse.GetValue(senders), parse.GetValue(window), TimeSpan.FromSeconds(parse.GetValue(seconds)), ct),
            parse => TimeSpan.FromSeconds(parse.GetValue(seconds)));
    }

    private static Command RoomsMode()
    {
        var meetings = Number("--meetings", 200, "Meetings at once.");
        var members = Number("--members", 5, "Members of each.");
        var window = Number("--window", 4, "Commands of one member on their way.");
        var seconds = Number("--seconds", 15, "Measured time.");
        return Mode("rooms", "Many busy meetings.", [meetings, members, window, seconds],
            (testbed, parse, ct) => RoomsLoad.Run(
                testbed, parse.GetValue(meetings), parse.GetValue(members), parse.GetValue(window), TimeSpan.FromSeconds(parse.GetValue(seconds)), ct),
            parse => TimeSpan.FromSeconds(parse.GetValue(seconds)));
    }

    private static Command IdleMode()
    {
        var from = Number("--from", 1_000, "Sockets at the first reading.");
        var to = Number("--to", 5_000, "Sockets at the second.");
        return Mode("idle", "Memory of idle view-only sockets.", [from, to],
            (testbed, parse, ct) => Idle.Run(testbed, parse.GetValue(from), parse.GetValue(to), ct), _ => TimeSpan.Zero);
    }

    private static Command LargeMode()
    {
        var attendees = Number("--attendees", 10_000, "View-only.");
        var presenters = Number("--presenters", 50, "Who send commands meanwhile.");
        var rate = Number("--joins-per-second", 100, "Attendees who come in each second.");
        return Mode("large", "One meeting with very many view-only attendees.", [attendees, presenters, rate],
            (testbed, parse, ct) => Large.Run(testbed, parse.GetValue(attendees), parse.GetValue(presenters), parse.GetValue(rate), ct),
            parse => TimeSpan.FromSeconds(parse.GetValue(attendees) / Math.Max(1, parse.GetValue(rate))));
    }

    private static Option<int> Number(string name, int otherwise, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => otherwise };

    private static Command Mode(
        string name,
        string description,
        IEnumerable<Option> options,
        Func<Testbed, ParseResult, CancellationToken, Task<Figures>> run,
        Func<ParseResult, TimeSpan> asked)
    {
        var command = new Command(name, description);
        foreach (var option in options)
            command.Options.Add(option);
        command.SetAction((parse, ct) => Run(parse, run, RunLimit + asked(parse), ct));
        return command;
    }

    private static Task<int> Run(
        ParseResult parse, Func<Testbed, ParseResult, CancellationToken, Task<Figures>> run, TimeSpan limit, CancellationToken ct)
    {
        var options = new LoadOptions(parse.GetValue(Url), parse.GetValue(Storage)!, parse.GetValue(OperatorKey)!, parse.GetValue(Seed));
        return Guarded(
            parse,
            async limited =>
            {
                await using var testbed = await Testbed.Start(options, limited);
                try
                {
                    return await run(testbed, parse, limited);
                }
                catch (Exception e) when (testbed.Server is not null)
                {
                    Console.Error.WriteLine(testbed.Server.Tail());
                    throw new LoadException(e is LoadException ? e.Message : e.ToString(), e);
                }
            },
            limit,
            ct);
    }

    /// <summary>Runs within the limit, prints the figures, and answers with the exit code.</summary>
    private static async Task<int> Guarded(ParseResult parse, Func<CancellationToken, Task<Figures>> run, TimeSpan limit, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(limit, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            var figures = await run(both.Token);
            foreach (var promise in figures.Missed) Progress.Say("missed: " + promise);
            Console.WriteLine(figures);
            return figures.Failed || (figures.Missed.Count > 0 && !parse.GetValue(Busy)) ? 1 : 0;
        }
        catch (Exception e) when (e is LoadException or LaunchException or HttpRequestException || e is OperationCanceledException && both.IsCancellationRequested)
        {
            Console.Error.WriteLine(deadline.IsCancellationRequested ? $"The run was given up after {limit.TotalMinutes:F0} minutes: {e.Message}" : e.Message);
            return 1;
        }
    }
}
