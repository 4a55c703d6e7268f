using System.Collections.Frozen;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Who may send what: one table. Close to Zoom's: a host may everything; a co-host everything but end the meeting, give or take the host's
/// rights, make co-hosts, and act on a host (remove, ban, put back, move, change role). The backend stands above the host and has
/// nothing of its own (no media, no hand). Joining, losing connections and time are the product's alone.
/// </summary>
public static class Authorisation
{
    private readonly record struct Rule(Role? Lowest, bool Backend, bool System);

    private static readonly FrozenDictionary<Type, Rule> Table = new Dictionary<Type, Rule>
    {
        [typeof(CreateMeeting)] = BackendOnly,
        [typeof(Join)] = SystemOnly,
        [typeof(Disconnect)] = SystemOnly,
        [typeof(Tick)] = SystemOnly,
        [typeof(ContinueMeeting)] = SystemOnly,
        [typeof(CarryGroups)] = SystemOnly,
        [typeof(CarryLocks)] = SystemOnly,
        [typeof(CarryRemovals)] = SystemOnly,
        [typeof(RecordContinued)] = SystemOnly,
        [typeof(RecordTally)] = SystemOnly,
        [typeof(RecordKeyDestroyed)] = SystemOnly,

        [typeof(StartMeeting)] = From(Role.CoHost),
        [typeof(EndMeeting)] = From(Role.Host),
        [typeof(ChangeSettings)] = From(Role.CoHost),
        [typeof(UpdateMeeting)] = From(Role.Host),
        [typeof(CancelMeeting)] = From(Role.Host),
        [typeof(SkipOccurrence)] = From(Role.Host),
        [typeof(MoveOccurrence)] = From(Role.Host),
        [typeof(ExtendMeeting)] = From(Role.CoHost),
        [typeof(SetPasscode)] = From(Role.CoHost),
        [typeof(ChangeMetadata)] = From(Role.CoHost),
        [typeof(ChangeTags)] = From(Role.Host),
        [typeof(MessageWaiting)] = From(Role.CoHost),
        [typeof(LockMeeting)] = From(Role.CoHost),
        [typeof(Leave)] = Own(Role.Attendee),
        [typeof(RemoveParticipant)] = From(Role.CoHost),
        [typeof(BanParticipant)] = From(Role.CoHost),
        [typeof(UnbanParticipant)] = From(Role.CoHost),
        [typeof(ChangeRole)] = From(Role.CoHost),
        // Somebody else's name needs a moderator.
        [typeof(RenameParticipant)] = From(Role.Attendee),
        // Somebody else's attributes too.
        [typeof(SetAttributes)] = From(Role.Attendee),
        [typeof(SetAway)] = Own(Role.Attendee),
        // A host's abilities need a host.
        [typeof(LockAbilities)] = From(Role.CoHost),
        [typeof(OpenDirect)] = Own(Role.Participant),
        [typeof(AdmitParticipants)] = From(Role.CoHost),
        [typeof(AdmitAll)] = From(Role.CoHost),
        [typeof(DenyParticipant)] = From(Role.CoHost),
        [typeof(PutBack)] = From(Role.CoHost),

        [typeof(CreateRooms)] = From(Role.CoHost),
        [typeof(AssignRooms)] = From(Role.CoHost),
        [typeof(AssignEvenly)] = From(Role.CoHost),
        [typeof(OpenRooms)] = From(Role.CoHost),
        [typeof(MoveParticipants)] = From(Role.CoHost),
        [typeof(BroadcastToRooms)] = From(Role.CoHost),
        [typeof(CloseRooms)] = From(Role.CoHost),
        [typeof(AddRoom)] = From(Role.CoHost),
        [typeof(RenameRoom)] = From(Role.CoHost),
        [typeof(DeleteRoom)] = From(Role.CoHost),
        [typeof(ExtendRooms)] = From(Role.CoHost),
        [typeof(ShuffleRooms)] = From(Role.CoHost),
        // Without the round's leave to choose only moderators.
        [typeof(ChooseRoom)] = Own(Role.Participant),
        [typeof(RequestHelp)] = Own(Role.Participant),
        [typeof(WithdrawHelp)] = Own(Role.Participant),
        [typeof(AnswerHelp)] = From(Role.CoHost),

        [typeof(SetMedia)] = Own(Role.Participant),
        // View-only attendees too: to be promoted, as in a webinar.
        [typeof(RaiseHand)] = Own(Role.Attendee),
        // Somebody else's hand needs a moderator.
        [typeof(LowerHand)] = From(Role.Attendee),
        [typeof(MuteParticipants)] = From(Role.CoHost),
        [typeof(MuteAll)] = From(Role.CoHost),
        [typeof(StopVideo)] = From(Role.CoHost),
        [typeof(StopShare)] = From(Role.CoHost),
        [typeof(AskToUnmute)] = From(Role.CoHost),
        [typeof(NextSpeaker)] = From(Role.CoHost),
        [typeof(LowerAllHands)] = From(Role.CoHost),

        [typeof(Spotlight)] = From(Role.CoHost),
        [typeof(StartTimer)] = From(Role.CoHost),
        [typeof(ExtendTimer)] = From(Role.CoHost),
        [typeof(StopTimer)] = From(Role.CoHost),
        [typeof(CreatePoll)] = From(Role.CoHost),
        [typeof(StartPoll)] = From(Role.CoHost),
        // View-only attendees too: it is what they are there for.
        [typeof(Vote)] = Own(Role.Attendee),
        [typeof(ClosePoll)] = From(Role.CoHost),
        [typeof(PublishPoll)] = From(Role.CoHost),
        [typeof(DeletePoll)] = From(Role.CoHost),
    }.ToFrozenDictionary();

    public static bool IsModerator(Role role) => role is Role.Host or Role.CoHost;

    /// <summary>Whether a meeting or one of its rooms decides this command at all.</summary>
    public static bool Knows(Command command) => Table.ContainsKey(command.GetType());

    /// <param name="role">Of a participant; null for any other caller.</param>
    public static bool Allows(Command command, CallerKind caller, Role? role) =>
        Table.TryGetValue(command.GetType(), out var rule) && caller switch
        {
            CallerKind.Participant => role <= rule.Lowest,
            CallerKind.Backend => rule.Backend,
            CallerKind.System => rule.System,
            _ => false,
        };

    private static Rule From(Role lowest) => new(lowest, Backend: true, System: false);

    private static Rule Own(Role lowest) => new(lowest, Backend: false, System: false);

    private static Rule BackendOnly => new(null, Backend: true, System: false);

    private static Rule SystemOnly => new(null, Backend: false, System: true);
}
