using System.Text;
using Shouldly;
using Xunit;

namespace Actors.Storage.Tests;

/// <summary>What every index of lists does: run for the in-memory twin and for DynamoDB.</summary>
public abstract class ListIndexConformance
{
    private readonly string _list = "list/" + SharedDatabase.NewStream();

    private readonly string _owner = SharedDatabase.NewStream();

    private protected static CancellationToken None => CancellationToken.None;

    private protected abstract Task<IListIndex> Open();

    private protected string Owner => _owner;

    private protected ListEntry Entry(string sort, string text = "x", string list = "a") => new(_list + "/" + list, sort, Encoding.UTF8.GetBytes(text));

    private protected async Task<List<string>> Sorts(IListIndex index, string list = "a", int limit = 100, bool backwards = false)
    {
        var sorts = new List<string>();
        string? after = null;
        do
        {
            var page = await index.Read(_list + "/" + list, after, limit, backwards, None);
            page.Entries.Length.ShouldBeLessThanOrEqualTo(limit);
            sorts.AddRange(page.Entries.Select(entry => entry.Sort));
            after = page.Next;
        }
        while (after is not null);
        return sorts;
    }

    [Fact]
    public async Task A_list_nobody_wrote_to_is_empty() => (await Sorts(await Open())).ShouldBeEmpty();

    [Fact]
    public async Task Entries_are_read_in_order_both_ways_in_pages_of_any_size()
    {
        var index = await Open();
        string[] sorts = [.. Enumerable.Range(0, 23).Select(i => $"{i:D3}/m")];
        foreach (var sort in sorts.OrderBy(sort => sort[2])) (await index.Replace($"{Owner}/{sort}", 1, [Entry(sort, "é " + sort)], None)).ShouldBeTrue();
        foreach (var limit in new[] { 1, 7, 23, 100 })
        {
            (await Sorts(index, limit: limit)).ShouldBe(sorts);
            (await Sorts(index, limit: limit, backwards: true)).ShouldBe(sorts.Reverse());
        }
        var page = await index.Read(Entry("").List, "004/m", 1, backwards: true, None);
        Encoding.UTF8.GetString(page.Entries.Single().Payload.Span).ShouldBe("é 003/m");
    }

