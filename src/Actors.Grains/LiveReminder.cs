using Actors.Contracts;
using Actors.Meetings;

namespace Actors.Grains;

/// <summary>
/// One durable reminder from the meeting's start, or the first who waits for it, until its end and what follows from it are done: it wakes the grain
/// after a crash when nobody is connected to do so.
/// </summary>
internal sealed class LiveReminder(MeetingGrain grain)
{
    private const string Name = "live";

    // What the reminder service holds as far as this activation knows.
    private bool? _set;
    private Task _keeping = Task.CompletedTask;

    /// <param name="listed">Whether lists show the end.</param>
    public bool IsDue(MeetingState durable, bool listed) => IsWanted(durable)
        ? _set != true
        : (durable.Status == MeetingStatus.Created || (durable.Status == MeetingStatus.Ended && listed)) && _set == true;

    /// <summary>Sets or removes it as the meeting needs; one call at a time.</summary>
    public Task Keep(MeetingState durable, bool listed) => _keeping.IsCompleted && IsDue(durable, listed) ? _keeping = Change(IsWanted(durable)) : _keeping;

    /// <summary>A reminder of a meeting that has ended, from an activation that ended before it could remove it.</summary>
    public void Rang() => _set = true;

    private static bool IsWanted(MeetingState durable) =>
        durable.Status == MeetingStatus.Live || !durable.Participants.IsEmpty || durable.HasLegacy || durable.Main.Polls.HasWork;

    private async Task Change(bool set)
    {
        if (set) await grain.RegisterOrUpdateReminder(Name, GrainLimits.ReminderPeriod, GrainLimits.ReminderPeriod);
        else if (await grain.GetReminder(Name) is { } reminder) await grain.UnregisterReminder(reminder);
        _set = set;
    }
}
