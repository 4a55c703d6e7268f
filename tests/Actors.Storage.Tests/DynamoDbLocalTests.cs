using System.Diagnostics;
using Actors.Storage.Local;
using Amazon.DynamoDBv2.Model;
using Shouldly;
using Xunit;

namespace Actors.Storage.Tests;

public sealed class DynamoDbLocalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actors-storage-").FullName;

    private static CancellationToken Deadline => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Fact]
    public async Task A_started_database_answers_and_is_gone_after_dispose()
    {
        var local = await DynamoDbLocal.Start(new DynamoDbLocalOptions(), TimeProvider.System, Deadline);
        using (var client = local.CreateClient())
            (await client.ListTablesAsync(new ListTablesRequest(), Deadline)).HttpStatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        using var process = Process.GetProcessById(local.ProcessId);
        await local.DisposeAsync();
        await process.WaitForExitAsync(Deadline);
    }

    [Fact]
    public async Task A_database_dies_with_its_parent_even_when_that_is_killed()
    {
        using var parent = Parent();
        var (id, _) = await Announced(parent);
        using var database = Process.GetProcessById(id);
        parent.Kill();
        await database.WaitForExitAsync(Deadline);
    }

    [Fact]
    public async Task A_database_with_a_data_folder_outlives_a_killed_parent_and_is_adopted_by_the_next_start()
    {
        using var parent = Parent(_folder);
        var (id, port) = await Announced(parent);
        parent.Kill();
        await parent.WaitForExitAsync(Deadline);

        var options = new DynamoDbLocalOptions { DataFolder = _folder, Reuse = true };
        var refused = () => DynamoDbLocal.Start(options with { Reuse = false }, TimeProvider.System, Deadline);
        (await Should.ThrowAsync<LaunchException>(refused)).Message.ShouldContain($"{id}");
        await using (var second = await DynamoDbLocal.Start(options, TimeProvider.System, Deadline))
        {
            second.Adopted.ShouldBeTrue();
            (second.ProcessId, second.Endpoint.Port).ShouldBe((id, port));
        }
        await using var third = await DynamoDbLocal.Start(options, TimeProvider.System, Deadline);
        third.Adopted.ShouldBeFalse("dispose stops also an adopted database");
        third.ProcessId.ShouldNotBe(id);
    }

    [Fact]
    public async Task A_database_that_several_share_ends_with_the_last_of_them()
    {
        var options = new DynamoDbLocalOptions { DataFolder = _folder, Reuse = true };
        var first = await DynamoDbLocal.Start(options, TimeProvider.System, Deadline);
        var second = await DynamoDbLocal.Start(options, TimeProvider.System, Deadline);
        second.ProcessId.ShouldBe(first.ProcessId);
        using var process = Process.GetProcessById(first.ProcessId);

        await first.DisposeAsync();
        using (var client = second.CreateClient())
            (await client.ListTablesAsync(new ListTablesRequest(), Deadline)).HttpStatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        await second.DisposeAsync();
        await process.WaitForExitAsync(Deadline);
    }

    [Fact]
    public async Task Data_in_a_folder_is_there_after_a_restart()
    {
        var options = new DynamoDbLocalOptions { DataFolder = _folder };
        await using (var first = await DynamoDbLocal.Start(options, TimeProvider.System, Deadline))
        {
            using var client = first.CreateClient();
            await client.CreateTableAsync("kept", [new("pk", "HASH")], [new("pk", "S")], new ProvisionedThroughput(1, 1), Deadline);
        }
        await using var second = await DynamoDbLocal.Start(options, TimeProvider.System, Deadline);
        using var again = second.CreateClient();
        (await again.ListTablesAsync(new ListTablesRequest(), Deadline)).TableNames.ShouldBe(["kept"]);
    }

    [Theory]
    [InlineData("no-such-java", "npm", "Java")]
    [InlineData("java", "no-such-npm", "npm")]
    public async Task A_missing_tool_gives_one_clear_sentence(string java, string npm, string named)
    {
        var options = new DynamoDbLocalOptions { Java = java, Npm = npm, InstallFolder = _folder };
        var error = await Should.ThrowAsync<LaunchException>(() => DynamoDbLocal.Start(options, TimeProvider.System, Deadline));
        error.Message.ShouldStartWith(named);
        error.Message.ShouldContain("DynamoDB:Endpoint");
        error.Message.Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_java_that_fails_is_quoted()
    {
        var options = new DynamoDbLocalOptions { Java = "false" };
        var error = await Should.ThrowAsync<LaunchException>(() => DynamoDbLocal.Start(options, TimeProvider.System, Deadline));
        error.Message.ShouldStartWith("DynamoDB Local ended at once");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Process Parent(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static async Task<(int Id, int Port)> Announced(Process parent)
    {
        var words = (await parent.StandardOutput.ReadLineAsync(Deadline)).ShouldNotBeNull().Split(' ');
        return (int.Parse(words[0]), int.Parse(words[1]));
    }
}
