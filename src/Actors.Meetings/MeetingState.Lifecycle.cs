using System.Collections.Immutable;
using System.Text.Json;
using Actors.Contracts;

namespace Actors.Meetings;

// Schedule, series, passcode, tags, and what ends a meeting by itself.
public sealed partial record MeetingState
{
    /// <summary>As it was created: a repeated creation is compared with it.</summary>
    public MeetingCreated CreatedAs { get; init; } = new("", MeetingSettings.Default);

    public DateTimeOffset? CreatedAt { get; init; }

    public ImmutableArray<string> Tags { get; init; } = [];

    public MeetingSchedule? Schedule { get; init; }

    /// <summary>Null where it does not come again.</summary>
    public SeriesPosition? Series { get; init; }

    /// <summary>
    /// When this occurrence starts by the plan and its exceptions, whatever it alone was moved to; a new plan begins with the occurrence that gets it.
    /// Null where nothing is planned.
    /// </summary>
    internal DateTimeOffset? PlannedStart =>
        Series?.Plan is not { } plan ? null : plan == CreatedAs.Series?.Plan ? CreatedAs.Schedule?.Start : plan.Start;

    /// <summary>Somebody ended the series: nothing follows this occurrence.</summary>
    public bool SeriesOver { get; init; }

    /// <summary>The occurrence after this ended one.</summary>
    public OccurrenceFollows? Next { get; init; }

    /// <summary>That one has everything.</summary>
    public bool Continued { get; init; }

    /// <summary>The occurrence before this one.</summary>
    public string? Former { get; init; }

    /// <summary>Parts of what the former leaves that were taken over.</summary>
    public int CarriedParts { get; init; }

    /// <summary>All its parts, where removals are among them; else 0.</summary>
    public int AwaitedParts { get; init; }

    /// <summary>It does not know yet who was removed from the former.</summary>
    public bool AwaitsRemovals => CarriedParts < AwaitedParts;

    public bool Cancelled { get; init; }

    public string? PasscodeHash { get; init; }

    public string? WaitingMessage { get; init; }

    /// <summary>When the time limit ends it.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The last warning given, or passed before there was a limit, in minutes.</summary>
    public int? Warned { get; init; }

    /// <summary>While live: since when nobody is in.</summary>
    public DateTimeOffset? EmptySince { get; init; }

    /// <summary>While live: since when the last host is gone.</summary>
    public DateTimeOffset? HostlessSince { get; init; }

    /// <summary>Number of the last event that changed how lists show this meeting.</summary>
    public long Listed { get; init; }

    /// <summary>An ended occurrence whose successor has not everything yet.</summary>
    public bool HasLegacy => Next is not null && !Continued;

    private DateTimeOffset? EmptyUntil => Settings.EndWhenEmptySeconds is { } seconds ? EmptySince?.AddSeconds(seconds) : null;

    private DateTimeOffset? HostlessUntil => Settings.EndWithoutHostSeconds is { } seconds ? HostlessSince?.AddSeconds(seconds) : null;

    // Largest first; those at or above what was said last are over.
    private int? NextWarning
    {
        get
        {
            foreach (var minutes in Limits.TimeWarnings)
                if (!(minutes >= Warned)) return minutes;
            return null;
        }
    }

    private DateTimeOffset? LifecycleDue =>
        Earlier(Earlier(EmptyUntil, HostlessUntil), Earlier(NextWarning is { } minutes ? EndsAt?.AddMinutes(-minutes) : null, EndsAt));

    /// <summary>Why it ends by itself by now; null where it goes on.</summary>
    internal EndReason? EndDue(DateTimeOffset now) =>
        EndsAt <= now ? EndReason.TimeLimit : EmptyUntil <= now ? EndReason.Empty : HostlessUntil <= now ? EndReason.NoHost : null;

    /// <summary>The warning that is due by now; after a long sleep the last one that is, not each.</summary>
    internal int? WarningDue(DateTimeOffset now)
    {
        int? due = null;
        foreach (var minutes in Limits.TimeWarnings)
            if (!(minutes >= Warned) && EndsAt?.AddMinutes(-minutes) <= now) due = minutes;
        return due;
    }

