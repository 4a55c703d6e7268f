using System.Collections.Concurrent;
using Orleans.Runtime;

namespace Orleans.Reminders;

/// <summary>A stored reminder. Its ticks are at <paramref name="StartAt"/> plus whole periods.</summary>
internal sealed record Reminder(GrainId Grain, string Name, DateTimeOffset StartAt, TimeSpan Period, string Version);

/// <summary>Where reminders survive. An upsert replaces what is there; the version tells a reminder from an older one of its name.</summary>
internal interface IReminderStore
{
    Task Start(CancellationToken cancellationToken);

    Task Upsert(Reminder reminder, CancellationToken cancellationToken);

    /// <summary>False if the reminder is not there any more, or is a newer one.</summary>
    Task<bool> Remove(Reminder reminder, CancellationToken cancellationToken);

    Task<IReadOnlyList<Reminder>> ReadAll(CancellationToken cancellationToken);

    Task<IReadOnlyList<Reminder>> Read(GrainId grain, CancellationToken cancellationToken);
}

/// <summary>Reminders that live and die with the silo's host.</summary>
internal sealed class MemoryReminderStore : IReminderStore
{
    private readonly ConcurrentDictionary<(GrainId, string), Reminder> _reminders = new();

    public Task Start(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Upsert(Reminder reminder, CancellationToken cancellationToken)
    {
        _reminders[(reminder.Grain, reminder.Name)] = reminder;
        return Task.CompletedTask;
    }

    public Task<bool> Remove(Reminder reminder, CancellationToken cancellationToken) => Task.FromResult(
        _reminders.TryGetValue((reminder.Grain, reminder.Name), out var stored)
        && stored.Version == reminder.Version
        && _reminders.TryRemove(new KeyValuePair<(GrainId, string), Reminder>((reminder.Grain, reminder.Name), stored)));

    public Task<IReadOnlyList<Reminder>> ReadAll(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Reminder>>([.. _reminders.Values]);

    public Task<IReadOnlyList<Reminder>> Read(GrainId grain, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Reminder>>([.. _reminders.Values.Where(r => r.Grain.Equals(grain))]);
}
