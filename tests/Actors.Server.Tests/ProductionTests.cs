using Actors.Storage.Local;
using Shouldly;
using Xunit;

namespace Actors.Server.Tests;

/// <summary>A production process uses the tables it is given: it makes none.</summary>
public sealed class ProductionTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actors-production-").FullName;
    private DynamoDbLocal _database = null!;

    public async Task InitializeAsync() => _database = await DynamoDbLocal.Start(new DynamoDbLocalOptions(), TimeProvider.System, default);

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_start_without_tables_fails_with_the_remedy_and_creates_none()
    {
        await using var server = Start();
        (await server.Exit()).ShouldBe(1);
        server.Output.ShouldContain("create-tables");
        (await Tables()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_tables_creates_them_once_and_again_changes_nothing()
    {
        await using (var first = Start("create-tables")) (await first.Exit()).ShouldBe(0, first.Output);
        var tables = await Tables();
        foreach (var table in (string[])["actors-reminders", "actors-state", "actors-streams"]) tables.ShouldContain(table);
        await using (var second = Start("create-tables")) (await second.Exit()).ShouldBe(0, second.Output);
        (await Tables()).ShouldBe(tables);
    }

    private ServerProcess Start(params string[] arguments) => ServerProcess.Start(
        _folder,
        "Production",
        new() { ["Gateway__Tokens__Keys__0__Kid"] = "1", ["Gateway__Tokens__Keys__0__Secret"] = new string('s', 64) },
        ["--DynamoDB:Endpoint", _database.Endpoint.ToString(), .. arguments]);

    private async Task<List<string>> Tables()
    {
        using var client = _database.CreateClient();
        return (await client.ListTablesAsync()).TableNames ?? [];
    }
}
