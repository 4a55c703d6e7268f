using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// Who may send what passes and is not kept. That somebody speaks only they say who may and whose microphone is on; that somebody types, where they
/// could post; reactions as the policy and the locks have it, to view-only attendees as to everybody.
/// </summary>
public static class Signals
{
    /// <summary>Why a signal may not be sent to a space; null where it may.</summary>
    public static Refused? Check(SpaceState space, Signal signal) => signal switch
    {
        ReactionSignal reaction => Of(space, reaction.Participant, sender => React(Authorisation.IsModerator(sender.Role), space.Policy, sender.Lacks(Ability.Reactions))),
        ActiveSpeakerSignal speaker => Of(space, speaker.Participant, Speak),
        _ => NoSuch,
    };

    /// <summary>Why a signal may not be sent to a thread; null where it may.</summary>
    public static Refused? Check(ThreadState thread, Signal signal)
    {
        var participant = signal switch
        {
            TypingSignal typing => typing.Participant,
            ReactionSignal reaction when !thread.IsChannel => reaction.Participant,
            _ => null,
        };
        if (participant is null) return NoSuch;
        if (thread.Attending(participant) is not { } sender) return new Refused(Refusal.NotJoined);
        if (thread.OnlyReads(participant)) return new Refused(Refusal.NotAllowed);
        if (signal is ReactionSignal) return React(sender.IsModerator, thread.Policy, sender.Lacks(Ability.Reactions));
        return ChatThread.MayWrite(thread, Caller.Participant(participant)) is { } refusal ? new Refused(refusal.Reason, refusal.Detail) : null;
    }

    public static string SenderOf(Signal signal) => signal switch
    {
        TypingSignal typing => typing.Participant,
        ReactionSignal reaction => reaction.Participant,
        ActiveSpeakerSignal speaker => speaker.Participant,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "unknown signal"),
    };

    private static Refused NoSuch => new(Refusal.InvalidArgument, "signal");

    private static Refused? Of(SpaceState space, string participant, Func<SpaceMember, Refused?> check) =>
        space.Members.TryGetValue(participant, out var sender) ? check(sender) : new Refused(Refusal.NotJoined);

    private static Refused? React(bool isModerator, SpacePolicy policy, bool isLocked) =>
        isModerator || (policy.MayReact && !isLocked) ? null
        : new Refused(Refusal.NotAllowed, isLocked ? "reactions are locked" : "reactions are switched off");

    // What is on when it is locked stays on, and is not to be shown to everybody.
    private static Refused? Speak(SpaceMember sender) =>
        sender.Role == Role.Attendee ? new Refused(Refusal.NotAllowed, "view-only")
        : sender.Lacks(Ability.Microphone) ? new Refused(Refusal.NotAllowed, "microphone is locked")
        : sender.Microphone ? null
        : new Refused(Refusal.NotAllowed, "the microphone is off");
}
