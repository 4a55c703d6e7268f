using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Actors.Storage;

/// <summary>The twin of <see cref="DynamoEventLog"/> for tests and for running without a database: same answers, nothing outlives the process.</summary>
public sealed class InMemoryEventLog(TimeProvider time) : IEventLog
{
    private readonly ConcurrentDictionary<string, Stream> _streams = new(StringComparer.Ordinal);

    public ValueTask<AppendResult> Append(string stream, Batch batch, CancellationToken ct)
    {
        batch.Validate();
        return On<AppendResult>(stream, ct, s =>
        {
            if (!s.Batches.TryGetValue(batch.Version, out var existing))
            {
                // The writer may reuse its buffer once the append is done.
                s.Batches.Add(batch.Version, batch with { At = batch.At.ToUniversalTime(), Events = batch.Events.ToArray() });
                return new AppendResult.Appended(0);
            }
            return existing.WriteId == batch.WriteId ? new AppendResult.Appended(0) : new AppendResult.Conflict(existing);
        });
    }

    public ValueTask<Loaded> Load(string stream, Schemas readable, CancellationToken ct) => On(stream, ct, s =>
    {
        var snapshot = s.Snapshots.FindLast(x => readable.Contains(x.Schema) && x.Version >= s.TrimmedThrough);
        if (snapshot is null && s.TrimmedThrough > 0)
            throw Chain.NoSnapshot(stream, s.TrimmedThrough);
        var start = snapshot?.Version ?? 0;
        var tail = Chain.Tail(stream, start, [.. s.Forward(start + 1)]);
        return new Loaded(snapshot, tail, s.TrimmedThrough, tail.Length == 0 ? start : tail[^1].Last);
    });

    public ValueTask<Page> ReadForward(string stream, long from, ReadLimit limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(from, 1);
        limit.Validate();
        return On(stream, ct, s => Cut(s.Forward(from).Where(b => b.Last >= from), new PageBuilder(limit, from: from), (last, next) =>
        {
            var expected = last?.Last + 1 ?? Math.Max(from, s.TrimmedThrough + 1);
            if (next.Version > expected || (last is not null && next.Version != expected))
                throw Chain.Gap(stream, expected, next.Version);
        }));
    }

    public ValueTask<Page> ReadBackward(string stream, long through, ReadLimit limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(through, 1);
        limit.Validate();
        return On(stream, ct, s =>
        {
            var page = Cut(s.Backward(through), new PageBuilder(limit, through: through), (later, next) =>
            {
                if (later is not null && next.Last + 1 != later.Version)
                    throw Chain.Gap(stream, next.Last + 1, later.Version);
            });
            if (page.End && page.Batches.Length > 0 && page.Batches[^1].Version > s.TrimmedThrough + 1)
                throw Chain.Gap(stream, s.TrimmedThrough + 1, page.Batches[^1].Version);
            return page;
        });
    }

