using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>
/// Thousands of messages of a member outside meetings with one thing wrong in each (promise P10): each gets its documented answer, changes nothing
/// unless it was accepted, and no other member notices. <c>FUZZ_SEED</c> repeats a run.
/// </summary>
public sealed class ChannelFuzzTests : IAsyncLifetime
{
    private const int Messages = 3_000;

    private static readonly ImmutableHashSet<string> Reasons = [.. Enum.GetValues<Refusal>().Where(refusal => refusal != Refusal.Unavailable).Select(RefusalNames.Of)];

    private static readonly ImmutableArray<(string Name, Type Type, JsonSerializerOptions Options)> Kinds =
    [
        .. ContractsJson.Default.ClientCommand.PolymorphismOptions!.DerivedTypes.Where(command => command.DerivedType.IsSubclassOf(typeof(ThreadCommand)))
            .Select(command => ((string)command.TypeDiscriminator!, command.DerivedType, ContractsJson.Default.Options)),
        (ClientTypes.Follow, typeof(FollowQuery), ClientJson.Default.Options),
        (ClientTypes.Follow, typeof(FollowQuery), ClientJson.Default.Options),
        (ClientTypes.Unfollow, typeof(UnfollowQuery), ClientJson.Default.Options),
        (ClientTypes.History, typeof(HistoryQuery), ClientJson.Default.Options),
        (ClientTypes.Search, typeof(SearchQuery), ClientJson.Default.Options),
        (ClientTypes.Receipts, typeof(ReceiptsQuery), ClientJson.Default.Options),
        (ClientTypes.Signal, typeof(SignalMessage), ClientJson.Default.Options),
    ];

    // Whoever sends nothing all the while is not to be taken for gone, however long a slow machine takes.
    private readonly GatewayHost _host = new(
        TimeProvider.System, ("Gateway:Sockets:HeartbeatSeconds", "3600"), ("Gateway:Sockets:MessagesPerSecond", "1000000"), ("Gateway:Sockets:MessageBurst", "1000000"));

    private readonly int _seed = Environment.GetEnvironmentVariable("FUZZ_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task P10_thousands_of_spoilt_messages_outside_meetings_are_refused_by_name_and_change_nothing()
    {
        var random = new Random(_seed);
        var channel = await _host.NewChannel("fuzzer", "neighbour");
        await using var neighbour = await _host.Outside("neighbour");
        await neighbour.Do("follow", new JsonObject { ["channel"] = channel });
        await using var fuzzer = await _host.Outside("fuzzer");
        var (accepted, findings) = (new HashSet<long>(), new List<string>());
        for (var id = 1L; id <= Messages; id++)
        {
            var (text, expected, what) = Message(random, id, channel);
            await fuzzer.Send(text);
            // What is right and transient has no answer: the pong that follows it says that none will come.
            var isSignal = text.Contains("\"signal\"", StringComparison.Ordinal);
            if (isSignal) await fuzzer.Send("{\"type\":\"ping\"}");
            var answer = await fuzzer.Next(message => message.GetProperty("type").GetString() is not ("events" or "snapshot" or "signals"));
            var type = answer.GetProperty("type").GetString();
            if (type == "accepted") accepted.Add(id);
            var reason = type == "refused" ? answer.GetProperty("reason").GetString() : null;
            var fits = reason is null ? expected == Expected.Answer : Reasons.Contains(reason) && (expected != Expected.Invalid || reason == "invalid_argument");
            if (type != "pong") fits &= answer.GetProperty("id").GetInt64() is var of && (of == id || (of == 0 && type == "refused"));
            if (!fits) findings.Add($"seed {_seed}, {what}: {text[..Math.Min(300, text.Length)]}\nanswer: {answer.GetRawText()}");
            if (isSignal && type != "pong") await fuzzer.Next("pong");
        }
        findings.ShouldBeEmpty();
        await OnlyAccepted(channel, accepted);
        (await neighbour.Do("post_message", new JsonObject { ["channel"] = channel, ["text"] = "untouched" })).GetProperty("type").GetString().ShouldBe("accepted");
        neighbour.Faults.ShouldBeEmpty();
        fuzzer.Faults.ShouldBeEmpty();
    }

    private async Task OnlyAccepted(string channel, HashSet<long> accepted)
    {
        var stream = _host.Cluster.GetGrain<IThreadGrain>(Ids.ChannelKey(GatewayHost.Tenant, channel));
        for (long? after = 0; after is { } from;)
        {
            var page = await stream.Log(from, Limits.LogPage, CancellationToken.None);
            foreach (var one in page.Events)
                if (one.Command is { Source: "fuzzer-session" } command) accepted.ShouldContain(command.Counter, $"seed {_seed}: {one}");
            after = page.Next;
        }
    }

    private static (string Text, Expected Expected, string What) Message(Random random, long id, string channel)
    {
        var (name, type, options) = Kinds[random.Next(Kinds.Length)];
        var shapes = new FuzzShapes(random, options);
        var message = shapes.Message(type);
        (message["type"], message["id"], message["channel"]) = (name, id, channel);
        shapes.Spots.RemoveAll(spot => spot.Path == "id");
        // As often as any field, the one that every message has.
        if (random.Next(shapes.Spots.Count + 1) == 0) shapes.Spots.Add(new Spot(message, "channel", "channel", typeof(string), IsRequired: name != ClientTypes.Signal, IsNullable: name == ClientTypes.Signal, InMap: false));
        if (shapes.Spots.Count == 0 || random.Next(8) == 0) return (message.ToJsonString(), Expected.Answer, "right");
        return new FuzzFaults(random).Spoil(message, shapes.Spots[random.Next(shapes.Spots.Count)]);
    }
}
