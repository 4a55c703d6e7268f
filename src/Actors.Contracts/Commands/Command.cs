using System.Text.Json.Serialization;

namespace Actors.Contracts;

/// <summary>What somebody wants. Decided by exactly one grain: the meeting, the space the sender is in, or a thread.</summary>
[GenerateSerializer, Immutable, Alias("command")]
public abstract record Command;

/// <summary>A command that people and backends may send as JSON, named by <c>type</c>. Everything else is the product talking to itself.</summary>
[GenerateSerializer, Immutable, Alias("client_command")]
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
// the meeting
[JsonDerivedType(typeof(StartMeeting), "start_meeting")]
[JsonDerivedType(typeof(EndMeeting), "end_meeting")]
[JsonDerivedType(typeof(ChangeSettings), "change_settings")]
[JsonDerivedType(typeof(LockMeeting), "lock_meeting")]
[JsonDerivedType(typeof(Leave), "leave")]
[JsonDerivedType(typeof(RemoveParticipant), "remove_participant")]
[JsonDerivedType(typeof(BanParticipant), "ban_participant")]
[JsonDerivedType(typeof(UnbanParticipant), "unban_participant")]
[JsonDerivedType(typeof(ChangeRole), "change_role")]
[JsonDerivedType(typeof(RenameParticipant), "rename_participant")]
[JsonDerivedType(typeof(SetAttributes), "set_attributes")]
[JsonDerivedType(typeof(SetAway), "set_away")]
[JsonDerivedType(typeof(AdmitParticipants), "admit_participants")]
[JsonDerivedType(typeof(AdmitAll), "admit_all")]
[JsonDerivedType(typeof(DenyParticipant), "deny_participant")]
[JsonDerivedType(typeof(PutBack), "put_back")]
[JsonDerivedType(typeof(LockAbilities), "lock_abilities")]
[JsonDerivedType(typeof(UpdateMeeting), "update_meeting")]
[JsonDerivedType(typeof(CancelMeeting), "cancel_meeting")]
[JsonDerivedType(typeof(SkipOccurrence), "skip_occurrence")]
[JsonDerivedType(typeof(MoveOccurrence), "move_occurrence")]
[JsonDerivedType(typeof(ExtendMeeting), "extend_meeting")]
[JsonDerivedType(typeof(SetPasscode), "set_passcode")]
[JsonDerivedType(typeof(ChangeMetadata), "change_metadata")]
[JsonDerivedType(typeof(ChangeTags), "change_tags")]
[JsonDerivedType(typeof(MessageWaiting), "message_waiting")]
[JsonDerivedType(typeof(OpenDirect), "open_direct")]
// breakout rooms
[JsonDerivedType(typeof(CreateRooms), "create_rooms")]
[JsonDerivedType(typeof(AssignRooms), "assign_rooms")]
[JsonDerivedType(typeof(AssignEvenly), "assign_evenly")]
[JsonDerivedType(typeof(OpenRooms), "open_rooms")]
[JsonDerivedType(typeof(MoveParticipants), "move_participants")]
[JsonDerivedType(typeof(BroadcastToRooms), "broadcast_to_rooms")]
[JsonDerivedType(typeof(CloseRooms), "close_rooms")]
[JsonDerivedType(typeof(AddRoom), "add_room")]
[JsonDerivedType(typeof(RenameRoom), "rename_room")]
[JsonDerivedType(typeof(DeleteRoom), "delete_room")]
[JsonDerivedType(typeof(ExtendRooms), "extend_rooms")]
[JsonDerivedType(typeof(ChooseRoom), "choose_room")]
[JsonDerivedType(typeof(ShuffleRooms), "shuffle_rooms")]
[JsonDerivedType(typeof(RequestHelp), "request_help")]
[JsonDerivedType(typeof(WithdrawHelp), "withdraw_help")]
[JsonDerivedType(typeof(AnswerHelp), "answer_help")]
// the space the sender is in
[JsonDerivedType(typeof(SetMedia), "set_media")]
[JsonDerivedType(typeof(MuteParticipants), "mute_participants")]
[JsonDerivedType(typeof(MuteAll), "mute_all")]
[JsonDerivedType(typeof(StopVideo), "stop_video")]
[JsonDerivedType(typeof(StopShare), "stop_share")]
[JsonDerivedType(typeof(AskToUnmute), "ask_to_unmute")]
[JsonDerivedType(typeof(RaiseHand), "raise_hand")]
[JsonDerivedType(typeof(LowerHand), "lower_hand")]
[JsonDerivedType(typeof(NextSpeaker), "next_speaker")]
[JsonDerivedType(typeof(LowerAllHands), "lower_all_hands")]
[JsonDerivedType(typeof(Spotlight), "spotlight")]
[JsonDerivedType(typeof(StartTimer), "start_timer")]
[JsonDerivedType(typeof(ExtendTimer), "extend_timer")]
[JsonDerivedType(typeof(StopTimer), "stop_timer")]
[JsonDerivedType(typeof(CreatePoll), "create_poll")]
[JsonDerivedType(typeof(StartPoll), "start_poll")]
[JsonDerivedType(typeof(Vote), "vote")]
[JsonDerivedType(typeof(ClosePoll), "close_poll")]
[JsonDerivedType(typeof(PublishPoll), "publish_poll")]
[JsonDerivedType(typeof(DeletePoll), "delete_poll")]
// a thread
[JsonDerivedType(typeof(PostMessage), "post_message")]
[JsonDerivedType(typeof(EditMessage), "edit_message")]
[JsonDerivedType(typeof(DeleteMessage), "delete_message")]
[JsonDerivedType(typeof(React), "react")]
[JsonDerivedType(typeof(PinMessage), "pin_message")]
[JsonDerivedType(typeof(UnpinMessage), "unpin_message")]
[JsonDerivedType(typeof(HoldThread), "hold_thread")]
[JsonDerivedType(typeof(KeepMessages), "keep_messages")]
[JsonDerivedType(typeof(MovePointers), "move_pointers")]
// a channel
[JsonDerivedType(typeof(AddMembers), "add_members")]
[JsonDerivedType(typeof(RemoveMembers), "remove_members")]
[JsonDerivedType(typeof(ChangeChannel), "change_channel")]
public abstract record ClientCommand : Command;

/// <summary>Decided by <see cref="IMeetingGrain"/>.</summary>
[GenerateSerializer, Immutable, Alias("meeting_command")]
public abstract record MeetingCommand : ClientCommand;

/// <summary>Decided by the grain of the place where the sender is: the meeting for the main room, else the <see cref="IRoomGrain"/>.</summary>
[GenerateSerializer, Immutable, Alias("space_command")]
public abstract record SpaceCommand : ClientCommand;

/// <summary>Decided by the <see cref="IThreadGrain"/> that the message's <c>thread</c> names.</summary>
[GenerateSerializer, Immutable, Alias("thread_command")]
public abstract record ThreadCommand : ClientCommand;
