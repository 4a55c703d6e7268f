using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The rules of a meeting. Pure: what it decides depends on the state, the request and the time given, and on nothing else.
/// Repeats are the shell's business: it asks <see cref="MeetingState.Memory"/> first.
/// </summary>
public static class Meeting
{
    /// <param name="ballot">The sealed vote, where <see cref="Polls.ToSeal"/> asks for one.</param>
    public static Outcome Decide(MeetingState state, Request request, DateTimeOffset now, string? ballot = null)
    {
        if (now < state.LastTime) now = state.LastTime;
        var (caller, command) = (request.Caller, request.Command);
        if (!Authorisation.Knows(command)) return Outcome.Refuse(Refusal.UnknownType, "not a meeting's");
        if (command is CreateMeeting create)
            return caller.Kind == CallerKind.Backend ? Lifecycle.Create(state, request, create, now) : Outcome.Refuse(Refusal.NotAllowed);
        if (command is ContinueMeeting told)
            return caller.Kind == CallerKind.System ? Occurrences.Continue(state, told) : Outcome.Refuse(Refusal.NotAllowed);
        if (state.Status == MeetingStatus.None) return Outcome.Refuse(Refusal.MeetingNotFound);
        if (caller.Kind == CallerKind.System) return Product(state, command, now);
        if (state.Status == MeetingStatus.Ended)
            return caller.Kind == CallerKind.Backend && (command is EndMeeting || (command is CancelMeeting { Series: false } && state.Cancelled))
                ? Outcome.Nothing
                : Outcome.Refuse(Refusal.MeetingEnded, state.Cancelled ? "cancelled" : null);
        if (Sender.Of(state, request, out var sender) is { } refusal) return refusal;
        return command is SpaceCommand space ? Space.Decide(state.Main, caller, space, now, ballot) : Asked(state, request, sender, now);
    }

    /// <summary>As one class of audience sees it; null where nothing was created.</summary>
    /// <param name="asker">Attendees and waiting people, whom such a view does not list, are listed to themselves.</param>
    public static MeetingView? View(MeetingState state, Audience audience, string? asker = null) => MeetingViews.Of(state, audience, asker);

    /// <summary>What its series has planned after this occurrence; null where nothing was created.</summary>
    public static PlannedPage? Planned(MeetingState state, PlannedRequest request, DateTimeOffset now) =>
        state.Status == MeetingStatus.None ? null : PlannedOccurrences.Page(state, request, now < state.LastTime ? state.LastTime : now);

    /// <summary>Which direct threads there are.</summary>
    public static MeetingDirects Directs(MeetingState state) => new(state.Version, [.. state.Directs.Places]);

    // Commands of the product itself. An ended meeting has nobody left to lose and nothing due.
    private static Outcome Product(MeetingState state, Command command, DateTimeOffset now) => command switch
    {
        Join c => Admission.Join(state, c, now),
        RecordContinued => state.HasLegacy ? Outcome.Of(new OccurrenceContinued()) : Outcome.Nothing,
        CarryGroups c => Occurrences.Carry(state, c),
        CarryLocks c => Occurrences.Carry(state, c),
        CarryRemovals c => Occurrences.Carry(state, c, now),
        Disconnect or Tick when state.Status == MeetingStatus.Ended => Outcome.Nothing,
        Disconnect c => Admission.Disconnect(state, c),
        Tick => Lifecycle.Tick(state, now),
        _ => Polls.Record(state.Main.Polls, command) ?? Outcome.Refuse(Refusal.NotAllowed),
    };

    private static Outcome Asked(MeetingState state, Request request, Sender sender, DateTimeOffset now) => request.Command switch
    {
        StartMeeting => state.Status == MeetingStatus.Live ? Outcome.Nothing : Outcome.Of(WaitingRoom.Start(state)),
        EndMeeting => Occurrences.End(state, null, now),
        UpdateMeeting c => Scheduling.Update(state, c),
        CancelMeeting c => Occurrences.Cancel(state, c, now),
        SkipOccurrence c => PlannedOccurrences.Skip(state, c, now),
        MoveOccurrence c => PlannedOccurrences.Move(state, c, now),
        ExtendMeeting c => Scheduling.Extend(state, c),
        SetPasscode c => Lifecycle.Change(c, request, now),
        ChangeMetadata c => Labels.Change(state, c),
        ChangeTags c => Labels.Change(state, c),
        MessageWaiting c => WaitingRoom.Message(state, c),
        ChangeSettings c => Lifecycle.Change(state, c),
        LockMeeting c => c.Locked == state.Locked ? Outcome.Nothing : Outcome.Of(new LockChanged(c.Locked)),
        Leave => Admission.Leave(state, sender),
        AdmitParticipants c => WaitingRoom.Admit(state, c),
        AdmitAll => WaitingRoom.AdmitAll(state),
        DenyParticipant c => WaitingRoom.Deny(state, c),
        PutBack c => WaitingRoom.PutBack(state, sender, c),
        RemoveParticipant c => Moderation.Remove(state, sender, c),
        BanParticipant c => Moderation.Ban(state, sender, c),
        UnbanParticipant c => Moderation.Unban(state, c),
        ChangeRole c => Moderation.ChangeRole(state, sender, c),
        SetAttributes c => Attributes.Change(state, sender, c),
        SetAway c => Moderation.Away(sender, c),
        RenameParticipant c => Moderation.Rename(state, sender, c),
        LockAbilities c => AbilityLocks.Change(state, sender, c),
        OpenDirect c => Meetings.Directs.Decide(state, sender.Person!, c),
        CreateRooms c => Breakouts.Create(state, c),
        AssignRooms c => Breakouts.Assign(state, c),
        AssignEvenly c => Dealing.AssignEvenly(state, request, c, now),
        ShuffleRooms c => Dealing.Shuffle(state, request, c, now),
        OpenRooms c => Breakouts.Open(state, c, now),
        MoveParticipants c => Breakouts.Move(state, sender, c),
        ChooseRoom c => Breakouts.Choose(state, sender, c),
        RequestHelp => Help.Request(sender),
        WithdrawHelp => Help.Withdraw(sender),
        AnswerHelp c => Help.Answer(state, c),
        BroadcastToRooms c => Breakouts.Broadcast(state, c),
        CloseRooms c => Breakouts.Close(state, c, now),
        AddRoom c => RoomChanges.Add(state, c),
        RenameRoom c => RoomChanges.Rename(state, c),
        DeleteRoom c => RoomChanges.Delete(state, c),
        ExtendRooms c => RoomChanges.Extend(state, c, now),
        _ => Outcome.Refuse(Refusal.NotAllowed),
    };
}
