using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Actors.Storage.Local;
using Shouldly;
using Xunit;

namespace Actors.Server.Tests;

/// <summary>Several processes as one system.</summary>
public sealed partial class ClusterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actors-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_second_silo_joins_with_one_command_and_takes_over_what_the_first_leaves()
    {
        await using var first = Start("--roles", "silo");
        await first.Ready();
        await using var gateway = Start("--roles", "gateway");
        await gateway.Ready();
        using var http = Client(gateway);
        foreach (var id in Meetings)
            (await http.PostAsJsonAsync("/v1/meetings", new { id, title = id })).StatusCode.ShouldBe(HttpStatusCode.Created);

        await using var second = Start("--roles", "silo");
        await second.Ready();
        await second.Answers(HttpStatusCode.OK);
        (await first.Terminate()).ShouldBe(0, first.Output);

        // The database is still there: the last process of the folder stops it.
        foreach (var id in Meetings)
            (await http.GetFromJsonAsync<JsonElement>($"/v1/meetings/{id}")).GetProperty("title").GetString().ShouldBe(id);
        (await gateway.Terminate()).ShouldBe(0, gateway.Output);
        (await second.Terminate()).ShouldBe(0, second.Output);
    }

    [Fact]
    public async Task P11_a_killed_silo_is_a_pause_to_whoever_asks_through_a_gateway()
    {
        await using var first = Start("--roles", "silo");
        await first.Ready();
        await using var second = Start("--roles", "silo");
        await second.Ready();
        await using var gateway = Start("--roles", "gateway");
        await gateway.Ready();
        using var http = Client(gateway);
        foreach (var id in Meetings)
            (await http.PostAsJsonAsync("/v1/meetings", new { id, title = id })).StatusCode.ShouldBe(HttpStatusCode.Created);

        await second.Kill();
        var answers = await Task.WhenAll(Meetings.Select(id => Lock(http, id)));
        answers.ShouldAllBe(status => status == HttpStatusCode.OK);
    }

    // A machine that is busy may need longer than one command's deadline to bury the silo: the caller asks again, as it is told to.
    private static async Task<HttpStatusCode> Lock(HttpClient http, string meeting)
    {
        for (var left = 5; ; left--)
        {
            using var answer = await http.PostAsJsonAsync($"/v1/meetings/{meeting}/commands", new { type = "lock_meeting", locked = true });
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || left == 0) return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_gateway_that_comes_first_waits_for_a_silo_and_says_so()
    {
        await using var gateway = Start("--roles", "gateway");
        await gateway.Says("waiting for one");
        await using var silo = Start("--roles", "silo");
        await gateway.Ready();
        await gateway.Answers(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_gateway_that_waits_ends_with_0_when_it_is_told_to()
    {
        await using var gateway = Start("--roles", "gateway");
        await gateway.Says("waiting for one");
        (await gateway.Terminate()).ShouldBe(0, gateway.Output);
    }

    [Theory]
    [InlineData("--roles", "waiter", "--roles silo")]
    [InlineData("--roles", "", "--roles silo")]
    [InlineData("--Cluster:Address", "here", "not an IP address")]
    public async Task A_role_or_address_that_makes_no_sense_is_one_clear_sentence(string name, string value, string sentence)
    {
        await using var server = Start(name, value);
        (await server.Exit()).ShouldBe(1);
        server.Output.ShouldContain(sentence);
        server.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Memory_is_one_process_own()
    {
        await using var server = Start("--roles", "gateway", "--storage", "memory");
        (await server.Exit()).ShouldBe(1);
        server.Output.ShouldContain("silo and gateway at once");
    }

    /// <summary>Enough that each silo is home to some.</summary>
    private static IEnumerable<string> Meetings => Enumerable.Range(1, 12).Select(i => $"m{i}");

    private ServerProcess Start(params string[] arguments) => ServerProcess.Start(
        _folder, "Development", new() { ["Development__PackageFolder"] = DynamoDbLocalOptions.DefaultFolder("dynamodb-local") }, arguments);

    private static HttpClient Client(ServerProcess server)
    {
        var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key().Match(server.Output).Groups[1].Value);
        return http;
    }

    [GeneratedRegex("KEY=(ak\\..+)")]
    private static partial Regex Key();
}
