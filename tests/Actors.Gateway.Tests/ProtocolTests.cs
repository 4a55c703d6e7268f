using System.Text.RegularExpressions;
using Actors.Contracts;

namespace Actors.Gateway.Tests;

/// <summary>The message reference says what the contracts say, no more and no less.</summary>
public sealed partial class ProtocolTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PROTOCOL.md"));

    [Fact]
    public void Every_command_of_the_contracts_is_documented_and_no_other() => Documented("Commands").ShouldBe(CommandJson.Types, ignoreOrder: true);

    [Fact]
    public void Every_other_client_message_is_documented_and_no_other() => Documented("Other messages to the server").ShouldBe(ClientTypes.All, ignoreOrder: true);

    [Fact]
    public void Every_event_of_the_contracts_is_documented_and_no_other() => Documented("Events").ShouldBe(Names(typeof(Event)), ignoreOrder: true);

    [Fact]
    public void Every_signal_of_the_contracts_is_documented_and_no_other() => Documented("Signals").ShouldBe(Names(typeof(Signal)), ignoreOrder: true);

    [Fact]
    public void Every_refusal_is_documented_with_its_status_and_no_other()
    {
        Documented("Refusals").ShouldBe(Enum.GetValues<Refusal>().Select(RefusalNames.Of), ignoreOrder: true);
        foreach (var refusal in Enum.GetValues<Refusal>())
            Section("Refusals").ShouldContain($"| `{RefusalNames.Of(refusal)}` | {Problems.Status(refusal)} |", Case.Sensitive);
    }

    [Fact]
    public void Every_route_of_the_host_is_documented_and_no_other()
    {
        var documented = Route().Matches(string.Join('\n', FirstCells().Matches(Section("HTTP")).Select(row => row.Value))).Select(match => match.Value.Trim('`'))
            .Append(Section("WebSocket").Contains("`GET /v1/ws`", StringComparison.Ordinal) ? "GET /v1/ws" : "the WebSocket");
        documented.ShouldBe(HostRoute.Of(host).Select(route => $"{route}".Replace("{documentName}", "v1", StringComparison.Ordinal)), ignoreOrder: true);
    }

    [Fact]
    public void Every_parameter_of_a_page_is_documented_with_its_route()
    {
        foreach (var route in HostRoute.OfBackends(host).Where(route => route.Takes("after") && route.Takes("limit")))
            Section("HTTP").ShouldContain($"{route}?", Case.Sensitive);
    }

    [Fact]
    public void Every_close_code_is_documented_and_no_other() => Rows("Close codes").ShouldBe(
        Enum.GetValues<CloseCode>().Select(code => $"{(int)code} {CloseCodes.Name(code)}"), ignoreOrder: true);

    [Fact]
    public void Every_field_of_a_command_is_documented()
    {
        foreach (var type in typeof(ClientCommand).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ClientCommand)) && !type.IsAbstract))
            foreach (var property in type.GetProperties().Where(property => property.CanWrite))
                Section("Commands").ShouldContain($"`{System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name)}", Case.Sensitive, $"{type.Name}.{property.Name}");
    }

    private static IEnumerable<string> Names(Type type) => type
        .GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), inherit: false)
        .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>()
        .Select(derived => (string)derived.TypeDiscriminator!);

    // The first column of the section's tables.
    private static IEnumerable<string> Documented(string section) => FirstColumn().Matches(Section(section)).Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Rows(string section) => CodeRow().Matches(Section(section)).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}");

    private static string Section(string name)
    {
        var start = Text.IndexOf($"## {name}\n", StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, name);
        var end = Text.IndexOf("\n## ", start, StringComparison.Ordinal);
        return end < 0 ? Text[start..] : Text[start..end];
    }

    [GeneratedRegex(@"^\| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex FirstColumn();

    // The first cell of a row, and a route in it, whose query is not part of its name.
    [GeneratedRegex(@"^\| `[^|]*\|", RegexOptions.Multiline)]
    private static partial Regex FirstCells();

    [GeneratedRegex(@"`(GET|POST|PUT|PATCH|DELETE) /[a-zA-Z0-9_/{}.]+")]
    private static partial Regex Route();

    [GeneratedRegex(@"^\| (\d{4}) \| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex CodeRow();
}
