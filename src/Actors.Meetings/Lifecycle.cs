using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>Creation, settings, and what time brings about.</summary>
internal static class Lifecycle
{
    public static Outcome Create(MeetingState state, CreateMeeting wanted)
    {
        if ((Arguments.Name(wanted.Title, "title") ?? Settings(wanted.Settings) ??
             Arguments.Map(wanted.Metadata, "metadata", Limits.MetadataBytes)) is { } refusal) return refusal;
        if (state.Status == MeetingStatus.None)
            return Outcome.Of(new MeetingCreated(wanted.Title, wanted.Settings, wanted.Metadata is { IsEmpty: false } ? wanted.Metadata : null));
        var same = state.Title == wanted.Title && state.CreatedWith == wanted.Settings && SameMap(state.Metadata, wanted.Metadata);
        return same ? Outcome.Nothing : Outcome.Refuse(Refusal.MeetingExists);
    }

    public static Outcome Change(MeetingState state, ChangeSettings wanted)
    {
        if (wanted.Settings is null) return Arguments.Invalid("settings", "missing");
        var settings = wanted.Settings.Apply(state.Settings);
        if (Settings(settings) is { } refusal) return refusal;
        return settings == state.Settings ? Outcome.Nothing : Outcome.Of(new SettingsChanged(settings));
    }

    /// <summary>
    /// What is due by now: the rest of an admission, else ended graces and rooms whose time is over. Something may be due again right
    /// afterwards. The shell sends it when <see cref="MeetingState.Due"/> has come; too early it changes nothing, which is logged.
    /// </summary>
    public static Outcome Tick(MeetingState state, DateTimeOffset now)
    {
        if (state.AdmittingThrough is { } through) return WaitingRoom.Next(state, through);
        var events = ImmutableArray.CreateBuilder<Event>();
        var over = state.Expiries.TakeWhile(one => one.Key.At <= now).Take(Limits.ConnectionsPerDisconnect).Select(one => one.Value).ToArray();
        foreach (var id in over) events.Add(new ParticipantLeft(id, LeaveReason.ConnectionLost));
        if (Succession.After(state, over) is { } promoted) events.Add(promoted);
        if (state.Rooms.ClosesAt <= now) events.Add(new RoomsClosed(state.Rooms.Round));
        return Outcome.Of(events.DrainToImmutable());
    }

    private static Outcome? Settings(MeetingSettings? settings)
    {
        if (settings is null) return Arguments.Invalid("settings", "missing");
        if (settings.Policy is null) return Arguments.Invalid("settings.policy", "missing");
        return Arguments.Range(settings.Capacity, "settings.capacity", 1, Limits.ParticipantsPerMeeting)
            ?? Arguments.Known(settings.WaitingRoom, "settings.waitingRoom")
            ?? Arguments.Known(settings.Devices, "settings.devices");
    }

    private static bool SameMap(ImmutableDictionary<string, string>? one, ImmutableDictionary<string, string>? other)
    {
        if (one is null || other is null) return (one is null or { IsEmpty: true }) && (other is null or { IsEmpty: true });
        return one.Count == other.Count && one.All(entry => other.TryGetValue(entry.Key, out var value) && value == entry.Value);
    }
}