    public ValueTask SaveSnapshot(string stream, Snapshot snapshot, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(snapshot.Version, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(snapshot.Payload.Length, StorageLimits.SnapshotBytes);
        return Do(stream, ct, s =>
        {
            if (s.Snapshots.Count > 0 && s.Snapshots[^1].Version > snapshot.Version)
                return;
            if (s.Containing(snapshot.Version) is null)
                throw Chain.Ahead(stream, snapshot.Version);
            s.Snapshots.RemoveAll(x => x.Version == snapshot.Version);
            s.Snapshots.Add(snapshot with { Payload = snapshot.Payload.ToArray() });
            s.Snapshots.RemoveRange(0, Math.Max(0, s.Snapshots.Count - StorageLimits.SnapshotsKept));
        });
    }

    public ValueTask DropSnapshots(string stream, long before, CancellationToken ct) => Do(stream, ct, s =>
    {
        var kept = s.Snapshots.Any(x => x.Version >= Math.Max(before, s.TrimmedThrough));
        if (s.TrimmedThrough > 0 && !kept)
            throw Chain.Unanchored(stream, s.TrimmedThrough);
        s.Snapshots.RemoveAll(x => x.Version < before);
    });

    public ValueTask<ImmutableArray<Overlay>> ReadOverlays(string stream, long firstPage, long lastPage, CancellationToken ct) =>
        On(stream, ct, s => s.Overlays.Where(x => x.Key >= firstPage && x.Key <= lastPage).Select(x => x.Value).ToImmutableArray());

    public ValueTask<bool> SaveOverlay(string stream, Overlay overlay, CancellationToken ct)
    {
        overlay.Validate();
        return On(stream, ct, s =>
        {
            if (s.Overlays.TryGetValue(overlay.Page, out var stored) && stored.Through > overlay.Through)
                return false;
            s.Overlays[overlay.Page] = overlay with { Payload = overlay.Payload.ToArray() };
            return true;
        });
    }

    public ValueTask<bool> Redact(string stream, long version, Func<Batch, ReadOnlyMemory<byte>> rewrite, CancellationToken ct) => On(stream, ct, s =>
    {
        if (s.Containing(version) is not { } batch)
            return false;
        var rewritten = batch with { Events = rewrite(batch).ToArray() };
        rewritten.Validate();
        s.Batches[batch.Version] = rewritten;
        return true;
    });

    public ValueTask<long> Trim(string stream, long through, CancellationToken ct) => On(stream, ct, s =>
    {
        if (!s.Snapshots.Any(x => x.Version >= through))
            throw Chain.Unanchored(stream, through);
        var youngest = time.GetUtcNow() - StorageLimits.TrimMinimumAge;
        while (s.Batches.Count > 1 && s.Batches.GetValueAtIndex(0) is var batch && batch.Last <= through && batch.At <= youngest)
        {
            s.TrimmedThrough = batch.Last;
            s.Batches.RemoveAt(0);
        }
        return s.TrimmedThrough;
    });

    private static Page Cut(IEnumerable<Batch> batches, PageBuilder page, Action<Batch?, Batch> check)
    {
        Batch? previous = null;
        foreach (var batch in batches)
        {
            check(previous, batch);
            if (!page.TryAdd(batch))
                return page.Build(end: false);
            previous = batch;
        }
        return page.Build(end: true);
    }

    private ValueTask Do(string stream, CancellationToken ct, Action<Stream> action)
    {
        var done = On(stream, ct, s => { action(s); return true; });
        return done.IsCompletedSuccessfully ? default : new ValueTask(done.AsTask());
    }

    /// <summary>Faults arrive through the task, as they do from DynamoDB.</summary>
    private ValueTask<T> On<T>(string name, CancellationToken ct, Func<Stream, T> action)
    {
        StorageLimits.ValidateStream(name);
        if (ct.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(ct);
        var stream = _streams.GetOrAdd(name, static _ => new Stream());
        lock (stream)
        {
            try
            {
                return ValueTask.FromResult(action(stream));
            }
            catch (Exception e) when (e is StreamCorruptedException or InvalidOperationException or ArgumentException)
            {
                return ValueTask.FromException<T>(e);
            }
        }
    }

    private sealed class Stream
    {
        public SortedList<long, Batch> Batches { get; } = [];

        public List<Snapshot> Snapshots { get; } = [];

        public SortedDictionary<long, Overlay> Overlays { get; } = [];

        public long TrimmedThrough { get; set; }

        public Batch? Containing(long version) => Backward(version).FirstOrDefault() is { } b && b.Last >= version ? b : null;

        /// <summary>Newest first, from the last batch that begins at or before the version.</summary>
        public IEnumerable<Batch> Backward(long version)
        {
            for (var i = IndexAt(version); i >= 0; i--)
                yield return Batches.GetValueAtIndex(i);
        }

        /// <summary>Oldest first, from the last batch that begins at or before the version (or the first there is).</summary>
        public IEnumerable<Batch> Forward(long version)
        {
            for (var i = Math.Max(0, IndexAt(version)); i < Batches.Count; i++)
                yield return Batches.GetValueAtIndex(i);
        }

        private int IndexAt(long version)
        {
            var (low, high) = (0, Batches.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (Batches.GetKeyAtIndex(middle) <= version)
                    low = middle + 1;
                else
                    high = middle;
            }
            return low - 1;
        }
    }
}
