using System.Collections.Immutable;
using System.Globalization;
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

    private static readonly ImmutableArray<FuzzKind> Kinds = [.. FuzzKind.Commands.Where(command => command.IsOfThreads), .. FuzzKind.Later];

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
            var kind = Kinds[random.Next(Kinds.Length)];
            var (text, expected, what) = Message(random, kind, id, channel);
            await fuzzer.Send(text);
            // What is right and has no answer: the pong that follows it says that none will come.
            if (kind.IsSilent) await fuzzer.Send("{\"type\":\"ping\"}");
            var answer = await fuzzer.Next(message => message.GetProperty("type").GetString() is not ("events" or "snapshot" or "signals" or "inbox_changed"));
            var type = answer.GetProperty("type").GetString();
            if (type == "accepted") accepted.Add(id);
            var reason = type == "refused" ? answer.GetProperty("reason").GetString() : null;
            var fits = reason is null ? expected == Expected.Answer : Reasons.Contains(reason) && (expected != Expected.Invalid || reason == "invalid_argument");
            if (type != "pong") fits &= answer.GetProperty("id").GetInt64() is var of && (of == id || (of == 0 && type == "refused"));
            if (!fits) findings.Add($"seed {_seed}, {what}: {text[..Math.Min(300, text.Length)]}\nanswer: {answer.GetRawText()}");
            if (kind.IsSilent && type != "pong") await fuzzer.Next("pong");
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

    private static (string Text, Expected Expected, string What) Message(Random random, FuzzKind kind, long id, string channel)
    {
        var shapes = new FuzzShapes(random, kind.Options);
        var message = kind.Shape is { } shape ? shapes.Message(shape) : [];
        (message["type"], message["id"]) = (kind.Name, id);
        shapes.Spots.RemoveAll(spot => spot.Path == "id");
        if (kind.NamesChannel)
        {
            message["channel"] = channel;
            // As often as any field, the one that most messages have.
            var optional = kind.Name == ClientTypes.Signal;
            if (random.Next(shapes.Spots.Count + 1) == 0) shapes.Spots.Add(new Spot(message, "channel", "channel", typeof(string), IsRequired: !optional, IsNullable: optional, InMap: false));
        }
        // Of a meeting's: refused before it is read.
        if (kind.Name == ClientTypes.Roster) return (Spoilt(random, message, shapes).Text, Expected.Refusal, "of a meeting");
        return Spoilt(random, message, shapes);
    }

    private static (string Text, Expected Expected, string What) Spoilt(Random random, JsonObject message, FuzzShapes shapes) =>
        shapes.Spots.Count == 0 || random.Next(8) == 0
            ? (message.ToJsonString(), Expected.Answer, "right")
            : new FuzzFaults(random).Spoil(message, shapes.Spots[random.Next(shapes.Spots.Count)]);
}
