using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>
/// Ten thousand messages with one thing wrong in each, over real connections (promise P10): each gets its documented refusal, changes nothing, and
/// nobody else notices. <c>FUZZ_SEED</c> repeats a run.
/// </summary>
public sealed class FuzzTests : IAsyncLifetime
{
    private const int SocketMessages = 7_700;
    private const int HttpBodies = 2_000;

    /// <summary>Each costs a connection.</summary>
    private const int Hellos = 300;

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

    // Bodies that are no contracts have names of their own.
    private static readonly ImmutableDictionary<Type, JsonSerializerOptions> Forms = ImmutableDictionary.CreateRange<Type, JsonSerializerOptions>(
    [
        new(typeof(NewMeeting), GatewayJson.Default.Options), new(typeof(NewChannel), GatewayJson.Default.Options),
        new(typeof(NewToken), GatewayJson.Default.Options), new(typeof(NewUserToken), GatewayJson.Default.Options),
        new(typeof(PostMessage), ContractsJson.Default.Options), new(typeof(ClientCommand), ContractsJson.Default.Options),
    ]);

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
    public async Task P10_hundreds_of_spoilt_hellos_let_nobody_in_who_may_not_and_close_by_name()
    {
        var random = new Random(_seed);
        const string Passcode = "1234567";
        await _host.Post("/v1/meetings", new JsonObject { ["id"] = "locked-up", ["title"] = "Test", ["passcode"] = Passcode });
        await using var neighbour = await _host.Join("locked-up", "neighbour", "host");
        var outside = await _host.UserToken("fuzzer");
        for (var i = 0; i < Hellos; i++)
        {
            // A newcomer each time: who is in is not asked for the passcode again.
            var inMeeting = i % 2 == 0;
            var shapes = new FuzzShapes(random, ClientJson.Default.Options);
            var hello = shapes.Message(typeof(Hello));
            (hello["type"], hello["token"], hello["session"], hello["passcode"]) = (ClientTypes.Hello, inMeeting ? await _host.Token("locked-up", $"fuzzer-{i}") : outside, $"fuzzer-{i}", Passcode);
            var spot = shapes.Spots[random.Next(shapes.Spots.Count)];
            var (text, expected, what) = new FuzzFaults(random).Spoil(hello, spot);
            var context = $"seed {_seed}, hello {i}, {spot.Path} {what}: {Cut(text)}";
            await using var fuzzer = await TestClient.Connect(_host.Socket);
            await fuzzer.Send(text);
            var closed = await FirstAnswer(fuzzer);
            var needs = inMeeting && spot.Path == "passcode";
            // Whoever is let in had nothing wrong that matters; a wrong passcode is none, and outside meetings nobody asks for one.
            if (closed is { } code ? !Enum.IsDefined(code) || code == CloseCode.Unavailable || (expected == Expected.Invalid && code != CloseCode.ProtocolError)
                : needs || expected == Expected.Invalid || (expected == Expected.Refusal && spot.Path != "passcode"))
                _findings.Add($"{context}\nanswer: {closed?.ToString() ?? "welcome"}");
        }
        (await neighbour.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
        neighbour.Faults.ShouldBeEmpty();
        _findings.ShouldBeEmpty($"seed {_seed}");
    }

    // Null: it was let in.
    private static async Task<CloseCode?> FirstAnswer(TestClient client)
    {
        try
        {
            await client.Next("welcome");
            return null;
        }
        catch (InvalidOperationException)
        {
            return await client.Closed();
        }
    }

    [Fact]
    public async Task P10_thousands_of_spoilt_bodies_are_refused_by_name_and_change_nothing()
    {
        var random = new Random(_seed);
        // What takes none makes an operator's key.
        var routes = HostRoute.Of(_host).Where(route => route.Method is "POST" or "PUT" or "PATCH" && !route.IsOperators).ToArray();
        var values = new Dictionary<string, string> { ["meeting"] = "", ["thread"] = Ids.Main, ["channel"] = "", ["user"] = "ann" };
        var accepted = new HashSet<string>();
        await using var neighbour = await _host.Join(await _host.NewMeeting(), "neighbour");
        for (var i = 0; i < HttpBodies; i++)
        {
            if (i % PerMeeting == 0)
            {
                await OnlyAccepted(values, accepted);
                (values["meeting"], values["channel"]) = (await _host.NewMeeting(), await _host.NewChannel("ann", "bob"));
            }
            var route = routes[random.Next(routes.Length)];
            var type = route.Body ?? throw new InvalidOperationException($"{route} does not say what its body is.");
            var command = type == typeof(ClientCommand) ? Pick(random, route.Commands) : null;
            var shapes = new FuzzShapes(random, Forms.TryGetValue(type, out var form) ? form : throw new InvalidOperationException($"{route}: say in the test in what form a {type.Name} is."));
            var body = shapes.Message(command ?? type);
            if (command is not null) body["type"] = FuzzKind.Commands.First(kind => kind.Shape == command).Name;
            if (shapes.Spots.Count == 0) continue;
            var (text, expected, what) = new FuzzFaults(random).Spoil(body, shapes.Spots[random.Next(shapes.Spots.Count)]);
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path(values));
            request.Content = new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
            // With it what was decided is found in the log.
            request.Headers.Add("Idempotency-Key", $"body-{i}");
            using var response = await _host.Http.SendAsync(request);
            var answer = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode) accepted.Add($"body-{i}");
            var context = $"seed {_seed}, body {i} of {route}, {what}: {Cut(text)}\nanswer {(int)response.StatusCode}: {answer}";
            Judge(response.IsSuccessStatusCode ? null : JsonDocument.Parse(answer).RootElement.GetProperty("reason").GetString(), expected, context);
        }
        await OnlyAccepted(values, accepted);
        (await neighbour.Do("raise_hand")).GetProperty("type").GetString().ShouldBe("accepted");
        neighbour.Faults.ShouldBeEmpty();
        _findings.ShouldBeEmpty($"seed {_seed}");
    }

    private static Type Pick(Random random, IEnumerable<Type> types)
    {
        var all = types.ToArray();
        return all[random.Next(all.Length)];
    }

    // The logs hold of the bodies what was accepted, and nothing that was refused.
    private async Task OnlyAccepted(Dictionary<string, string> values, HashSet<string> accepted)
    {
        if (values["meeting"].Length == 0) return;
        foreach (var stream in Streams(values["meeting"]).Append(_host.Cluster.GetGrain<IThreadGrain>(Ids.ChannelKey(GatewayHost.Tenant, values["channel"]))))
            await foreach (var one in Log(stream))
                if (one.Command is { IsKey: true, Source: var key } && key.StartsWith("body-", StringComparison.Ordinal) && !accepted.Contains(key))
                    _findings.Add($"seed {_seed}: refused, and it is in the log: {one}");
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
            var (text, expected, what, isSilent) = Message(random, id);
            await fuzzer.Send(text);
            // What is right and has no answer: the pong that follows it says that none will come.
            if (isSilent) await fuzzer.Send("{\"type\":\"ping\"}");
            var context = $"seed {_seed}, {what}: {Cut(text)}";
            var answer = await fuzzer.Next(message => message.GetProperty("type").GetString() is "accepted" or "refused" or "history" or "found" or "receipts" or "roster" or "pong");
            var type = answer.GetProperty("type").GetString();
            context += $"\nanswer: {answer.GetRawText()}";
            Judge(type == "refused" ? answer.GetProperty("reason").GetString() : null, expected, context);
            if (type == "refused") answer.GetProperty("id").GetInt64().ShouldBeOneOf([0, id], context);
            if (type == "refused" && isSilent) await fuzzer.Next("pong");
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
        foreach (var stream in Streams(meeting))
            await foreach (var one in Log(stream))
                if (one.Command is { Source: "fuzzer-session" } command)
                    accepted.ShouldContain(command.Counter, $"seed {_seed}: {one}");
    }

    private IEnumerable<IStreamGrain> Streams(string meeting) =>
    [
        _host.Cluster.GetGrain<IMeetingGrain>(Ids.MeetingKey(GatewayHost.Tenant, meeting)),
        _host.Cluster.GetGrain<IThreadGrain>(Ids.ThreadKey(GatewayHost.Tenant, meeting, Ids.Main)),
    ];

    private static async IAsyncEnumerable<Recorded> Log(IStreamGrain stream)
    {
        for (long? after = 0; after is { } from;)
        {
            var page = await stream.Log(from, Limits.LogPage, CancellationToken.None);
            foreach (var one in page.Events) yield return one;
            after = page.Next;
        }
    }

    private static (string Text, Expected Expected, string What, bool IsSilent) Message(Random random, long id)
    {
        var turn = random.Next(10);
        if (turn == 0) return Malformed(random, id);
        // Most are commands.
        var kinds = turn <= 2 ? FuzzKind.Later : FuzzKind.Commands;
        var kind = kinds[random.Next(kinds.Length)];
        var shapes = new FuzzShapes(random, kind.Options);
        var message = kind.Shape is { } shape ? shapes.Message(shape) : [];
        shapes.Spots.RemoveAll(spot => spot is { Path: "id" or "thread" });
        message["type"] = kind.Name;
        message["id"] = id;
        if (shapes.Spots.Count == 0) return Endings.Contains(kind.Name) && random.Next(20) > 0 ? Malformed(random, id) : (message.ToJsonString(), Expected.Answer, "right", kind.IsSilent);
        var (text, expected, what) = new FuzzFaults(random).Spoil(message, shapes.Spots[random.Next(shapes.Spots.Count)]);
        return (text, expected, what, kind.IsSilent);
    }

    // Wrong as a whole, or in the fields that every message has.
    private static (string Text, Expected Expected, string What, bool IsSilent) Malformed(Random random, long id)
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
        return (text, Expected.Invalid, "malformed", false);
    }

    /// <param name="reason">Null where the message was accepted.</param>
    private void Judge(string? reason, Expected expected, string context)
    {
        var fits = reason is null ? expected == Expected.Answer
            : Reasons.Contains(reason) && reason != Unavailable && (expected != Expected.Invalid || reason == "invalid_argument");
        if (!fits && _findings.Count < MostFindings) _findings.Add(context);
    }

    private static string Cut(string text) => text.Length <= 400 ? text : text[..400] + "…";
}
