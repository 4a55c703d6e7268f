using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>What every grain storage does. Memory and DynamoDB each run it.</summary>
public abstract class PersistentStateTests
{
    [Fact]
    public async Task A_state_is_there_again_after_deactivation()
    {
        await using var cluster = await Start();
        var grain = cluster.Client.GetGrain<INotebook>("a");
        (await grain.Describe()).ShouldBe("exists=False etag=False text=");
        await grain.Write("one");
        await grain.Write("two");
        (await grain.Describe()).ShouldBe("exists=True etag=True text=two");
        await grain.Forget();
        (await grain.Describe()).ShouldBe("exists=True etag=True text=two");
    }

    [Fact]
    public async Task A_cleared_state_is_gone_and_can_be_written_again()
    {
        await using var cluster = await Start();
        var grain = cluster.Client.GetGrain<INotebook>("a");
        await grain.Write("one");
        await grain.Clear();
        (await grain.Describe()).ShouldStartWith("exists=False");
        await grain.Forget();
        (await grain.Describe()).ShouldStartWith("exists=False");
        await grain.Write("two");
        (await grain.Describe()).ShouldBe("exists=True etag=True text=two");
    }

    [Fact]
    public async Task The_loser_of_two_writers_gets_an_inconsistent_state_exception()
    {
        await using var cluster = await Start();
        var storage = cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("Default");
        var id = GrainId.Create("rival", "a");
        var first = new Held();
        var second = new Held();
        await storage.ReadStateAsync("s", id, first);
        await storage.ReadStateAsync("s", id, second);
        first.State = new Note { Text = "first" };
        second.State = new Note { Text = "second" };
        await storage.WriteStateAsync("s", id, first);
        var conflict = await Should.ThrowAsync<InconsistentStateException>(() => storage.WriteStateAsync("s", id, second));
        conflict.StoredEtag.ShouldBe(first.ETag);
        await Should.ThrowAsync<InconsistentStateException>(() => storage.ClearStateAsync("s", id, second));
        await storage.ReadStateAsync("s", id, second);
        second.State.Text.ShouldBe("first");
        await storage.WriteStateAsync("s", id, second);
        await Should.ThrowAsync<InconsistentStateException>(() => storage.WriteStateAsync("s", id, first));
    }

    [Fact]
    public async Task States_of_two_names_and_two_grains_are_apart()
    {
        await using var cluster = await Start();
        var storage = cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("Default");
        foreach (var (name, grain) in new[] { ("x", "1"), ("y", "1"), ("x", "2") })
        {
            await storage.WriteStateAsync(name, GrainId.Create("apart", grain), new Held { State = new Note { Text = name + grain } });
        }

        var read = new Held();
        await storage.ReadStateAsync("y", GrainId.Create("apart", "1"), read);
        read.State.Text.ShouldBe("y1");
    }

    protected abstract void Configure(ISiloBuilder silo);

    private Task<InProcessTestCluster> Start() => TestClusters.Start(silo: Configure);

    private sealed class Held : IGrainState<Note>
    {
        public Note State { get; set; } = new();

        public string? ETag { get; set; }

        public bool RecordExists { get; set; }
    }
}

public sealed class MemoryPersistentStateTests : PersistentStateTests
{
    protected override void Configure(ISiloBuilder silo) => silo.AddMemoryGrainStorageAsDefault();
}

[Collection(nameof(LocalDatabase))]
public sealed class DynamoPersistentStateTests(LocalDatabase database) : PersistentStateTests
{
    protected override void Configure(ISiloBuilder silo) => silo.AddDynamoDBGrainStorageAsDefault(database.Storage);
}

[Collection(nameof(LocalDatabase))]
public sealed class DynamoPersistentStateDeletingTests(LocalDatabase database) : PersistentStateTests
{
    protected override void Configure(ISiloBuilder silo) => silo.AddDynamoDBGrainStorageAsDefault(options =>
    {
        database.Storage(options);
        options.DeleteStateOnClear = true;
    });
}

[GenerateSerializer]
public sealed record Note
{
    [Id(0)]
    public string Text { get; init; } = string.Empty;

    [Id(1)]
    public ImmutableDictionary<string, int> Counts { get; init; } = ImmutableDictionary<string, int>.Empty;
}

internal interface INotebook : IGrainWithStringKey
{
    Task Write(string text);

    Task Clear();

    Task Forget();

    Task<string> Describe();
}

internal sealed class NotebookGrain([PersistentState("note")] IPersistentState<Note> note) : Grain, INotebook
{
    public Task Write(string text)
    {
        note.State = note.State with { Text = text, Counts = note.State.Counts.SetItem(text, 1) };
        return note.WriteStateAsync();
    }

    public Task Clear() => note.ClearStateAsync();

    public Task Forget()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<string> Describe() => Task.FromResult($"exists={note.RecordExists} etag={note.Etag is not null} text={note.State.Text}");
}
