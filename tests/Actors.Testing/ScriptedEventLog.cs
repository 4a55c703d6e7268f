using System.Collections.Concurrent;
using System.Collections.Immutable;
using Actors.Storage;

namespace Actors.Testing;

/// <summary>What a <see cref="ScriptedEventLog"/> does with one call.</summary>
public abstract record Script
{
    private Script() { }

    /// <summary>The call never reaches storage.</summary>
    public sealed record FailBefore(StorageFault Fault = StorageFault.Throttled) : Script;

    /// <summary>The call takes effect, but its answer is lost.</summary>
    public sealed record FailAfter(StorageFault Fault = StorageFault.TimedOut) : Script;

    /// <summary>Somebody else appends first.</summary>
    public sealed record Rival(Batch Batch) : Script;

    /// <summary>The call waits, before or after its effect, until the test lets go.</summary>
    public sealed record Hold(bool AfterEffect = false) : Script
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes when a call has come to wait.</summary>
        public Task Reached => _reached.Task;

        public void Release() => _released.TrySetResult();

        internal Task Wait(CancellationToken ct)
        {
            _reached.TrySetResult();
            return _released.Task.WaitAsync(ct);
        }
    }
}

/// <summary>An event log in front of another whose calls fail, wait or lose as scripted, one script per call in order; unscripted calls pass.</summary>
public sealed class ScriptedEventLog(IEventLog inner) : IEventLog
{
    private readonly ConcurrentDictionary<StorageOperation, ConcurrentQueue<Script>> _scripts = new();
    private readonly ConcurrentDictionary<StorageOperation, int> _calls = new();

    /// <summary>While set, every call fails with it before it reaches storage.</summary>
    public StorageFault? Down { get; set; }

    public int Calls(StorageOperation operation) => _calls.GetValueOrDefault(operation);

    /// <summary>The next calls of this operation do as scripted.</summary>
    public void Next(StorageOperation operation, params ReadOnlySpan<Script> scripts)
    {
        var queue = _scripts.GetOrAdd(operation, static _ => new());
        foreach (var script in scripts)
            queue.Enqueue(script);
    }

    /// <summary>The next call of this operation waits until the answer's Release.</summary>
    public Script.Hold HoldNext(StorageOperation operation, bool afterEffect = false)
    {
        var hold = new Script.Hold(afterEffect);
        Next(operation, hold);
        return hold;
    }

    public ValueTask<AppendResult> Append(string stream, Batch batch, CancellationToken ct) =>
        Play(StorageOperation.Append, stream, () => inner.Append(stream, batch, ct), ct);

    public ValueTask<Loaded> Load(string stream, Schemas readable, CancellationToken ct) =>
        Play(StorageOperation.Load, stream, () => inner.Load(stream, readable, ct), ct);

    public ValueTask<Page> ReadForward(string stream, long from, ReadLimit limit, CancellationToken ct) =>
        Play(StorageOperation.ReadForward, stream, () => inner.ReadForward(stream, from, limit, ct), ct);

    public ValueTask<Page> ReadBackward(string stream, long through, ReadLimit limit, CancellationToken ct) =>
        Play(StorageOperation.ReadBackward, stream, () => inner.ReadBackward(stream, through, limit, ct), ct);

    public async ValueTask SaveSnapshot(string stream, Snapshot snapshot, CancellationToken ct) =>
        await Play(StorageOperation.SaveSnapshot, stream, () => Done(inner.SaveSnapshot(stream, snapshot, ct)), ct);

    public async ValueTask DropSnapshots(string stream, long before, CancellationToken ct) =>
        await Play(StorageOperation.DropSnapshots, stream, () => Done(inner.DropSnapshots(stream, before, ct)), ct);

    public ValueTask<ImmutableArray<Overlay>> ReadOverlays(string stream, long firstPage, long lastPage, CancellationToken ct) =>
        Play(StorageOperation.ReadOverlays, stream, () => inner.ReadOverlays(stream, firstPage, lastPage, ct), ct);

    public ValueTask<bool> SaveOverlay(string stream, Overlay overlay, CancellationToken ct) =>
        Play(StorageOperation.SaveOverlay, stream, () => inner.SaveOverlay(stream, overlay, ct), ct);

    public ValueTask<bool> Redact(string stream, long version, Func<Batch, ReadOnlyMemory<byte>> rewrite, CancellationToken ct) =>
        Play(StorageOperation.Redact, stream, () => inner.Redact(stream, version, rewrite, ct), ct);

    public ValueTask<long> Trim(string stream, long through, CancellationToken ct) =>
        Play(StorageOperation.Trim, stream, () => inner.Trim(stream, through, ct), ct);

    private async ValueTask<T> Play<T>(StorageOperation operation, string stream, Func<ValueTask<T>> call, CancellationToken ct)
    {
        _calls.AddOrUpdate(operation, 1, static (_, n) => n + 1);
        if (Down is { } down)
            throw new StorageUnavailableException(down, "Scripted: storage is down.");
        Script? script = null;
        if (_scripts.TryGetValue(operation, out var queue))
            queue.TryDequeue(out script);
        switch (script)
        {
            case Script.FailBefore before:
                throw new StorageUnavailableException(before.Fault, "Scripted: failed before it took effect.");
            case Script.Rival rival:
                await inner.Append(stream, rival.Batch, ct);
                break;
            case Script.Hold { AfterEffect: false } hold:
                await hold.Wait(ct);
                break;
        }
        var result = await call();
        switch (script)
        {
            case Script.FailAfter after:
                throw new StorageUnavailableException(after.Fault, "Scripted: took effect, the answer was lost.");
            case Script.Hold { AfterEffect: true } hold:
                await hold.Wait(ct);
                break;
        }
        return result;
    }

    private static async ValueTask<bool> Done(ValueTask task)
    {
        await task;
        return true;
    }
}
