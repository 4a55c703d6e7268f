using System.Collections.Immutable;
using Actors.Storage;

namespace Actors.Grains.Tests;

/// <summary>Lists that can be told to be out of reach.</summary>
internal sealed class ScriptedListIndex(IListIndex inner) : IListIndex
{
    private int _replacements;

    public bool IsDown { get; set; }

    /// <summary>Replacements asked for, those that failed too.</summary>
    public int Replacements => Volatile.Read(ref _replacements);

    public async ValueTask<bool> Replace(string owner, long version, ImmutableArray<ListEntry> entries, CancellationToken ct)
    {
        Interlocked.Increment(ref _replacements);
        ThrowIfDown();
        return await inner.Replace(owner, version, entries, ct);
    }

    public async ValueTask<ListPage> Read(string list, string? after, int limit, bool backwards, CancellationToken ct)
    {
        ThrowIfDown();
        return await inner.Read(list, after, limit, backwards, ct);
    }

    private void ThrowIfDown()
    {
        if (IsDown) throw new StorageUnavailableException(StorageFault.Unreachable, "scripted outage");
    }
}
