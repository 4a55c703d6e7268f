using System.Collections.Immutable;

namespace Actors.Contracts;

/// <summary>What is null stays. A new schedule is this occurrence's alone unless <paramref name="Series"/> says that it is the plan of all that follow.</summary>
[GenerateSerializer, Immutable, Alias("update_meeting")]
public sealed record UpdateMeeting(string? Title = null, MeetingSchedule? Schedule = null, bool Series = false) : MeetingCommand;

/// <summary>It will not take place. With <paramref name="Series"/> nothing follows either; that may also be said of a live meeting, which goes on.</summary>
[GenerateSerializer, Immutable, Alias("cancel_meeting")]
public sealed record CancelMeeting(bool Series = false) : MeetingCommand;

/// <summary>No occurrence of a series on one date of its plan; the current one is cancelled instead.</summary>
/// <param name="Start">As the plan has it, whatever it was moved to.</param>
[GenerateSerializer, Immutable, Alias("skip_occurrence")]
public sealed record SkipOccurrence(DateTimeOffset Start) : MeetingCommand;

/// <summary>Another time for one date of a series' plan. To its own time it goes back into the plan, also where it was skipped.</summary>
/// <param name="Start">As the plan has it, whatever it was moved to before.</param>
/// <param name="To">Later than the current occurrence, and at no other one's time.</param>
[GenerateSerializer, Immutable, Alias("move_occurrence")]
public sealed record MoveOccurrence(DateTimeOffset Start, DateTimeOffset To) : MeetingCommand;

/// <summary>Puts the end by time limit off.</summary>
[GenerateSerializer, Immutable, Alias("extend_meeting")]
public sealed record ExtendMeeting(int Minutes) : MeetingCommand;

/// <summary>Who comes in from here on has to know it, hosts and co-hosts excepted; null: nobody has to. Kept as a salted hash only.</summary>
[GenerateSerializer, Immutable, Alias("set_passcode")]
public sealed record SetPasscode(string? Passcode = null) : MeetingCommand;

/// <summary>Sets and removes entries; what is not named stays.</summary>
[GenerateSerializer, Immutable, Alias("change_metadata")]
public sealed record ChangeMetadata(ImmutableDictionary<string, string>? Set = null, ImmutableArray<string>? Remove = null) : MeetingCommand;

/// <summary>All tags that it shall have.</summary>
[GenerateSerializer, Immutable, Alias("change_tags")]
public sealed record ChangeTags(ImmutableArray<string> Tags) : MeetingCommand;

/// <summary>To everybody in the waiting room, and to those who come there later.</summary>
[GenerateSerializer, Immutable, Alias("message_waiting")]
public sealed record MessageWaiting(string Text) : MeetingCommand;

/// <summary>The next occurrence of a series, from what the former one leaves: told by the former until it is done, so it may come twice.</summary>
/// <param name="Former">Id of the occurrence before.</param>
/// <param name="Passcode">Its hash.</param>
/// <param name="Rooms">Names of the breakout rooms, which keep their order.</param>
/// <param name="SelfSelect">True where people choose their rooms themselves.</param>
/// <param name="Parts">How many parts follow, where removals are among them: until all have come nobody gets in with a token from before.</param>
[GenerateSerializer, Immutable, Alias("continue_meeting")]
public sealed record ContinueMeeting(
    string Former,
    string Title,
    MeetingSettings Settings,
    SeriesPosition Series,
    ImmutableArray<string> Tags,
    ImmutableArray<string> Bans,
    ImmutableArray<string> Rooms,
    MeetingSchedule? Schedule = null,
    ImmutableDictionary<string, string>? Metadata = null,
    string? Passcode = null,
    bool? SelfSelect = null,
    int? Parts = null) : Command;

/// <summary>Part <paramref name="Part"/> (from 0) of who was in which group; applied once each and in order.</summary>
[GenerateSerializer, Immutable, Alias("carry_groups")]
public sealed record CarryGroups(int Part, ImmutableArray<Assignment> Assignments) : Command;

/// <summary>Part <paramref name="Part"/>, counted on from the groups', of who had which abilities taken from them; applied once each and in order.</summary>
[GenerateSerializer, Immutable, Alias("carry_locks")]
public sealed record CarryLocks(int Part, ImmutableArray<Ability> Abilities, ImmutableArray<string> Participants) : Command;

/// <summary>Somebody was removed: tokens issued up to <paramref name="At"/> let them in no more.</summary>
[GenerateSerializer, Immutable, Alias("removal")]
public sealed record Removal(string Participant, DateTimeOffset At);

/// <summary>Part <paramref name="Part"/>, counted on from the locks', of who was removed when, the latest first; applied once each and in order.</summary>
[GenerateSerializer, Immutable, Alias("carry_removals")]
public sealed record CarryRemovals(int Part, ImmutableArray<Removal> Removals) : Command;

/// <summary>The next occurrence has everything.</summary>
[GenerateSerializer, Immutable, Alias("record_continued")]
public sealed record RecordContinued : Command;
