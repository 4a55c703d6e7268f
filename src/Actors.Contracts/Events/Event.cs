using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>
/// Something that happened, past tense. The JSON form, <c>type</c> included, is the storage contract: names and meanings never change,
/// new fields are optional. Fields marked <see cref="UnpublishedAttribute"/> are stored and never sent to clients.
/// </summary>
[GenerateSerializer, Immutable, Alias("event")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
// the meeting
[JsonDerivedType(typeof(MeetingCreated), "meeting_created")]
[JsonDerivedType(typeof(MeetingStarted), "meeting_started")]
[JsonDerivedType(typeof(MeetingEnded), "meeting_ended")]
[JsonDerivedType(typeof(SettingsChanged), "settings_changed")]
[JsonDerivedType(typeof(LockChanged), "lock_changed")]
[JsonDerivedType(typeof(ParticipantJoined), "participant_joined")]
[JsonDerivedType(typeof(ParticipantReconnected), "participant_reconnected")]
[JsonDerivedType(typeof(ParticipantsDisconnected), "participants_disconnected")]
[JsonDerivedType(typeof(SessionReplaced), "session_replaced")]
[JsonDerivedType(typeof(ParticipantLeft), "participant_left")]
[JsonDerivedType(typeof(ParticipantBanned), "participant_banned")]
[JsonDerivedType(typeof(ParticipantUnbanned), "participant_unbanned")]
[JsonDerivedType(typeof(RoleChanged), "role_changed")]
[JsonDerivedType(typeof(ParticipantRenamed), "participant_renamed")]
[JsonDerivedType(typeof(AttributesChanged), "attributes_changed")]
[JsonDerivedType(typeof(AwayChanged), "away_changed")]
[JsonDerivedType(typeof(ParticipantsAdmitted), "participants_admitted")]
[JsonDerivedType(typeof(ParticipantPutBack), "participant_put_back")]
[JsonDerivedType(typeof(AbilitiesLocked), "abilities_locked")]
// its lifecycle
[JsonDerivedType(typeof(MeetingUpdated), "meeting_updated")]
[JsonDerivedType(typeof(MeetingCancelled), "meeting_cancelled")]
[JsonDerivedType(typeof(SeriesEnded), "series_ended")]
[JsonDerivedType(typeof(MeetingExtended), "meeting_extended")]
[JsonDerivedType(typeof(MeetingEndingSoon), "meeting_ending_soon")]
[JsonDerivedType(typeof(PasscodeChanged), "passcode_changed")]
[JsonDerivedType(typeof(MetadataChanged), "metadata_changed")]
[JsonDerivedType(typeof(TagsChanged), "tags_changed")]
[JsonDerivedType(typeof(WaitingMessaged), "waiting_messaged")]
[JsonDerivedType(typeof(OccurrenceSkipped), "occurrence_skipped")]
[JsonDerivedType(typeof(OccurrenceMoved), "occurrence_moved")]
[JsonDerivedType(typeof(OccurrenceFollows), "occurrence_follows")]
[JsonDerivedType(typeof(OccurrenceContinued), "occurrence_continued")]
[JsonDerivedType(typeof(CarriedOver), "carried_over")]
[JsonDerivedType(typeof(GroupsCarried), "groups_carried")]
[JsonDerivedType(typeof(RemovalsCarried), "removals_carried")]
// breakout rooms
[JsonDerivedType(typeof(RoomsCreated), "rooms_created")]
[JsonDerivedType(typeof(ParticipantsAssigned), "participants_assigned")]
[JsonDerivedType(typeof(RoomsOpened), "rooms_opened")]
[JsonDerivedType(typeof(ParticipantsMoved), "participants_moved")]
[JsonDerivedType(typeof(RoomsBroadcast), "rooms_broadcast")]
[JsonDerivedType(typeof(RoomsClosing), "rooms_closing")]
[JsonDerivedType(typeof(RoomsClosed), "rooms_closed")]
[JsonDerivedType(typeof(RoomAdded), "room_added")]
[JsonDerivedType(typeof(RoomRenamed), "room_renamed")]
[JsonDerivedType(typeof(RoomDeleted), "room_deleted")]
[JsonDerivedType(typeof(RoomsExtended), "rooms_extended")]
[JsonDerivedType(typeof(RoomsShuffled), "rooms_shuffled")]
[JsonDerivedType(typeof(HelpRequested), "help_requested")]
[JsonDerivedType(typeof(HelpEnded), "help_ended")]
// any space
[JsonDerivedType(typeof(MediaChanged), "media_changed")]
[JsonDerivedType(typeof(ParticipantsMuted), "participants_muted")]
[JsonDerivedType(typeof(VideosStopped), "videos_stopped")]
[JsonDerivedType(typeof(SharesStopped), "shares_stopped")]
[JsonDerivedType(typeof(UnmuteAsked), "unmute_asked")]
[JsonDerivedType(typeof(HandRaised), "hand_raised")]
[JsonDerivedType(typeof(HandLowered), "hand_lowered")]
[JsonDerivedType(typeof(TurnGranted), "turn_granted")]
[JsonDerivedType(typeof(AllHandsLowered), "all_hands_lowered")]
[JsonDerivedType(typeof(SpotlightChanged), "spotlight_changed")]
[JsonDerivedType(typeof(TimerStarted), "timer_started")]
[JsonDerivedType(typeof(TimerExtended), "timer_extended")]
[JsonDerivedType(typeof(TimerStopped), "timer_stopped")]
[JsonDerivedType(typeof(TimerEnded), "timer_ended")]
[JsonDerivedType(typeof(PollCreated), "poll_created")]
[JsonDerivedType(typeof(PollStarted), "poll_started")]
[JsonDerivedType(typeof(VoteCast), "vote_cast")]
[JsonDerivedType(typeof(PollClosed), "poll_closed")]
[JsonDerivedType(typeof(PollCounted), "poll_counted")]
[JsonDerivedType(typeof(PollPublished), "poll_published")]
[JsonDerivedType(typeof(PollDeleted), "poll_deleted")]
[JsonDerivedType(typeof(PollKeyDestroyed), "poll_key_destroyed")]
// receivers of the meeting: rooms and threads
[JsonDerivedType(typeof(RosterChanged), "roster_changed")]
// threads
[JsonDerivedType(typeof(MessagePosted), "message_posted")]
[JsonDerivedType(typeof(MessageEdited), "message_edited")]
[JsonDerivedType(typeof(MessageDeleted), "message_deleted")]
[JsonDerivedType(typeof(MessageRedacted), "message_redacted")]
[JsonDerivedType(typeof(ReactionChanged), "reaction_changed")]
[JsonDerivedType(typeof(MessagePinned), "message_pinned")]
[JsonDerivedType(typeof(MessageUnpinned), "message_unpinned")]
[JsonDerivedType(typeof(HoldChanged), "hold_changed")]
[JsonDerivedType(typeof(RetentionChanged), "retention_changed")]
[JsonDerivedType(typeof(PointersMoved), "pointers_moved")]
[JsonDerivedType(typeof(PointersGathered), "pointers_gathered")]
[JsonDerivedType(typeof(ThreadRegistered), "thread_registered")]
[JsonDerivedType(typeof(DirectOpened), "direct_opened")]
// channels
[JsonDerivedType(typeof(ChannelCreated), "channel_created")]
[JsonDerivedType(typeof(ChannelChanged), "channel_changed")]
[JsonDerivedType(typeof(MembersAdded), "members_added")]
[JsonDerivedType(typeof(MembersRemoved), "members_removed")]
[JsonDerivedType(typeof(InboxesTold), "inboxes_told")]
// everywhere
[JsonDerivedType(typeof(NothingChanged), "nothing_changed")]
public abstract record Event;

/// <summary>A field that is stored and never leaves the backend: sessions, connections, gateways.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class UnpublishedAttribute : Attribute;

/// <summary>An accepted command that had nothing to change. It is logged so that a late repeat cannot take effect; no client sees it.</summary>
[GenerateSerializer, Immutable, Alias("nothing_changed")]
public sealed record NothingChanged : Event;

/// <summary>An event in its stream.</summary>
/// <param name="Number">1, 2, 3 … without gaps within the stream.</param>
/// <param name="At">Never earlier than its predecessor's.</param>
/// <param name="By">Participant id, <c>api:…</c> for a backend, null for the product itself.</param>
/// <param name="Command">The command that it answers; null for effects and timers.</param>
[GenerateSerializer, Immutable, Alias("recorded")]
public sealed record Recorded(long Number, DateTimeOffset At, string? By, CommandId? Command, Event Event);
