using Actors.Contracts;
using Actors.Meetings;
using Actors.Storage;

namespace Actors.Grains;

/// <summary>One append in the making: the events of the commands that joined it, and those who wait for it.</summary>
/// <param name="at">Time of its first event.</param>
/// <param name="version">Number of its first event.</param>
internal sealed class Commit<TState>(DateTimeOffset at, long version) where TState : class
{
    private readonly TaskCompletionSource<Retry?> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Sized> _events = [];
    private BatchWriter _writer = new(at);

    public long Version => version;

    public int Commands { get; private set; }

    public IReadOnlyList<Sized> Events => _events;

    /// <summary>The state after its last event.</summary>
    public TState? After { get; set; }

    /// <summary>Null once durable; otherwise what every waiter is told.</summary>
    public Task<Retry?> Outcome => _outcome.Task;

    /// <summary>True where the next command belongs into another append.</summary>
    public bool IsFull => _writer.ByteCount >= Limits.BatchBytes;

    public int Bytes => _writer.ByteCount;

    /// <summary>Adds all events of one command, or none where they do not fit into the item any more.</summary>
    public bool TryAdd(ReadOnlySpan<Recorded> events)
    {
        var before = _events.Count;
        foreach (var recorded in events)
        {
            var bytes = _writer.ByteCount;
            _writer.Add(recorded);
            _events.Add(new Sized(recorded, _writer.ByteCount - bytes));
        }
        if (_writer.ByteCount <= StorageLimits.ItemBytes)
        {
            Commands++;
            return true;
        }
        // A writer cannot take back: what was there is written again. Only commands of more than 100 KiB come here.
        _events.RemoveRange(before, _events.Count - before);
        _writer = new BatchWriter(at);
        foreach (var kept in _events) _writer.Add(kept.Recorded);
        return false;
    }

    public Batch ToBatch(string writeId, string writer) => new(version, _events.Count, writeId, writer, at, _writer.WrittenMemory);

    public void Complete(Retry? outcome) => _outcome.TrySetResult(outcome);
}
