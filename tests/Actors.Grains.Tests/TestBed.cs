using System.Globalization;
using System.Text;
using Actors.Contracts;
using Actors.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;
using Shouldly;

namespace Actors.Grains.Tests;

/// <summary>A cluster, of one silo unless said otherwise, whose storage and time are in the test's hands. What is stored outlives the silos.</summary>
internal sealed class TestBed : IAsyncDisposable
{
    public const string Tenant = "acme";

    /// <summary>Far beyond anything a test waits for: it turns a hang into a failure.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly InProcessTestCluster _cluster;
    private readonly KeptGrainStorage _states = new();
    private int _starts;
    private long _counter;

    private TestBed(IEventLog? eventLog, short silos, StallGuard? stalls)
    {
        Log = new ScriptedEventLog(eventLog ?? new InMemoryEventLog(Time));
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSiloHost((_, host) =>
        {
            var start = Interlocked.Increment(ref _starts);
            host.Services.AddSingleton<IEventLog>(Log);
            host.Services.AddSingleton<IListIndex>(Lists);
            host.Services.AddSingleton(new MeetingClock(Time));
            host.Services.AddSingleton(new WriterIds($"silo{start.ToString(CultureInfo.InvariantCulture)}", start));
            if (stalls is not null) host.Services.AddSingleton(stalls);
            host.Services.AddKeyedSingleton<IGrainStorage>(TenantGrain.Storage, _states);
        });
        // After the silo, as a server does: what stops first is what was added last.
        builder.ConfigureSilo((_, silo) => silo.UseInMemoryReminderService().Services.AddActorsGrains());
        _cluster = builder.Build();
    }

    public ManualTime Time { get; } = new();

    public ScriptedEventLog Log { get; }

    public ScriptedListIndex Lists { get; } = new(new InMemoryListIndex());

    public IMeetingsGrain Meetings => _cluster.Client.GetGrain<IMeetingsGrain>(Tenant);

    public IServiceProvider Silo => _cluster.Silos[0].ServiceProvider;

    public static async Task<TestBed> Start(IEventLog? eventLog = null, short silos = 1, StallGuard? stalls = null)
    {
        var bed = new TestBed(eventLog, silos, stalls);
        await bed._cluster.DeployAsync();
        return bed;
    }

    public IMeetingGrain Meeting(string id = "m1") => _cluster.Client.GetGrain<IMeetingGrain>(Ids.MeetingKey(Tenant, id));

    public IRoomGrain Room(string room, string meeting = "m1") => _cluster.Client.GetGrain<IRoomGrain>(Ids.RoomKey(Tenant, meeting, room));

    public IThreadGrain Thread(string place = Ids.Main, string meeting = "m1") =>
        _cluster.Client.GetGrain<IThreadGrain>(Ids.ThreadKey(Tenant, meeting, place));

    public IClusterClient Client => _cluster.Client;

    /// <summary>Until so many commands wait for an append: an engine need not keep calls in order, so no later answer tells that they have come.</summary>
    public async Task Waiting(int commands)
    {
        var metrics = Silo.GetRequiredService<GrainMetrics>();
        for (var begun = TimeProvider.System.GetTimestamp(); metrics.WaitingCommands < commands; await Task.Yield())
            TimeProvider.System.GetElapsedTime(begun).ShouldBeLessThan(Patience);
    }

    /// <summary>As kill -9 would: nothing is deactivated, nothing is finished.</summary>
    public async Task Kill()
    {
        await _cluster.KillSiloAsync(_cluster.Silos[0]);
        await _cluster.StartAdditionalSiloAsync();
        await _cluster.WaitForLivenessToStabilizeAsync(didKill: true);
        await Reconnect();
    }

    /// <summary>The silo ends in good order and another takes its place.</summary>
    public async Task Restart()
    {
        await _cluster.RestartSiloAsync(_cluster.Silos[0]);
        await Reconnect();
    }

    /// <summary>All that storage holds of the main thread, as text.</summary>
    public async Task<string> StoredThread()
    {
        var (everything, stream) = (new StringBuilder(), Streams.Thread(Ids.ThreadKey(Tenant, "m1", Ids.Main)));
        for (var from = 1L; ;)
        {
            var page = await Log.Inner.ReadForward(stream, from, ReadLimit.Default, default);
            foreach (var batch in page.Batches) everything.Append(Encoding.UTF8.GetString(batch.Events.Span));
            if (page.End || page.Batches.IsEmpty) break;
            from = page.Batches[^1].Version + page.Batches[^1].Count;
        }
        foreach (var overlay in await Log.Inner.ReadOverlays(stream, 0, 100, default)) everything.Append(Encoding.UTF8.GetString(overlay.Payload.Span));
        return everything.ToString();
    }

