using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Load.Processes;

namespace Actors.Load.Client;

/// <summary>A backend's side: the HTTP interface with a tenant's API key. Waits out a server that is down or busy, up to a deadline.</summary>
internal sealed class Api(HttpClient http, TimeProvider time) : IDisposable
{
    /// <summary>Longest wait for a server that is being restarted or sheds load.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Events of one page: the product's largest.</summary>
    private const int EventPage = 1_000;

    /// <summary>Messages of one page: the product's largest.</summary>
    private const int MessagePage = 200;

    /// <summary>Makes an API key for a tenant with the operator's key and uses it from here.</summary>
    public async Task LogIn(string operatorKey, string tenant, CancellationToken ct)
    {
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorKey);
        var made = await Ask(HttpMethod.Put, $"/v1/tenants/{tenant}/keys/load", [], ct);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.GetProperty("key").GetString());
    }

    /// <param name="more">Further fields of the body.</param>
    public async Task<string> CreateMeeting(string title, JsonObject? settings, CancellationToken ct, JsonObject? more = null)
    {
        var body = more ?? [];
        body["title"] = title;
        if (settings is not null) body["settings"] = settings;
        var made = await Ask(HttpMethod.Post, "/v1/meetings", body, ct);
        return made.GetProperty("id").GetString()!;
    }

    public async Task<string> Token(string meeting, string participant, string name, string role, CancellationToken ct)
    {
        var body = new JsonObject { ["participant"] = participant, ["name"] = name, ["role"] = role };
        var made = await Ask(HttpMethod.Post, $"/v1/meetings/{meeting}/tokens", body, ct);
        return made.GetProperty("token").GetString()!;
    }

    /// <summary>A command of the backend itself.</summary>
    public Task Command(string meeting, string type, CancellationToken ct) =>
        Ask(HttpMethod.Post, $"/v1/meetings/{meeting}/commands", new JsonObject { ["type"] = type }, ct);

    /// <summary>Ids in a list of the tenant's meetings, of one tag.</summary>
    public async Task<List<string>> Meetings(string status, string tag, CancellationToken ct) =>
        Ids(await Ask(HttpMethod.Get, $"/v1/meetings?status={status}&tag={tag}", null, ct));

    /// <summary>Ids of a series' occurrences, the current one first.</summary>
    public async Task<List<string>> Occurrences(string series, CancellationToken ct) =>
        Ids(await Ask(HttpMethod.Get, $"/v1/meetings/{series}/occurrences", null, ct));

    /// <summary>Makes a channel with these members.</summary>
    public async Task<string> CreateChannel(string name, IEnumerable<string> members, CancellationToken ct)
    {
        var made = await Ask(HttpMethod.Post, "/v1/channels", new JsonObject { ["name"] = name }, ct);
        var channel = made.GetProperty("id").GetString()!;
        var added = new JsonArray([.. members.Select(member => new JsonObject { ["participant"] = member })]);
        await Ask(HttpMethod.Post, $"/v1/channels/{channel}/commands", new JsonObject { ["type"] = "add_members", ["members"] = added }, ct);
        return channel;
    }

    /// <summary>Posts to a channel in a member's name.</summary>
    public Task Post(string channel, string member, string text, IEnumerable<string> mentions, CancellationToken ct) => Ask(
        HttpMethod.Post,
        $"/v1/channels/{channel}/commands?as={member}",
        new JsonObject { ["type"] = "post_message", ["text"] = text, ["mentions"] = new JsonArray([.. mentions.Select(m => JsonValue.Create(m))]) },
        ct);

    /// <summary>What is new for a user, thread by thread.</summary>
    public async Task<List<JsonElement>> Inbox(string user, CancellationToken ct) => Listed(await Ask(HttpMethod.Get, $"/v1/users/{user}/inbox", null, ct));

    /// <summary>Messages with these words in all threads that a user may read.</summary>
    public async Task<List<JsonElement>> Search(string words, string user, CancellationToken ct) =>
        Listed(await Ask(HttpMethod.Get, $"/v1/search?q={Uri.EscapeDataString(words)}&as={user}", null, ct));

    // A page has one list, whatever its name.
    private static List<JsonElement> Listed(JsonElement page) => [.. page.EnumerateObject().First(p => p.Value.ValueKind == JsonValueKind.Array).Value.EnumerateArray()];

    private static List<string> Ids(JsonElement page) => [.. page.GetProperty("meetings").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];

    /// <param name="seen">The view shows this number at least.</param>
    public Task<JsonElement> Meeting(string meeting, CancellationToken ct, long seen = 0) =>
        Ask(HttpMethod.Get, $"/v1/meetings/{meeting}?seen={seen}", null, ct);

    /// <summary>As <see cref="Meeting"/>; of kind <see cref="JsonValueKind.Undefined"/> where the server knows no such room.</summary>
    public Task<JsonElement> Room(string meeting, string room, CancellationToken ct, long seen = 0) =>
        Ask(HttpMethod.Get, $"/v1/meetings/{meeting}/rooms/{room}?seen={seen}", null, ct, emptyIfMissing: true);

    public Task<JsonElement> Receipts(string meeting, string thread, CancellationToken ct) =>
        Ask(HttpMethod.Get, $"/v1/meetings/{meeting}/threads/{thread}/receipts", null, ct);

    /// <summary>The whole log of a stream: <c>meeting</c>, <c>room/…</c> or <c>thread/…</c>. Empty where it was never written.</summary>
    public async Task<List<JsonElement>> Events(string meeting, string stream, CancellationToken ct)
    {
        var path = $"/v1/meetings/{meeting}" + stream switch
        {
            "meeting" => "",
            _ when stream.StartsWith("room/", StringComparison.Ordinal) => "/rooms/" + stream["room/".Length..],
            _ => "/threads/" + stream["thread/".Length..],
        };
        var events = new List<JsonElement>();
        for (long? after = 0; after is not null;)
        {
            var page = await Ask(HttpMethod.Get, $"{path}/events?after={after}&limit={EventPage}", null, ct, emptyIfMissing: after == 0);
            if (page.ValueKind == JsonValueKind.Undefined) break;
            events.AddRange(page.GetProperty("events").EnumerateArray());
            after = page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.Number ? next.GetInt64() : null;
        }
        return events;
    }

    /// <summary>All messages of a thread as they read now, oldest first.</summary>
    public async Task<List<JsonElement>> Messages(string meeting, string thread, CancellationToken ct)
    {
        var messages = new List<JsonElement>();
        for (long? after = 0; after is not null;)
        {
            var page = await Ask(HttpMethod.Get, $"/v1/meetings/{meeting}/threads/{thread}/messages?after={after}&limit={MessagePage}", null, ct, emptyIfMissing: after == 0);
            if (page.ValueKind == JsonValueKind.Undefined) break;
            messages.AddRange(page.GetProperty("messages").EnumerateArray());
            after = page.TryGetProperty("newer", out var newer) && newer.ValueKind == JsonValueKind.Number ? newer.GetInt64() : null;
        }
        return messages;
    }

    public void Dispose() => http.Dispose();

    /// <exception cref="HttpRequestException">The server refused, or stayed away for too long.</exception>
    private async Task<JsonElement> Ask(HttpMethod method, string path, JsonObject? body, CancellationToken ct, bool emptyIfMissing = false)
    {
        for (var started = time.GetTimestamp(); ;)
        {
            var (answer, why) = await Try(method, path, body, emptyIfMissing, ct);
            if (answer is not null)
                return answer.Value;
            if (time.GetElapsedTime(started) > Patience)
                throw new HttpRequestException($"{method} {path} did not succeed within {Patience.TotalSeconds:F0} s: {why}");
            await Task.Delay(RetryPause, time, ct);
        }
    }

    private async Task<(JsonElement? Answer, string? Why)> Try(
        HttpMethod method, string path, JsonObject? body, bool emptyIfMissing, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body);
        try
        {
            using var response = await http.SendAsync(request, ct);
            var text = await response.Content.ReadAsStringAsync(ct);
            if (response.IsSuccessStatusCode)
                return (JsonSerializer.Deserialize<JsonElement>(text), null);
            if (response.StatusCode == HttpStatusCode.NotFound && emptyIfMissing)
                return (default(JsonElement), null);
            var why = $"{(int)response.StatusCode} {text}";
            return response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
                ? (null, why)
                : throw new LoadException($"{method} {path}: {why}");
        }
        catch (HttpRequestException e)
        {
            return (null, e.Message);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            // The client's own limit for one answer: a server that stands still.
            return (null, e.Message);
        }
    }
}
