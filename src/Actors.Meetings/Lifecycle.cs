using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Creation, settings, and what time brings about.</summary>
internal static class Lifecycle
{
    public static Outcome Create(MeetingState state, Request request, CreateMeeting wanted, DateTimeOffset now)
    {
        if ((Arguments.Name(wanted.Title, "title") ?? Settings(wanted.Settings) ??
             Arguments.Map(wanted.Metadata, "metadata", Limits.MetadataBytes) ?? Labels.Check(wanted.Tags) ?? Scheduling.CheckPlan(wanted.Schedule) ??
             Series(wanted) ?? Passcode(wanted.Passcode)) is { } refusal) return refusal;
        var series = wanted.Series is { } id ? new SeriesPosition(id, 1, wanted.Schedule?.Repeats is null ? null : wanted.Schedule) : null;
        var created = new MeetingCreated(
            wanted.Title, wanted.Settings, wanted.Metadata is { IsEmpty: false } ? wanted.Metadata : null,
            wanted.Tags is { IsEmpty: false } ? Labels.Sorted(wanted.Tags) : null, wanted.Schedule, series);
        if (state.Status == MeetingStatus.None)
            return Outcome.Of(wanted.Passcode is { } passcode ? created with { Passcode = Passcodes.Hash(passcode, request, now) } : created);
        return Same(state.CreatedAs, created) && Passcodes.Match(state.CreatedAs.Passcode, wanted.Passcode)
            ? Outcome.Nothing
            : Outcome.Refuse(Refusal.MeetingExists);
    }

    /// <summary>Setting the same again is a change like any other: nobody is told whether it was the same.</summary>
    public static Outcome Change(SetPasscode wanted, Request request, DateTimeOffset now)
    {
        if (Passcode(wanted.Passcode) is { } refusal) return refusal;
        return Outcome.Of(wanted.Passcode is { } passcode ? new PasscodeChanged(true, Passcodes.Hash(passcode, request, now)) : new PasscodeChanged(false));
    }

    public static Outcome Change(MeetingState state, ChangeSettings wanted)
    {
        if (wanted.Settings is null) return Arguments.Invalid("settings", "missing");
        var settings = wanted.Settings.Apply(state.Settings);
        if (Settings(settings) is { } refusal) return refusal;
        if (settings == state.Settings) return Outcome.Nothing;
        var changed = new SettingsChanged(settings);
        // Where the host is waited for no longer, those who did so have come, and it starts.
        return state is { Status: MeetingStatus.Created, Participants.IsEmpty: false } && !settings.WaitForHost
            ? Outcome.Of(WaitingRoom.Start(state with { Settings = settings }).Insert(0, changed))
            : Outcome.Of(changed);
    }

    /// <summary>
    /// What is due by now: the rest of an admission, else ended graces and rooms whose time is over. Something may be due again right
    /// afterwards. The shell sends it when <see cref="MeetingState.Due"/> has come; too early it changes nothing, which is logged.
    /// </summary>
    public static Outcome Tick(MeetingState state, DateTimeOffset now)
    {
        if (state.EndDue(now) is { } reason) return Occurrences.End(state, reason, now);
        if (state.AdmittingThrough is { } through) return WaitingRoom.Next(state, through, state.AdmittingHeld);
        var events = ImmutableArray.CreateBuilder<Event>();
        var over = state.Expiries.TakeWhile(one => one.Key.At <= now).Take(Limits.ConnectionsPerDisconnect).Select(one => one.Value).ToArray();
        foreach (var id in over) events.Add(new ParticipantLeft(id, LeaveReason.ConnectionLost));
        if (Succession.After(state, over) is { } promoted) events.Add(promoted);
        if (state.Rooms.ClosesAt <= now) events.Add(new RoomsClosed(state.Rooms.Round));
        if (state.Main.Timer?.EndsAt <= now) events.Add(new TimerEnded());
        if (state.WarningDue(now) is { } minutes) events.Add(new MeetingEndingSoon(minutes, state.EndsAt!.Value));
        return Outcome.Of(events.DrainToImmutable());
    }

    private static Outcome? Settings(MeetingSettings? settings)
    {
        if (settings is null) return Arguments.Invalid("settings", "missing");
        if (settings.Policy is null) return Arguments.Invalid("settings.policy", "missing");
        return Arguments.Range(settings.Capacity, "settings.capacity", 1, Limits.ParticipantsPerMeeting)
            ?? Arguments.Known(settings.Policy.HandOrder ?? HandOrder.Raised, "settings.handOrder")
            ?? Arguments.Known(settings.Policy.PrivateChat ?? PrivateChat.Everyone, "settings.privateChat")
            ?? Arguments.Known(settings.WaitingRoom, "settings.waitingRoom")
            ?? Arguments.Known(settings.Devices, "settings.devices")
            ?? Arguments.Range(settings.EndWhenEmptySeconds, "settings.endWhenEmptySeconds", 1, Limits.EndDelaySeconds)
            ?? Arguments.Range(settings.EndWithoutHostSeconds, "settings.endWithoutHostSeconds", 1, Limits.EndDelaySeconds)
            ?? Arguments.Range(settings.TimeLimitMinutes, "settings.timeLimitMinutes", 1, Limits.TimeLimitMinutes)
            ?? Arguments.Range(settings.JoinBeforeMinutes, "settings.joinBeforeMinutes", 1, Limits.JoinBeforeMinutes);
    }

    private static Outcome? Series(CreateMeeting wanted)
    {
        if (wanted.Series is not { } id) return wanted.Schedule?.Repeats is null ? null : Arguments.Invalid("series", "what repeats is a series");
        return Arguments.Id(id, "series") ?? (id.Length > Limits.SeriesIdLength ? Arguments.TooLarge("id", $"{Limits.SeriesIdLength} characters at most for a series") : null);
    }

    // A passcode is never part of a refusal's text.
    private static Outcome? Passcode(string? passcode)
    {
        if (passcode is null) return null;
        return passcode.Length > Limits.PasscodeLength ? Arguments.TooLarge("passcode", $"{Limits.PasscodeLength} characters at most") : Arguments.Name(passcode, "passcode");
    }

    private static bool Same(MeetingCreated one, MeetingCreated other) =>
        one.Title == other.Title && one.Settings == other.Settings && one.Schedule == other.Schedule && one.Series == other.Series
        && SameMap(one.Metadata, other.Metadata) && Labels.Sorted(one.Tags).SequenceEqual(Labels.Sorted(other.Tags), StringComparer.Ordinal);

    internal static bool SameMap(ImmutableDictionary<string, string>? one, ImmutableDictionary<string, string>? other)
    {
        if (one is null || other is null) return (one is null or { IsEmpty: true }) && (other is null or { IsEmpty: true });
        return one.Count == other.Count && one.All(entry => other.TryGetValue(entry.Key, out var value) && value == entry.Value);
    }
}
