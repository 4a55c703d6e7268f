using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>State after the change; what is null did not change.</summary>
[GenerateSerializer, Immutable, Alias("meeting_updated")]
public sealed record MeetingUpdated(string? Title = null, MeetingSchedule? Schedule = null, SeriesPosition? Series = null) : Event;

/// <summary>It will not take place.</summary>
[GenerateSerializer, Immutable, Alias("meeting_cancelled")]
public sealed record MeetingCancelled : Event;

/// <summary>No further occurrence follows.</summary>
[GenerateSerializer, Immutable, Alias("series_ended")]
public sealed record SeriesEnded : Event;

/// <summary>It ends by its time limit at <paramref name="EndsAt"/>, later than before.</summary>
[GenerateSerializer, Immutable, Alias("meeting_extended")]
public sealed record MeetingExtended(DateTimeOffset EndsAt) : Event;

/// <summary>A warning: so many minutes are left.</summary>
[GenerateSerializer, Immutable, Alias("meeting_ending_soon")]
public sealed record MeetingEndingSoon(int Minutes, DateTimeOffset EndsAt) : Event;

[GenerateSerializer, Immutable, Alias("passcode_changed")]
public sealed record PasscodeChanged(bool Required, [property: Unpublished] string? Hash = null) : Event;

[GenerateSerializer, Immutable, Alias("metadata_changed")]
public sealed record MetadataChanged(ImmutableDictionary<string, string>? Set = null, ImmutableArray<string>? Removed = null) : Event;

[GenerateSerializer, Immutable, Alias("tags_changed")]
public sealed record TagsChanged(ImmutableArray<string> Tags) : Event;

/// <summary>Said to the waiting; who comes to the waiting room later finds it in the view.</summary>
[GenerateSerializer, Immutable, Alias("waiting_messaged")]
public sealed record WaitingMessaged(string Text) : Event;

/// <summary>The date <paramref name="Start"/> of the series' plan has no occurrence.</summary>
[GenerateSerializer, Immutable, Alias("occurrence_skipped")]
public sealed record OccurrenceSkipped(DateTimeOffset Start) : Event;

/// <summary>The occurrence that the series' plan has at <paramref name="Start"/> starts at <paramref name="To"/>; where both are the same, as planned again.</summary>
[GenerateSerializer, Immutable, Alias("occurrence_moved")]
public sealed record OccurrenceMoved(DateTimeOffset Start, DateTimeOffset To) : Event;

/// <summary>Decided with the end of an occurrence: <paramref name="Meeting"/> is the next one.</summary>
[GenerateSerializer, Immutable, Alias("occurrence_follows")]
public sealed record OccurrenceFollows(string Meeting, SeriesPosition Series, MeetingSchedule? Schedule = null) : Event;

/// <summary>The next occurrence exists and has everything that persists.</summary>
[GenerateSerializer, Immutable, Alias("occurrence_continued")]
public sealed record OccurrenceContinued : Event;

/// <summary>Follows the creation of an occurrence after the first.</summary>
/// <param name="Parts">How many parts follow, where removals are among them.</param>
[GenerateSerializer, Immutable, Alias("carried_over")]
public sealed record CarriedOver(string Former, ImmutableArray<string> Bans, [property: Unpublished] int? Parts = null) : Event;

/// <summary>Who was in which group of the former occurrence, in rooms of this one.</summary>
[GenerateSerializer, Immutable, Alias("groups_carried")]
public sealed record GroupsCarried(int Part, ImmutableArray<Assignment> Assignments) : Event;

/// <summary>Who was removed from a former occurrence: tokens issued up to then let nobody in here either.</summary>
[GenerateSerializer, Immutable, Alias("removals_carried")]
public sealed record RemovalsCarried(int Part, ImmutableArray<Removal> Removals) : Event;