    /// <summary>As kill -9 would to the silo that has run the longest; another joins. The client stays.</summary>
    public async Task KillOne()
    {
        await _cluster.KillSiloAsync(_cluster.Silos[0]);
        await _cluster.WaitForLivenessToStabilizeAsync(didKill: true);
        await Add();
    }

    /// <summary>The silo that has run the longest hands over and leaves.</summary>
    public Task StopOne() => _cluster.StopSiloAsync(_cluster.Silos[0]);

    public async Task Add()
    {
        await _cluster.StartAdditionalSiloAsync();
        await _cluster.WaitForLivenessToStabilizeAsync();
    }

    // A client waits a while before it tries a silo again that it has lost; a fresh one does not.
    private async Task Reconnect()
    {
        await _cluster.StopClusterClientAsync();
        await _cluster.InitializeClientAsync();
    }

    public CommandId NextId(string source = "api") => new(source, Interlocked.Increment(ref _counter));

    public Request ByBackend(Command command, long seen = 0, long meetingSeen = 0) => new(NextId(), Caller.Backend("api"), command, seen, meetingSeen);

    public Request By(string participant, Command command, long seen = 0, long meetingSeen = 0) =>
        new(NextId(SessionOf(participant)), Caller.Participant(participant), command, seen, meetingSeen);

    /// <summary>With an identity of its own: a session remembers its last 64 commands only, and calls may overtake each other.</summary>
    public Request Alone(Request request) => request with { Id = CommandId.OfKey($"key{Interlocked.Increment(ref _counter).ToString(CultureInfo.InvariantCulture)}") };

    public Request Joining(string participant, Role role = Role.Participant, string gateway = "g1", string? connection = null) => new(
        NextId(SessionOf(participant)),
        Caller.System,
        new Join(participant, participant, role, Kind.Person, false, SessionOf(participant), connection ?? "c-" + participant, gateway, Time.GetUtcNow()));

    public static string SessionOf(string participant) => "s-" + participant;

    /// <summary>A created and started meeting.</summary>
    public async Task<IMeetingGrain> Opened(string id = "m1", MeetingSettings? settings = null)
    {
        var meeting = Meeting(id);
        await Accepted(meeting, ByBackend(new CreateMeeting("Lesson", settings ?? MeetingSettings.Default)));
        await Accepted(meeting, ByBackend(new StartMeeting()));
        // Its thread has heard of it: nothing of this is still under way when the test begins.
        await meeting.Wake(default);
        return meeting;
    }

    public static async Task<Accepted> Accepted(IStreamGrain grain, Request request) =>
        (await grain.Execute(request, CancellationToken.None).AsTask().WaitAsync(Patience)).ShouldBeOfType<Accepted>();

    public static async Task<Refusal> Refused(IStreamGrain grain, Request request) =>
        (await grain.Execute(request, CancellationToken.None).AsTask().WaitAsync(Patience)).ShouldBeOfType<Refused>().Reason;

    /// <summary>What an inbox says of a thread, once it has been told of it.</summary>
    public async Task<InboxEntry> Entry(string user, string place)
    {
        var thread = Ids.ThreadKey(Tenant, "m1", place);
        for (var begun = TimeProvider.System.GetTimestamp(); ; await Task.Yield())
        {
            var entries = (await _cluster.Client.GetGrain<IInboxGrain>(Ids.InboxKey(Tenant, user)).List(new InboxRequest(), default)).Threads;
            if (entries.SingleOrDefault(one => one.Thread == thread) is { } entry) return entry;
            TimeProvider.System.GetElapsedTime(begun).ShouldBeLessThan(Patience);
        }
    }

    /// <summary>The whole log, as stored.</summary>
    public static async Task<List<Recorded>> Events(IStreamGrain grain)
    {
        var events = new List<Recorded>();
        for (long? after = 0; after is { } next;)
        {
            var page = await grain.Log(next, Limits.LogPage, CancellationToken.None);
            events.AddRange(page.Events);
            after = page.Next;
        }
        return events;
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}
