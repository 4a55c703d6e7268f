using System.Collections.Concurrent;

namespace Actors.Engine.Tests;

/// <summary>What a test and its grains share: gates that grains wait at, signals that tests wait for, and a log.</summary>
internal sealed class Probe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _signals = new();

    public ConcurrentQueue<string> Log { get; } = new();

    public void Open(string name) => Signal(name).TrySetResult();

    public Task Gate(string name) => Signal(name).Task;

    /// <summary>Waits, in real time, for something that must happen.</summary>
    public Task Await(string name) => Signal(name).Task.WaitAsync(Patience);

    public void Reset(string name) => _signals.TryRemove(name, out _);

    private TaskCompletionSource Signal(string name) =>
        _signals.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