    private MeetingState? EvolveLifecycle(Event happened) => happened switch
    {
        MeetingUpdated e => this with
        {
            Title = e.Title ?? Title,
            Schedule = e.Schedule ?? Schedule,
            Series = e.Series ?? Series,
            Listed = Version,
            // The thread bears the title.
            AllConcerned = e.Title is null ? AllConcerned : Version,
        },
        MeetingCancelled => End() with { Cancelled = true, Listed = Version },
        SeriesEnded => this with { SeriesOver = true },
        OccurrenceSkipped e => this with { Series = PlannedOccurrences.Change(Series!, new OccurrenceChange(e.Start), LastTime) },
        OccurrenceMoved e => this with { Series = PlannedOccurrences.Change(Series!, new OccurrenceChange(e.Start, e.To), LastTime) },
        MeetingExtended e => Limit(e.EndsAt),
        MeetingEndingSoon e => this with { Warned = e.Minutes },
        PasscodeChanged e => this with { PasscodeHash = e.Hash },
        MetadataChanged e => this with { Metadata = Labels.Merge(Metadata, e.Set, e.Removed ?? []) is { IsEmpty: false } merged ? merged : null },
        TagsChanged e => this with { Tags = e.Tags, Listed = Version },
        WaitingMessaged e => this with { WaitingMessage = e.Text },
        OccurrenceFollows e => this with { Next = e },
        OccurrenceContinued => this with { Continued = true },
        CarriedOver e => this with { Former = e.Former, Bans = Bans.Union(e.Bans), AwaitedParts = e.Parts ?? 0 },
        GroupsCarried e => this with { Rooms = Rooms.Assign(e.Assignments), CarriedParts = e.Part + 1 },
        RemovalsCarried e => this with { Revocations = Revocations.Carry(e.Removals), CarriedParts = e.Part + 1 },
        _ => null,
    };

    private MeetingState Create(MeetingCreated e) => this with
    {
        Status = MeetingStatus.Created,
        CreatedAs = e,
        CreatedAt = LastTime,
        Title = e.Title,
        Settings = e.Settings,
        Metadata = e.Metadata,
        Tags = Labels.Sorted(e.Tags),
        Schedule = e.Schedule,
        Series = e.Series,
        PasscodeHash = e.Passcode,
        Main = Main with { Policy = e.Settings.Policy },
        AllConcerned = Version,
        Listed = Version,
    };

    private MeetingState StartNow() => (this with { Status = MeetingStatus.Live, StartedAt = LastTime, Listed = Version }).LimitBySettings();

    private MeetingState LimitBySettings() =>
        Limit(Status == MeetingStatus.Live && Settings.TimeLimitMinutes is { } minutes ? StartedAt?.AddMinutes(minutes) : null);

    private MeetingState Limit(DateTimeOffset? endsAt)
    {
        int? passed = null;
        foreach (var minutes in Limits.TimeWarnings)
            if (endsAt?.AddMinutes(-minutes) <= LastTime) passed = minutes;
        return this with { EndsAt = endsAt, Warned = passed };
    }

