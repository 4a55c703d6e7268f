using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>
/// Ten thousand messages with one thing wrong in each, over real connections (promise P10): each gets its documented refusal, changes nothing, and
/// nobody else notices. <c>FUZZ_SEED</c> repeats a run.
/// </summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const int SocketMessages = 8_000;
    private const int HttpBodies = 2_000;

    /// <summary>Messages to one meeting; some of them end it.</summary>
    private const int PerMeeting = 250;

    private const int MostFindings = 40;

    private static readonly string Unavailable = RefusalNames.Of(Refusal.Unavailable);

    // Every refusal that has a name, and nothing else, may be a reason.
    private static readonly ImmutableHashSet<string> Reasons = [.. Enum.GetValues<Refusal>().Select(RefusalNames.Of)];

    // Ways out of the meeting; rare, so that most of the run happens inside.
    private static readonly ImmutableHashSet<string> Endings = ["end_meeting", "leave", "cancel_meeting"];

    // Whoever sends nothing all the while is not to be taken for gone, however long a slow machine takes.
    private readonly GatewayHost _host = new(
        TimeProvider.System,
        ("Gateway:Sockets:HeartbeatSeconds", "3600"), ("Gateway:Sockets:MessagesPerSecond", "1000000"), ("Gateway:Sockets:MessageBurst", "1000000"), ("Gateway:Http:RequestsPerSecond", "1000000"));

    private readonly int _seed = Environment.GetEnvironmentVariable("FUZZ_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;

    // What was wrong, all of it: one run shows more than its first finding.
    private readonly List<string> _findings = [];

    private static ImmutableArray<JsonDerivedType> Commands => [.. ContractsJson.Default.ClientCommand.PolymorphismOptions!.DerivedTypes];

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task P10_thousands_of_spoilt_messages_on_a_socket_are_refused_by_name_and_change_nothing()
    {
        var random = new Random(_seed);
        for (var sent = 0; sent < SocketMessages;) sent += await InOneMeeting(random, Math.Min(PerMeeting, SocketMessages - sent));
        _findings.ShouldBeEmpty($"seed {_seed}");
    }

    [Fact]
    public async Task P10_thousands_of_spoilt_bodies_are_refused_by_name_and_change_nothing()
    {
        var random = new Random(_seed);
        var meeting = await _host.NewMeeting();
        await using var neighbour = await _host.Join(meeting, "neighbour");
        for (var i = 0; i < HttpBodies; i++)
        {
            if (i % PerMeeting == 0) meeting = await _host.NewMeeting();
            var (path, type, options) = Route(random, meeting);
            var shapes = new FuzzShapes(random, options);
            var body = shapes.Message(type);
            if (path.EndsWith("/commands", StringComparison.Ordinal))
                body["type"] = (string)Commands.First(command => command.DerivedType == type).TypeDiscriminator!;
            if (shapes.Spots.Count == 0) continue;
            var (text, expected, what) = new FuzzFaults(random).Spoil(body, shapes.Spots[random.Next(shapes.Spots.Count)]);
            var before = await Head(meeting);
            using var content = new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            using var response = await _host.Http.PostAsync(path, content);
            var answer = await response.Content.ReadAsStringAsync();
            var context = $"seed {_seed}, body {i} to {path}, {what}: {Cut(text)}\nanswer {(int)response.StatusCode}: {answer}";
            Judge(response.IsSuccessStatusCode ? null : JsonDocument.Parse(answer).RootElement.GetProperty("reason").GetString(), expected, context);
            if (!response.IsSuccessStatusCode && await Head(meeting) != before) _findings.Add("changed something: " + context);
        }
        (await neighbour.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
        neighbour.Faults.ShouldBeEmpty();
        _findings.ShouldBeEmpty($"seed {_seed}");
    }

    private static (string Path, Type Body, JsonSerializerOptions Options) Route(Random random, string meeting)
    {
        var contracts = ContractsJson.Default.Options;
        switch (random.Next(4))
        {
            case 0:
                return ("/v1/meetings", typeof(NewMeeting), GatewayJson.Default.Options);
            case 1:
                return ($"/v1/meetings/{meeting}/tokens", typeof(NewToken), GatewayJson.Default.Options);
            case 2:
                return ($"/v1/meetings/{meeting}/threads/main/messages", typeof(PostMessage), contracts);
            default:
                var command = Commands[random.Next(Commands.Length)].DerivedType;
                var target = command.IsSubclassOf(typeof(ThreadCommand)) ? "/threads/main" : "";
                return ($"/v1/meetings/{meeting}{target}/commands", command, contracts);
        }
    }

    private async Task<int> InOneMeeting(Random random, int count)
    {
        var meeting = await _host.NewMeeting();
        await using var neighbour = await _host.Join(meeting, "neighbour");
        await using var ann = await _host.Join(meeting, "ann", "presenter");
        await using var fuzzer = await _host.Join(meeting, "fuzzer", "host");
        var accepted = new HashSet<long>();
        var sent = 0;
        while (sent < count)
        {
            var id = ++sent;
            var (text, expected, what) = Message(random, id);
            await fuzzer.Send(text);
            var isSignal = text.Contains("\"signal\"", StringComparison.Ordinal);
            // What is right and transient has no answer: the pong that follows it says that none will come.
            if (isSignal) await fuzzer.Send("{\"type\":\"ping\"}");
            var context = $"seed {_seed}, {what}: {Cut(text)}";
            var answer = await fuzzer.Next(message => message.GetProperty("type").GetString() is "accepted" or "refused" or "history" or "found" or "receipts" or "pong");
            var type = answer.GetProperty("type").GetString();
            context += $"\nanswer: {answer.GetRawText()}";
            Judge(type == "refused" ? answer.GetProperty("reason").GetString() : null, expected, context);
            if (type == "refused") answer.GetProperty("id").GetInt64().ShouldBeOneOf([0, id], context);
            if (type == "refused" && isSignal) await fuzzer.Next("pong");
            if (type != "accepted") continue;
            accepted.Add(id);
            if (Endings.Any(ending => text.Contains($"\"{ending}\"", StringComparison.Ordinal))) break;
        }
        await NothingElseHappened(meeting, accepted);
        neighbour.Faults.ShouldBeEmpty($"seed {_seed}");
        ann.Faults.ShouldBeEmpty($"seed {_seed}");
        return sent;
    }

    // The log holds what was accepted from the fuzzer and nothing that was refused.
    private async Task NothingElseHappened(string meeting, HashSet<long> accepted)
    {
        var streams = new IStreamGrain[]
        {
            _host.Cluster.GetGrain<IMeetingGrain>(Ids.MeetingKey(GatewayHost.Tenant, meeting)),
            _host.Cluster.GetGrain<IThreadGrain>(Ids.ThreadKey(GatewayHost.Tenant, meeting, Ids.Main)),
        };
        foreach (var stream in streams)
        {
            long? after = 0;
            while (after is { } from)
            {
                var page = await stream.Log(from, Limits.LogPage, CancellationToken.None);
                foreach (var one in page.Events)
                    if (one.Command is { Source: "fuzzer-session" } command)
                        accepted.ShouldContain(command.Counter, $"seed {_seed}: {one}");
                after = page.Next;
            }
        }
    }

    private static (string Text, Expected Expected, string What) Message(Random random, long id)
    {
        var kind = random.Next(10);
        if (kind == 0) return Malformed(random, id);
        var (name, type, options) = Kind(random, kind);
        var shapes = new FuzzShapes(random, options);
        var message = shapes.Message(type);
        shapes.Spots.RemoveAll(spot => spot is { Path: "id" or "thread" });
        message["type"] = name;
        message["id"] = id;
        if (shapes.Spots.Count == 0) return Endings.Contains(name) && random.Next(20) > 0 ? Malformed(random, id) : (message.ToJsonString(), Expected.Answer, "right");
        var (text, expected, what) = new FuzzFaults(random).Spoil(message, shapes.Spots[random.Next(shapes.Spots.Count)]);
        return (text, expected, what);
    }

    private static (string Name, Type Type, JsonSerializerOptions Options) Kind(Random random, int kind) => kind switch
    {
        1 => (ClientTypes.History, typeof(HistoryQuery), ClientJson.Default.Options),
        2 when random.Next(3) == 0 => (ClientTypes.Search, typeof(SearchQuery), ClientJson.Default.Options),
        2 when random.Next(2) == 0 => (ClientTypes.Receipts, typeof(ReceiptsQuery), ClientJson.Default.Options),
        2 => (ClientTypes.Signal, typeof(SignalMessage), ClientJson.Default.Options),
        _ when Commands[random.Next(Commands.Length)] is var command => ((string)command.TypeDiscriminator!, command.DerivedType, ContractsJson.Default.Options),
        _ => throw new InvalidOperationException(),
    };

    // Wrong as a whole, or in the fields that every message has.
    private static (string Text, Expected Expected, string What) Malformed(Random random, long id)
    {
        var right = $"{{\"type\":\"set_media\",\"id\":{id},\"microphone\":true}}";
        string[] wrong =
        [
            right[..random.Next(1, right.Length)],
            right + right,
            right.Replace("\"id\":" + id, "\"id\":-" + id, StringComparison.Ordinal),
            right.Replace("\"id\":" + id, "\"id\":" + id + ".5", StringComparison.Ordinal),
            right.Replace("\"id\":" + id, "\"id\":\"" + id + "\"", StringComparison.Ordinal),
            right.Replace("\"id\":" + id, "\"id\":null", StringComparison.Ordinal),
            right.Replace("\"set_media\"", "null", StringComparison.Ordinal),
            right.Replace("\"set_media\"", "[]", StringComparison.Ordinal),
            right.Replace("\"set_media\"", "\"\\ud800\"", StringComparison.Ordinal),
            right.Replace("\"microphone\"", "\"place\":{},\"microphone\"", StringComparison.Ordinal),
            right.Replace("\"microphone\"", "\"place\":\"a/b\",\"microphone\"", StringComparison.Ordinal),
            right.Replace("\"microphone\"", "\"place\":\"\\u0000\",\"microphone\"", StringComparison.Ordinal),
            right.Replace(":true", ":tru", StringComparison.Ordinal),
            right.Replace('{', '['),
            $"{{\"type\":\"post_message\",\"id\":{id},\"text\":\"x\",\"thread\":\"a/b\"}}",
            $"{{\"type\":\"post_message\",\"id\":{id},\"text\":\"x\",\"thread\":[]}}",
            $"{{\"type\":\"post_message\",\"id\":{id},\"text\":\"x\",\"thread\":\"{new string('t', 65)}\"}}",
            "", " ", "null", "7", "\"text\"", "[]", "{}", new string('[', 500), new string('{', 500), "{\"a\":" + new string('9', 1_000) + "}",
        ];
        var text = wrong[random.Next(wrong.Length)];
        return (text, Expected.Invalid, "malformed");
    }

    /// <param name="reason">Null where the message was accepted.</param>
    private void Judge(string? reason, Expected expected, string context)
    {
        var fits = reason is null ? expected == Expected.Answer
            : Reasons.Contains(reason) && reason != Unavailable && (expected != Expected.Invalid || reason == "invalid_argument");
        if (!fits && _findings.Count < MostFindings) _findings.Add(context);
    }

    private async Task<long> Head(string meeting)
    {
        var stream = _host.Cluster.GetGrain<IMeetingGrain>(Ids.MeetingKey(GatewayHost.Tenant, meeting));
        return (await stream.View(new ViewRequest(Audience.Moderators), CancellationToken.None))!.Number;
    }

    private static string Cut(string text) => text.Length <= 400 ? text : text[..400] + "…";
}
