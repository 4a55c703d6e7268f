using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Grains;
using Actors.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Actors.Gateway.Tests;

/// <summary>A cluster of one silo with storage in memory, and a gateway on a free port of this machine that is its client.</summary>
public sealed class GatewayHost : IAsyncLifetime
{
    public const string OperatorKey = "operator-of-the-tests";
    public const string Tenant = "acme";
    public const string SigningSecret = "a-secret-of-the-tests-with-more-than-32-bytes";

    private readonly InProcessTestCluster _cluster;
    private readonly (string Key, string Value)[] _settings;
    private WebApplication? _built;
    private int _meetings;
    private int _channels;

    public GatewayHost()
        : this(TimeProvider.System)
    {
    }

    internal GatewayHost(TimeProvider time, params (string Key, string Value)[] settings)
    {
        Time = time;
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Services.AddSingleton(EventLog);
            host.Services.AddSingleton(Lists);
            host.Services.AddSingleton(new MeetingClock(time));
        });
        // After the silo, as a server does: what stops first is what was added last.
        builder.ConfigureSilo((_, silo) => silo.AddMemoryGrainStorage(TenantGrain.Storage).UseInMemoryReminderService().Services.AddActorsGrains());
        _cluster = builder.Build();
        _settings = settings;
    }

    internal TimeProvider Time { get; }

    internal IEventLog EventLog { get; init; } = new InMemoryEventLog(TimeProvider.System);

    internal IListIndex Lists { get; } = new InMemoryListIndex();

    private WebApplication App => _built ?? throw new InvalidOperationException("The gateway was not started.");

    internal HttpClient Http { get; private set; } = new();

    internal string ApiKey { get; private set; } = "";

    private string Url => App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    internal Uri Socket => new(Url.Replace("http:", "ws:", StringComparison.Ordinal) + "/v1/ws");

    internal IServiceProvider Gateway => App.Services;

    internal IClusterClient Cluster => _cluster.Client;

    internal int Sockets => Gateway.GetRequiredService<SocketRegistry>().Count;

    internal Task StopGateway() => App.StopAsync();

    public async Task InitializeAsync()
    {
        await _cluster.DeployAsync();
        _built = Build(_settings);
        await _built.StartAsync();
        Http = new HttpClient { BaseAddress = new Uri(Url) };
        ApiKey = await NewKey(Tenant, "tests");
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    public async Task DisposeAsync()
    {
        var stopping = App.StopAsync();
        // Draining waits on the gateway's clock, which here only the test moves.
        while (Time is ManualTime time && !stopping.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await stopping;
        await App.DisposeAsync();
        await _cluster.DisposeAsync();
        Http.Dispose();
    }

    internal async Task<string> NewKey(string tenant, string keyId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/tenants/{tenant}/keys/{keyId}") { Content = JsonContent.Create(new { }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey);
        var made = await Read(await Http.SendAsync(request));
        return made.GetProperty("key").GetString()!;
    }

    internal async Task<string> NewMeeting(JsonObject? settings = null)
    {
        var id = $"m{Interlocked.Increment(ref _meetings)}";
        await Post("/v1/meetings", new JsonObject { ["id"] = id, ["title"] = "Test", ["settings"] = settings ?? [] });
        return id;
    }

    /// <summary>Until a thread has heard of what a command did in its meeting: others than its sender do not wait for that.</summary>
    internal async Task ThreadKnows(string meeting, string thread, JsonElement accepted) => await Cluster.GetGrain<Contracts.IThreadGrain>(
        Contracts.Ids.ThreadKey(Tenant, meeting, thread)).ReadsAfter("anybody", accepted.GetProperty("to").GetInt64(), CancellationToken.None);

    internal async Task<string> Token(string meeting, string participant, string role = "participant", bool guest = false, int ttl = 3600)
    {
        var made = await Post($"/v1/meetings/{meeting}/tokens", new JsonObject
        {
            ["participant"] = participant,
            ["name"] = "Name of " + participant,
            ["role"] = role,
            ["guest"] = guest,
            ["ttlSeconds"] = ttl,
        });
        return made.GetProperty("token").GetString()!;
    }

    internal async Task<TestClient> Join(string meeting, string participant, string role = "participant", bool guest = false, string? session = null, JsonObject? resume = null)
    {
        var client = await TestClient.Connect(Socket);
        await client.Hello(await Token(meeting, participant, role, guest), session ?? participant + "-session", resume);
        await client.Next("welcome");
        await client.Next(message => message.GetProperty("type").GetString() == "snapshot"
            && (resume is not null || message.GetProperty("stream").GetString() == "meeting"));
        return client;
    }

    internal async Task<string> UserToken(string user, int ttl = 3600) =>
        (await Post($"/v1/users/{user}/tokens", new JsonObject { ["ttlSeconds"] = ttl })).GetProperty("token").GetString()!;

    /// <summary>A socket in no meeting.</summary>
    internal async Task<TestClient> Outside(string user, string? session = null, JsonObject? resume = null)
    {
        var client = await TestClient.Connect(Socket);
        await client.Hello(await UserToken(user), session ?? user + "-session", resume);
        await client.Next("welcome");
        return client;
    }

    /// <summary>The first member moderates.</summary>
    internal async Task<string> NewChannel(params string[] members)
    {
        var id = $"c{Interlocked.Increment(ref _channels)}";
        await Post("/v1/channels", new JsonObject { ["id"] = id, ["name"] = "General" });
        await AddMembers(id, members);
        return id;
    }

    internal Task<JsonElement> AddMembers(string channel, params string[] members) => ChannelCommand(channel, new JsonObject
    {
        ["type"] = "add_members",
        ["members"] = new JsonArray([.. members.Select((member, index) => (JsonNode)new JsonObject { ["participant"] = member, ["moderator"] = index == 0 })]),
    });

    internal Task<JsonElement> RemoveMember(string channel, string member) =>
        ChannelCommand(channel, new JsonObject { ["type"] = "remove_members", ["participants"] = new JsonArray(member) });

    internal Task<JsonElement> ChannelCommand(string channel, JsonObject command) => Post($"/v1/channels/{channel}/commands", command);

    internal Task<JsonElement> Command(string meeting, JsonObject command) => Post($"/v1/meetings/{meeting}/commands", command);

    /// <summary>Everything that ever happened in the meeting.</summary>
    internal async Task<JsonElement> Log(string meeting) => (await Get($"/v1/meetings/{meeting}/events")).GetProperty("events");

    internal async Task<JsonElement> Get(string path) => await Read(await Http.GetAsync(path));

    internal async Task<JsonElement> Post(string path, JsonObject body) => await Read(await Http.PostAsJsonAsync(path, body));

    private static async Task<JsonElement> Read(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{(int)response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private WebApplication Build((string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:OperatorKey"] = OperatorKey,
            ["Gateway:Tokens:Keys:0:Kid"] = "k1",
            ["Gateway:Tokens:Keys:0:Secret"] = SigningSecret,
            ["Gateway:Tokens:Keys:1:Kid"] = "k0",
            ["Gateway:Tokens:Keys:1:Secret"] = SigningSecret + "-older",
            ["Gateway:Sockets:DrainSeconds"] = "0",
        }.Concat(settings.Select(one => new KeyValuePair<string, string?>(one.Key, one.Value))));
        builder.Services.AddSingleton(Time);
        builder.Services.AddSingleton<IClusterClient>(_ => _cluster.Client);
        builder.Services.AddActorsGateway(builder.Configuration.GetSection("Gateway"));
        var app = builder.Build();
        app.MapActorsGateway();
        return app;
    }
}
