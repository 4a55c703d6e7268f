using System.Collections.Concurrent;
using System.Collections.Immutable;
using Actors.Storage;

namespace Actors.Grains.Tests;

/// <summary>An event log that can be told to hold appends, to fail, or to write and then fail; and that counts what it is asked.</summary>
internal sealed class ScriptedEventLog(IEventLog inner) : IEventLog
{
    private readonly ConcurrentQueue<Fault> _faults = new();
    private readonly ConcurrentQueue<(string Operation, string Stream)> _calls = new();
    private readonly ConcurrentQueue<(string Stream, Batch Batch)> _appended = new();
    private volatile Gate? _gate;

    /// <summary>What the next appends of meetings meet, in order; afterwards they succeed.</summary>
    public enum Fault
    {
        /// <summary>Nothing was written.</summary>
        Throttled,

        /// <summary>It was written, the answer was lost.</summary>
        WrittenThenTimedOut,
    }

    /// <summary>Everything fails while this is set.</summary>
    public bool IsDown { get; set; }

    /// <summary>Streams with this prefix cannot be loaded while it is set.</summary>
    public string? LoadsFail { get; set; }

    /// <summary>Redactions fail while this is set.</summary>
    public bool RedactionsFail { get; set; }

    /// <summary>Overlays are not stored while this is set.</summary>
    public bool OverlaysFail { get; set; }

    /// <summary>What is stored instead of an overlay.</summary>
    public Func<Overlay, Overlay>? OverlaysStored { get; set; }

    /// <summary>Appends that storage has taken, in order.</summary>
    public IReadOnlyCollection<(string Stream, Batch Batch)> Appended => _appended;

    public IEventLog Inner => inner;

    public void Script(params Fault[] faults)
    {
        foreach (var fault in faults) _faults.Enqueue(fault);
    }

    /// <summary>From here every append of streams with this prefix waits; <see cref="Gate.Arrived"/> tells of the first.</summary>
    public Gate Hold(string prefix = "")
    {
        var gate = new Gate(prefix);
        _gate = gate;
        return gate;
    }

    /// <summary>Calls of an operation on streams with this prefix.</summary>
    public int Calls(string operation, string prefix = "") =>
        _calls.Count(call => call.Operation == operation && call.Stream.StartsWith(prefix, StringComparison.Ordinal));

    public void ForgetCalls() => _calls.Clear();

    public async ValueTask<AppendResult> Append(string stream, Batch batch, CancellationToken ct)
    {
        Count(nameof(Append), stream);
        // The writer's buffer is its own again once the call ends, also where a test lets the call end late.
        batch = batch with { Events = batch.Events.ToArray() };
        if (_gate is { } gate && stream.StartsWith(gate.Prefix, StringComparison.Ordinal)) await gate.Pass(ct);
        if (stream.StartsWith("meeting/", StringComparison.Ordinal) && _faults.TryDequeue(out var fault))
        {
            if (fault == Fault.WrittenThenTimedOut) await Write(stream, batch, ct);
            throw new StorageUnavailableException(fault == Fault.Throttled ? StorageFault.Throttled : StorageFault.TimedOut, "scripted");
        }
        return await Write(stream, batch, ct);
    }

    public async ValueTask<Loaded> Load(string stream, Schemas readable, CancellationToken ct)
    {
        Count(nameof(Load), stream);
        if (LoadsFail is { } prefix && stream.StartsWith(prefix, StringComparison.Ordinal))
            throw new StorageUnavailableException(StorageFault.ServerError, "scripted");
        return await inner.Load(stream, readable, ct);
    }

    public async ValueTask<Page> ReadForward(string stream, long from, ReadLimit limit, CancellationToken ct)
    {
        Count(nameof(ReadForward), stream);
        return await inner.ReadForward(stream, from, limit, ct);
    }

    public async ValueTask<Page> ReadBackward(string stream, long through, ReadLimit limit, CancellationToken ct)
    {
        Count(nameof(ReadBackward), stream);
        return await inner.ReadBackward(stream, through, limit, ct);
    }

    public async ValueTask SaveSnapshot(string stream, Snapshot snapshot, CancellationToken ct)
    {
        Count(nameof(SaveSnapshot), stream);
        await inner.SaveSnapshot(stream, snapshot, ct);
    }

    public async ValueTask DropSnapshots(string stream, long before, CancellationToken ct)
    {
        Count(nameof(DropSnapshots), stream);
        await inner.DropSnapshots(stream, before, ct);
    }

    public async ValueTask<ImmutableArray<Overlay>> ReadOverlays(string stream, long firstPage, long lastPage, CancellationToken ct)
    {
        Count(nameof(ReadOverlays), stream);
        return await inner.ReadOverlays(stream, firstPage, lastPage, ct);
    }

    public async ValueTask<bool> SaveOverlay(string stream, Overlay overlay, CancellationToken ct)
    {
        Count(nameof(SaveOverlay), stream);
        if (OverlaysFail) throw new StorageUnavailableException(StorageFault.ServerError, "scripted");
        return await inner.SaveOverlay(stream, OverlaysStored?.Invoke(overlay) ?? overlay, ct);
    }

    public async ValueTask<bool> Redact(string stream, long version, Func<Batch, ReadOnlyMemory<byte>> rewrite, CancellationToken ct)
    {
        Count(nameof(Redact), stream);
        if (RedactionsFail) throw new StorageUnavailableException(StorageFault.ServerError, "scripted");
        return await inner.Redact(stream, version, rewrite, ct);
    }

    public async ValueTask<long> Trim(string stream, long through, CancellationToken ct)
    {
        Count(nameof(Trim), stream);
        return await inner.Trim(stream, through, ct);
    }

    private async ValueTask<AppendResult> Write(string stream, Batch batch, CancellationToken ct)
    {
        var result = await inner.Append(stream, batch, ct);
        if (result is AppendResult.Appended) _appended.Enqueue((stream, batch));
        return result;
    }

    private void Count(string operation, string stream)
    {
        _calls.Enqueue((operation, stream));
        if (IsDown) throw new StorageUnavailableException(StorageFault.Unreachable, "scripted outage");
    }

    /// <summary>Holds appends until released; those that give up meanwhile have written nothing.</summary>
    internal sealed class Gate(string prefix)
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Prefix => prefix;

        /// <summary>An append is being held.</summary>
        public Task Arrived => _arrived.Task;

        public void Release() => _released.TrySetResult();

        public async Task Pass(CancellationToken ct)
        {
            _arrived.TrySetResult();
            await _released.Task.WaitAsync(ct);
        }
    }
}
