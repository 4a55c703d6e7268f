using Orleans.Reminders;
using Orleans.Runtime;

namespace Actors.Engine.Tests;

/// <summary>One store for all silos of a test, as slow as the test says, that gives up where it is told to.</summary>
internal sealed class SharedReminderStore : IReminderStore
{
    private readonly MemoryReminderStore _inner = new();

    /// <summary>What a reading of everything takes after it has seen the store.</summary>
    public Func<Task> Reading { get; set; } = () => Task.CompletedTask;

    public Task Start(CancellationToken cancellationToken) => _inner.Start(cancellationToken);

    public Task Upsert(Reminder reminder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _inner.Upsert(reminder, cancellationToken);
    }

    public Task<bool> Remove(Reminder reminder, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _inner.Remove(reminder, cancellationToken);
    }

    public async Task<IReadOnlyList<Reminder>> ReadAll(CancellationToken cancellationToken)
    {
        var stored = await _inner.ReadAll(cancellationToken);
        await Reading();
        return stored;
    }

    public Task<IReadOnlyList<Reminder>> Read(GrainId grain, CancellationToken cancellationToken) => _inner.Read(grain, cancellationToken);
}
