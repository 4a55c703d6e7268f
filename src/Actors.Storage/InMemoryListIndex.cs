using System.Collections.Immutable;

namespace Actors.Storage;

/// <summary>The twin of <see cref="DynamoListIndex"/>: same answers, nothing outlives the process.</summary>
public sealed class InMemoryListIndex : IListIndex
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Version, ImmutableArray<ListEntry> Entries)> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedList<string, ListEntry>> _lists = new(StringComparer.Ordinal);

    public ValueTask<bool> Replace(string owner, long version, ImmutableArray<ListEntry> entries, CancellationToken ct)
    {
        ListRules.Validate(owner, version, entries);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var (stored, old) = _owners.GetValueOrDefault(owner, (0, []));
            if (stored >= version) return new(stored == version);
            foreach (var entry in old) _lists[entry.List].Remove(entry.Sort);
            foreach (var entry in entries)
            {
                if (!_lists.TryGetValue(entry.List, out var list)) _lists[entry.List] = list = new(StringComparer.Ordinal);
                list[entry.Sort] = entry with { Payload = entry.Payload.ToArray() };
            }
            _owners[owner] = (version, entries);
            return new(true);
        }
    }

    public ValueTask<ListPage> Read(string list, string? after, int limit, bool backwards, CancellationToken ct)
    {
        ListRules.Validate(list, after, limit);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_lists.TryGetValue(list, out var entries)) return new(new ListPage([], null));
            var ordered = backwards ? entries.Values.Reverse() : entries.Values;
            ImmutableArray<ListEntry> page =
            [
                .. ordered
                    .Where(entry => after is null || (string.CompareOrdinal(entry.Sort, after) is var order && (backwards ? order < 0 : order > 0)))
                    .Take(limit + 1),
            ];
            return new(page.Length > limit ? new ListPage(page[..limit], page[limit - 1].Sort) : new ListPage(page, null));
        }
    }
}
