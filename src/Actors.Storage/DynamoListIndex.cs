using System.Collections.Immutable;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;

namespace Actors.Storage;

/// <summary>
/// Lists in the table of streams: a partition per list, an item per entry, and one item with each owner that says which entries are its own.
/// A replacement is one transaction over all of them, under condition on the owner's version.
/// </summary>
public sealed class DynamoListIndex(IAmazonDynamoDB client, DynamoOptions options, TimeProvider time, Random random, CapacityMeter meter) : IListIndex
{
    private const string Version = "v";
    private const string Keys = "l";

    // Between the list and the sort key of an entry named by its owner's item: in neither.
    private const char Separator = '\n';

    /// <summary>Rivals of one owner are the activations of one grain: two, hardly ever three.</summary>
    private const int Attempts = 4;

    private readonly DynamoCalls _calls = new(client, options, time, random, meter);

    public async ValueTask<bool> Replace(string owner, long version, ImmutableArray<ListEntry> entries, CancellationToken ct)
    {
        ListRules.Validate(owner, version, entries);
        return await _calls.Within((Self: this, owner, version, entries), static (s, t) => s.Self.ReplaceAll(s.owner, s.version, s.entries, t), ct).ConfigureAwait(false);
    }

    public async ValueTask<ListPage> Read(string list, string? after, int limit, bool backwards, CancellationToken ct)
    {
        ListRules.Validate(list, after, limit);
        return await _calls.Within((Self: this, list, after, limit, backwards), static (s, t) => s.Self.Page(s.list, s.after, s.limit, s.backwards, t), ct).ConfigureAwait(false);
    }

    private async Task<bool> ReplaceAll(string owner, long version, ImmutableArray<ListEntry> entries, CancellationToken ct)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var item = await _calls.Get(StorageOperation.ReplaceEntries, owner, DynamoKeys.Owner, ct).ConfigureAwait(false);
            if (item is not null) DynamoItem.CheckFormat(owner, item);
            var stored = item is null ? 0 : DynamoItem.LongOf(item, Version);
            if (stored >= version) return stored == version;
            if (await _calls.TryTransact(StorageOperation.ReplaceEntries, Writes(owner, version, entries, item, stored), ct).ConfigureAwait(false)) return true;
            // A rival was faster, or our own acknowledgement was lost: the owner's item tells.
        }
        throw new StorageUnavailableException(StorageFault.Throttled, "Others keep replacing the same entries.");
    }

    private List<TransactWriteItem> Writes(string owner, long version, ImmutableArray<ListEntry> entries, Dictionary<string, AttributeValue>? item, long stored)
    {
        var names = entries.Select(entry => entry.List + Separator + entry.Sort).ToArray();
        var replaced = item is not null && item.TryGetValue(Keys, out var keys) ? keys.L.Select(key => key.S) : [];
        var row = DynamoItem.Key(owner, DynamoKeys.Owner);
        row[DynamoItem.Format] = DynamoItem.Number(DynamoItem.CurrentFormat);
        row[Version] = DynamoItem.Number(version);
        row[Keys] = new AttributeValue { L = [.. names.Select(DynamoItem.Text)], IsLSet = true };
        var put = new Put { TableName = _calls.Table, Item = row, ConditionExpression = "attribute_not_exists(pk)" };
        if (item is not null)
        {
            put.ConditionExpression = "v = :v";
            put.ExpressionAttributeValues = new(1) { [":v"] = DynamoItem.Number(stored) };
        }
        return
        [
            new() { Put = put },
            .. entries.Select(entry => new TransactWriteItem { Put = new Put { TableName = _calls.Table, Item = Item(entry) } }),
            .. replaced.Except(names, StringComparer.Ordinal).Select(name => new TransactWriteItem { Delete = new Delete { TableName = _calls.Table, Key = KeyOf(name) } }),
        ];
    }

    private async Task<ListPage> Page(string list, string? after, int limit, bool backwards, CancellationToken ct)
    {
        var request = _calls.Range(list, DynamoKeys.Entry(""), DynamoKeys.EndOf(DynamoKeys.Entry("")));
        request.Limit = limit;
        request.ScanIndexForward = !backwards;
        if (after is not null) request.ExclusiveStartKey = DynamoItem.Key(list, DynamoKeys.Entry(after));
        var (items, next) = await _calls.Query(StorageOperation.ReadList, request, ct).ConfigureAwait(false);
        foreach (var item in items) DynamoItem.CheckFormat(list, item);
        return new ListPage(
            [.. items.Select(item => new ListEntry(list, SortOf(item), item[DynamoItem.Data].B.ToArray()))],
            next is null ? null : SortOf(next));
    }

    private static Dictionary<string, AttributeValue> Item(ListEntry entry)
    {
        var item = DynamoItem.Key(entry.List, DynamoKeys.Entry(entry.Sort));
        item[DynamoItem.Format] = DynamoItem.Number(DynamoItem.CurrentFormat);
        item[DynamoItem.Data] = new AttributeValue { B = new MemoryStream(entry.Payload.ToArray()) };
        return item;
    }

    private static Dictionary<string, AttributeValue> KeyOf(string name)
    {
        var cut = name.LastIndexOf(Separator);
        return DynamoItem.Key(name[..cut], DynamoKeys.Entry(name[(cut + 1)..]));
    }

    private static string SortOf(Dictionary<string, AttributeValue> item) => item[DynamoKeys.Sort].S[DynamoKeys.Entry("").Length..];
}
