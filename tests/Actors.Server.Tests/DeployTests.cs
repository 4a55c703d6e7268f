using System.Text.RegularExpressions;
using Shouldly;
using Xunit;
using YamlDotNet.Serialization;

namespace Actors.Server.Tests;

/// <summary>The deployment files parse, and name only what exists.</summary>
public sealed partial class DeployTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void The_compose_file_parses_and_every_service_waits_for_what_it_needs()
    {
        var services = Map(Map(Parse("docker-compose.yml"))["services"]);
        services.Keys.ShouldBe(["dynamodb", "tables", "silo1", "silo2", "silo3", "gateway1", "gateway2", "proxy"], ignoreOrder: true);
        foreach (var (_, service) in services)
        {
            if (!Map(service).TryGetValue("depends_on", out var needs)) continue;
            foreach (var (needed, condition) in Map(needs))
            {
                services.ShouldContainKey(needed);
                var wanted = (string)Map(condition)["condition"];
                // Our own image has its health check in the Dockerfile.
                if (wanted == "service_healthy" && !Map(services[needed]).ContainsKey("build")) Map(services[needed]).ShouldContainKey("healthcheck");
            }
        }
        Map(services["tables"])["command"].ShouldBe(new List<object> { "create-tables" });
    }

    [Fact]
    public void The_compose_file_sets_only_settings_that_the_README_lists_and_holds_no_secret()
    {
        var readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        foreach (var service in (string[])["tables", "silo1", "gateway1"])
        {
            var environment = Map(Map(Map(Map(Parse("docker-compose.yml"))["services"])[service])["environment"]);
            environment.ShouldNotBeEmpty();
            foreach (var (name, value) in environment)
            {
                var setting = Digits().Replace(name.Replace("__", ":"), ":N:");
                readme.ShouldContain(setting.EndsWith(":Secret") ? ":Secret" : setting);
                if (setting.EndsWith("Secret") || setting.EndsWith("OperatorKey")) ((string)value).ShouldStartWith("${");
            }
        }
    }

    [Fact]
    public void Every_process_has_its_role_and_longer_to_stop_than_it_takes_and_only_the_proxy_is_reachable()
    {
        var services = Map(Map(Parse("docker-compose.yml"))["services"]);
        foreach (var (name, node) in services)
        {
            var service = Map(node);
            service.ContainsKey("ports").ShouldBe(name == "proxy");
            var role = name.TrimEnd('1', '2', '3');
            if (role is not ("silo" or "gateway")) continue;
            service["command"].ShouldBe(new List<object> { "--roles", role });
            var grace = int.Parse(((string)service["stop_grace_period"]).TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);
            TimeSpan.FromSeconds(grace).ShouldBeGreaterThan(StopGuard.Bound);
        }
    }

    [Fact]
    public void The_proxy_knows_every_gateway_and_asks_whether_it_is_ready()
    {
        var services = Map(Map(Parse("docker-compose.yml"))["services"]);
        var mount = ((string)((List<object>)Map(services["proxy"])["volumes"])[0]).Split(':')[0];
        var lines = File.ReadAllLines(Path.Combine(Root, mount)).Select(line => line.Trim()).ToList();
        lines.ShouldContain("option httpchk GET /ready");
        foreach (var gateway in services.Keys.Where(name => name.StartsWith("gateway", StringComparison.Ordinal)))
            lines.ShouldContain($"server {gateway} {gateway}:8080");
    }

    [Fact]
    public void The_image_is_built_with_Orleans_runs_unprivileged_and_copies_what_is_there()
    {
        var lines = File.ReadAllLines(Path.Combine(Root, "deploy", "Dockerfile"));
        lines.ShouldContain(line => line.Contains("publish src/Actors.Server") && line.Contains("-p:Engine=Orleans"));
        File.Exists(Path.Combine(Root, "src", "Actors.Server", "Actors.Server.csproj")).ShouldBeTrue();
        lines.ShouldContain("USER actors");
        lines[^1].ShouldBe("""ENTRYPOINT ["dotnet", "/app/Actors.Server.dll"]""");
    }

    private static object Parse(string file) => new DeserializerBuilder().Build()
        .Deserialize<object>(new YamlDotNet.Core.MergingParser(new YamlDotNet.Core.Parser(File.OpenText(Path.Combine(Root, file)))))!;

    private static Dictionary<string, object> Map(object node) =>
        ((Dictionary<object, object>)node).ToDictionary(entry => (string)entry.Key, entry => entry.Value);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Actors.sln"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@":\d+:")]
    private static partial Regex Digits();
}