    [Fact]
    public async Task Reading_goes_on_from_where_no_entry_is_also_just_behind_one()
    {
        var index = await Open();
        foreach (var sort in new[] { "1", "3", "5" }) await index.Replace($"{Owner}/{sort}", 1, [Entry(sort)], None);
        async Task<IEnumerable<string>> After(string sort, bool backwards) =>
            (await index.Read(Entry("").List, sort, 10, backwards, None)).Entries.Select(entry => entry.Sort);
        (await After("4", backwards: false)).ShouldBe(["5"]);
        (await After("4", backwards: true)).ShouldBe(["3", "1"]);
        (await After("3!", backwards: true)).ShouldBe(["3", "1"]);
        (await After("3!", backwards: false)).ShouldBe(["5"]);
        (await After("0", backwards: true)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_replacement_moves_an_owner_from_list_to_list_and_leaves_others_alone()
    {
        var index = await Open();
        await index.Replace(Owner + "/other", 9, [Entry("2", list: "a"), Entry("2", list: "b")], None);
        (await index.Replace(Owner, 1, [Entry("1", list: "a"), Entry("3", list: "a")], None)).ShouldBeTrue();
        (await index.Replace(Owner, 2, [Entry("1", "new", "a"), Entry("1", list: "b")], None)).ShouldBeTrue();
        (await Sorts(index, "a")).ShouldBe(["1", "2"]);
        (await Sorts(index, "b")).ShouldBe(["1", "2"]);
        Encoding.UTF8.GetString((await index.Read(Entry("").List, null, 1, false, None)).Entries[0].Payload.Span).ShouldBe("new");
        (await index.Replace(Owner, 3, [], None)).ShouldBeTrue();
        (await Sorts(index, "a")).ShouldBe(["2"]);
    }

    [Fact]
    public async Task P3_a_repeat_changes_nothing_and_what_comes_late_is_told_so()
    {
        var index = await Open();
        await index.Replace(Owner, 5, [Entry("5")], None);
        (await index.Replace(Owner, 5, [Entry("5")], None)).ShouldBeTrue();
        (await index.Replace(Owner, 4, [Entry("4")], None)).ShouldBeFalse();
        (await Sorts(index)).ShouldBe(["5"]);
    }

    [Fact]
    public async Task P2_of_rivals_the_latest_version_stays_and_nothing_of_the_others()
    {
        var index = await Open();
        for (var round = 0; round < 10; round++)
        {
            var version = (round * 3) + 1;
            await Task.WhenAll(Enumerable.Range(version, 3).Select(v => index.Replace(Owner, v, [Entry($"{v:D3}"), Entry($"{v:D3}", list: "b")], None).AsTask()));
            (await Sorts(index)).ShouldBe([$"{version + 2:D3}"]);
            (await Sorts(index, "b")).ShouldBe([$"{version + 2:D3}"]);
        }
    }

    [Fact]
    public async Task P8_entries_pages_and_keys_have_bounds()
    {
        var index = await Open();
        Task Replace(params ListEntry[] entries) => index.Replace(Owner, 1, [.. entries], None).AsTask();
        var full = Enumerable.Range(0, StorageLimits.ListEntries).Select(i => Entry($"{i}") with { Payload = new byte[StorageLimits.ListEntryBytes] }).ToArray();
        await Replace(full);
        (await index.Replace(Owner, 2, [.. full.Select(entry => entry with { List = Entry("", list: "b").List })], None)).ShouldBeTrue();
        (await Sorts(index, "b")).Count.ShouldBe(StorageLimits.ListEntries);
        await Should.ThrowAsync<ArgumentException>(() => Replace([.. full, Entry("x")]));
        await Should.ThrowAsync<ArgumentException>(() => Replace(Entry("x") with { Payload = new byte[StorageLimits.ListEntryBytes + 1] }));
        await Should.ThrowAsync<ArgumentException>(() => Replace(Entry("ü")));
        await Should.ThrowAsync<ArgumentException>(() => Replace(Entry("")));
        await Should.ThrowAsync<ArgumentException>(() => Replace(Entry("x"), Entry("x")));
        await Should.ThrowAsync<ArgumentException>(() => index.Read(Owner, null, StorageLimits.ListPage + 1, false, None).AsTask());
    }
}

public sealed class InMemoryListIndexTests : ListIndexConformance
{
    private protected override Task<IListIndex> Open() => Task.FromResult<IListIndex>(new InMemoryListIndex());
}

public sealed class DynamoListIndexTests : ListIndexConformance
{
    private readonly ScriptedHttp _http = new();
    private readonly CapacityMeter _meter = new();

    private protected override async Task<IListIndex> Open() =>
        new DynamoListIndex(_http.Client(await SharedDatabase.Endpoint), SharedDatabase.Options, TimeProvider.System, new Random(1), _meter);

    [Fact]
    public async Task P3_an_acknowledgement_that_was_lost_is_recognised()
    {
        var index = await Open();
        _http.Next("TransactWriteItems", ScriptedHttp.LostAnswer);
        (await index.Replace(Owner, 1, [Entry("1")], None)).ShouldBeTrue();
        (await Sorts(index)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task P8_throttling_is_retried_so_often_and_then_a_fault()
    {
        var index = await Open();
        _http.Next("TransactWriteItems", ScriptedHttp.Throttled, ScriptedHttp.ServerError);
        (await index.Replace(Owner, 1, [Entry("1")], None)).ShouldBeTrue();
        _http.Next("TransactWriteItems", [.. Enumerable.Repeat(ScriptedHttp.Throttled, 20)]);
        (await Should.ThrowAsync<StorageUnavailableException>(() => index.Replace(Owner, 2, [Entry("2")], None).AsTask())).Fault.ShouldBe(StorageFault.Throttled);
        (await Sorts(index)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task What_a_replacement_and_a_page_cost_is_counted()
    {
        var index = await Open();
        await index.Replace(Owner, 1, [Entry("1"), Entry("1", list: "b")], None);
        _meter[StorageOperation.ReplaceEntries].Calls.ShouldBe(2);
        _meter[StorageOperation.ReplaceEntries].WriteUnits.ShouldBeGreaterThan(0);
        await index.Read(Entry("").List, null, 10, false, None);
        _meter[StorageOperation.ReadList].Calls.ShouldBe(1);
    }
}