    /// <summary>After every event: since when nobody, or no host, is there.</summary>
    private MeetingState Watch(MeetingState before)
    {
        if (Status != MeetingStatus.Live) return EmptySince is null && HostlessSince is null && EndsAt is null ? this : this with { EmptySince = null, HostlessSince = null, EndsAt = null, Warned = null };
        DateTimeOffset? empty = Participants.IsEmpty ? EmptySince ?? LastTime : null;
        var hostless = Hosts > 0 ? null : before.Hosts > 0 ? LastTime : HostlessSince;
        return empty == EmptySince && hostless == HostlessSince ? this : this with { EmptySince = empty, HostlessSince = hostless };
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    private void WriteLifecycle(Utf8JsonWriter json)
    {
        json.WritePropertyName("created");
        JsonSerializer.Serialize(json, CreatedAs with { Metadata = null }, ContractsJson.Default.MeetingCreated);
        var isCurrent = Lifecycle.SameMap(CreatedAs.Metadata, Metadata);
        json.WriteBoolean("createdMetadataIsCurrent", isCurrent);
        if (!isCurrent) Snapshot.WriteMap(json, "createdMetadata", CreatedAs.Metadata);
        Snapshot.WriteTime(json, "createdAt", CreatedAt);
        Snapshot.WriteList(json, "tags", Tags);
        if (Schedule is not null) Write(json, "schedule", Schedule, ContractsJson.Default.MeetingSchedule);
        if (Series is not null) Write(json, "series", Series, ContractsJson.Default.SeriesPosition);
        if (SeriesOver) json.WriteBoolean("seriesOver", true);
        if (Next is not null) Write(json, "next", Next, ContractsJson.Default.OccurrenceFollows);
        if (Continued) json.WriteBoolean("continued", true);
        if (Former is not null) json.WriteString("former", Former);
        if (CarriedParts > 0) json.WriteNumber("carriedParts", CarriedParts);
        if (AwaitedParts > 0) json.WriteNumber("awaitedParts", AwaitedParts);
        if (Cancelled) json.WriteBoolean("cancelled", true);
        if (PasscodeHash is not null) json.WriteString("passcode", PasscodeHash);
        if (WaitingMessage is not null) json.WriteString("waitingMessage", WaitingMessage);
        Snapshot.WriteTime(json, "endsAt", EndsAt);
        if (Warned is { } warned) json.WriteNumber("warned", warned);
        Snapshot.WriteTime(json, "emptySince", EmptySince);
        Snapshot.WriteTime(json, "hostlessSince", HostlessSince);
        json.WriteNumber("listed", Listed);
    }

    private MeetingState ReadLifecycle(JsonElement json)
    {
        var created = json.GetProperty("created").Deserialize(ContractsJson.Default.MeetingCreated)!;
        return this with
        {
            CreatedAs = created with { Metadata = json.GetProperty("createdMetadataIsCurrent").GetBoolean() ? Metadata : Snapshot.ReadMap(json, "createdMetadata") },
            CreatedAt = Snapshot.ReadTime(json, "createdAt"),
            Tags = Snapshot.ReadList(json, "tags"),
            Schedule = json.TryGetProperty("schedule", out var schedule) ? schedule.Deserialize(ContractsJson.Default.MeetingSchedule) : null,
            Series = json.TryGetProperty("series", out var series) ? series.Deserialize(ContractsJson.Default.SeriesPosition) : null,
            SeriesOver = json.TryGetProperty("seriesOver", out _),
            Next = json.TryGetProperty("next", out var next) ? next.Deserialize(ContractsJson.Default.OccurrenceFollows) : null,
            Continued = json.TryGetProperty("continued", out _),
            Former = Snapshot.ReadText(json, "former"),
            CarriedParts = json.TryGetProperty("carriedParts", out var parts) ? parts.GetInt32() : 0,
            AwaitedParts = json.TryGetProperty("awaitedParts", out var awaited) ? awaited.GetInt32() : 0,
            Cancelled = json.TryGetProperty("cancelled", out _),
            PasscodeHash = Snapshot.ReadText(json, "passcode"),
            WaitingMessage = Snapshot.ReadText(json, "waitingMessage"),
            EndsAt = Snapshot.ReadTime(json, "endsAt"),
            Warned = json.TryGetProperty("warned", out var warned) ? warned.GetInt32() : null,
            EmptySince = Snapshot.ReadTime(json, "emptySince"),
            HostlessSince = Snapshot.ReadTime(json, "hostlessSince"),
            Listed = json.GetProperty("listed").GetInt64(),
        };
    }

    private static void Write<T>(Utf8JsonWriter json, string name, T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        json.WritePropertyName(name);
        JsonSerializer.Serialize(json, value, type);
    }
}
