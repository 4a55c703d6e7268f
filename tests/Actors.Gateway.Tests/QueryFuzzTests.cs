using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>
/// Numbers in addresses that are none, or out of range, alone and several at once (promise P10): the documented refusal names one of them, and
/// whatever is right beside them is answered. <c>FUZZ_SEED</c> repeats a run.
/// </summary>
public sealed class QueryFuzzTests : IAsyncLifetime
{
    private const int Requests = 1_500;

    private readonly GatewayHost _host = new(TimeProvider.System, ("Gateway:Http:RequestsPerSecond", "1000000"));

    private readonly int _seed = Environment.GetEnvironmentVariable("FUZZ_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Environment.TickCount;

    private sealed record Parameter(string Name, long Lowest, long Highest);

    private static readonly Parameter Limit = new("limit", 1, Limits.HistoryPage);
    private static readonly Parameter LogLimit = new("limit", 1, Limits.LogPage);
    private static readonly Parameter Before = new("before", 1, long.MaxValue);
    private static readonly Parameter After = new("after", 0, long.MaxValue);
    private static readonly Parameter Around = new("around", 1, long.MaxValue);
    private static readonly Parameter Seen = new("seen", 0, long.MaxValue);
    private static readonly Parameter Message = new("message", 1, long.MaxValue);

    // What every parameter may hold, by route; {message} is one of the path.
    private static readonly (string Path, Parameter[] Parameters)[] Routes =
    [
        ("/v1/meetings/{0}", [Seen]),
        ("/v1/meetings/{0}/events", [After, LogLimit]),
        ("/v1/meetings/{0}/participants", [After, Limit, Seen]),
        ("/v1/meetings/{0}/threads/main", [Seen]),
        ("/v1/meetings/{0}/threads/main/messages", [Before, Limit, Seen]),
        ("/v1/meetings/{0}/threads/main/messages", [After, Limit]),
        ("/v1/meetings/{0}/threads/main/messages", [Around, Limit]),
        ("/v1/meetings/{0}/threads/main/messages/{message}/receipts", [Message, Limit, Seen]),
        ("/v1/meetings/{0}/threads/main/export", [After]),
        ("/v1/meetings/{0}/threads/main/events", [After, LogLimit]),
        ("/v1/meetings/{0}/threads/main/search?q=message&", [Before, new("limit", 1, Limits.SearchPage)]),
        ("/v1/search?q=message&", [new("limit", 1, Limits.SearchPage)]),
        ("/v1/meetings", [new("limit", 1, Limits.ListPage)]),
        ("/v1/channels/{0}/members", [new("limit", 1, Limits.MembersPage)]),
        ("/v1/channels/{0}/messages", [Before, Limit]),
        ("/v1/channels/{0}/events", [After, LogLimit]),
    ];

    private static readonly string[] NoNumbers =
        ["", " ", "null", "abc", "1.5", "1e3", "0x10", "true", "١", "1,2", "9223372036854775808", "-9223372036854775809", new string('9', 400), "NaN", "[]", "{}", "\u0001", "1;2", "--1", "∞"];

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task P10_bad_numbers_in_addresses_are_refused_by_name_and_never_fail()
    {
        var (id, random) = (await Prepared(), new Random(_seed));
        var findings = new List<string>();
        for (var i = 0; i < Requests; i++)
        {
            var (path, parameters) = Routes[random.Next(Routes.Length)];
            // The first is wrong every other time, the rest now and then.
            var values = parameters.Select((parameter, at) => random.Next(at == 0 ? 2 : 6) == 0 ? Bad(random, parameter) : Good(random, parameter)).ToArray();
            var wrong = parameters.Where((_, at) => values[at].IsBad).Select(parameter => parameter.Name).ToHashSet();
            var address = Address(path, id, parameters, [.. values.Select(value => value.Text)]);
            using var response = await _host.Http.GetAsync(address);
            var text = await response.Content.ReadAsStringAsync();
            var fits = wrong.Count == 0 ? IsAnswer(response, text) : IsRefusal(response, text, wrong);
            if (!fits) findings.Add($"seed {_seed}: {address}\n{(int)response.StatusCode} {text[..Math.Min(300, text.Length)]}");
        }
        findings.ShouldBeEmpty();
    }

    [Fact]
    public async Task P10_the_largest_number_is_beyond_every_event_and_one_of_many_values_is_none()
    {
        var id = await Prepared();
        var messages = $"/v1/meetings/{id}/threads/main/messages";
        (await _host.Get($"{messages}?after={long.MaxValue}")).GetProperty("messages").GetArrayLength().ShouldBe(0);
        (await _host.Get($"{messages}?before={long.MaxValue}")).GetProperty("messages").GetArrayLength().ShouldBe(3);
        (await _host.Get($"{messages}?around={long.MaxValue}&limit=1")).GetProperty("messages")[0].GetProperty("text").GetString().ShouldBe("message 2");
        (await _host.Get($"/v1/meetings/{id}/events?after={long.MaxValue}")).GetProperty("events").GetArrayLength().ShouldBe(0);
        (await _host.Http.GetStringAsync($"/v1/meetings/{id}/threads/main/export?after={long.MaxValue}")).ShouldBeEmpty();
        using var twice = await _host.Http.GetAsync($"{messages}?limit=1&limit=2");
        twice.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        // Who may not ask is told nothing about the question.
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{messages}?limit=abc");
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", "ak.acme.tests.wrong");
        using var stranger = await _host.Http.SendAsync(request);
        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<string> Prepared()
    {
        var id = await _host.NewMeeting();
        await using var ann = await _host.Join(id, "ann", "host");
        for (var i = 0; i < 3; i++) await ann.Do("post_message", new JsonObject { ["text"] = $"message {i}" });
        await _host.Post("/v1/channels", new JsonObject { ["id"] = id, ["name"] = "General" });
        return id;
    }

    private static (string Text, bool IsBad) Bad(Random random, Parameter parameter)
    {
        if (random.Next(2) == 0) return (NoNumbers[random.Next(NoNumbers.Length)], true);
        long[] outside = parameter.Highest == long.MaxValue
            ? [parameter.Lowest - 1, -7, long.MinValue]
            : [parameter.Lowest - 1, parameter.Highest + 1, -7, int.MaxValue, int.MinValue, (long)int.MaxValue + 1, long.MaxValue];
        return (outside[random.Next(outside.Length)].ToString(CultureInfo.InvariantCulture), true);
    }

    private static (string Text, bool IsBad) Good(Random random, Parameter parameter)
    {
        long[] inside = [parameter.Lowest, parameter.Lowest + 1, parameter.Lowest + 5, parameter.Highest, parameter.Highest - 1];
        return (inside[random.Next(inside.Length)].ToString(CultureInfo.InvariantCulture), false);
    }

    private static string Address(string path, string id, Parameter[] parameters, string[] values)
    {
        var query = new List<string>();
        for (var i = 0; i < parameters.Length; i++)
        {
            var mark = $"{{{parameters[i].Name}}}";
            // A segment that is empty or blank would be another route.
            var text = path.Contains(mark, StringComparison.Ordinal) && string.IsNullOrWhiteSpace(values[i]) ? "x" : values[i];
            if (path.Contains(mark, StringComparison.Ordinal)) path = path.Replace(mark, Uri.EscapeDataString(text), StringComparison.Ordinal);
            else query.Add($"{parameters[i].Name}={Uri.EscapeDataString(text)}");
        }
        return string.Format(CultureInfo.InvariantCulture, path, id) + (query.Count == 0 ? "" : (path.Contains('?', StringComparison.Ordinal) ? "" : "?") + string.Join('&', query));
    }

    // A message may be unknown; nothing else that is right is refused.
    private static bool IsAnswer(HttpResponseMessage response, string text) =>
        response.StatusCode == HttpStatusCode.OK || (response.StatusCode == HttpStatusCode.NotFound && text.Contains("unknown_message", StringComparison.Ordinal));

    private static bool IsRefusal(HttpResponseMessage response, string text, HashSet<string> wrong)
    {
        if (response.StatusCode != HttpStatusCode.UnprocessableEntity || response.Content.Headers.ContentType?.MediaType != "application/problem+json") return false;
        var problem = JsonDocument.Parse(text).RootElement;
        return problem.GetProperty("reason").GetString() == "invalid_argument" && wrong.Any(name => problem.GetProperty("detail").GetString()!.StartsWith(name, StringComparison.Ordinal));
    }
}
