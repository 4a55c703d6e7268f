using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The rules of a space, the same in the main room and in every breakout room. A policy forbids turning something on, never off, and
/// leaves what is on as it is. Moderators are above the policy; presenters are above its media half.
/// </summary>
public static class Space
{
    public static Outcome Decide(SpaceState space, Caller caller, SpaceCommand command)
    {
        SpaceMember? sender = null;
        if (caller.Kind == CallerKind.Participant && !space.Members.TryGetValue(caller.Id, out sender))
            return Outcome.Refuse(Refusal.NotJoined);
        if (!Authorisation.Allows(command, caller.Kind, sender?.Role)) return Outcome.Refuse(Refusal.NotAllowed);
        return command switch
        {
            SetMedia c => Media(space, caller.Id, sender!, c),
            MuteParticipants c => Mute(space, c.Participants),
            MuteAll c => MuteAllBut(space, c.Except),
            RaiseHand => Raise(space, caller.Id, sender!),
            LowerHand c => Lower(space, caller, sender, c.Participant),
            LowerAllHands => space.Hands.IsEmpty ? Outcome.Nothing : Outcome.Of(new AllHandsLowered()),
            _ => Outcome.Refuse(Refusal.UnknownType),
        };
    }

    private static Outcome Media(SpaceState space, string id, SpaceMember sender, SetMedia wanted)
    {
        var change = new MediaChanged(
            id,
            wanted.Microphone == sender.Microphone ? null : wanted.Microphone,
            wanted.Camera == sender.Camera ? null : wanted.Camera,
            wanted.Share == sender.Share ? null : wanted.Share);
        if (change is { Microphone: null, Camera: null, Share: null }) return Outcome.Nothing;
        if (sender.Role > Role.Presenter)
        {
            if (change.Microphone == true && !space.Policy.MayUnmute) return Outcome.Refuse(Refusal.NotAllowed, "microphone");
            if (change.Camera == true && !space.Policy.MayUseCamera) return Outcome.Refuse(Refusal.NotAllowed, "camera");
            if (change.Share == true && !space.Policy.MayShare) return Outcome.Refuse(Refusal.NotAllowed, "share");
        }
        return Outcome.Of(change);
    }

    private static Outcome Mute(SpaceState space, ImmutableArray<string> participants)
    {
        if (Arguments.IdList(participants, "participants", Limits.InteractivePerMeeting) is { } refusal) return refusal;
        foreach (var id in participants)
            if (!space.Members.ContainsKey(id)) return Outcome.Refuse(Refusal.UnknownParticipant, id);
        return Muted([.. participants.Where(id => space.Members[id].Microphone)]);
    }

    private static Outcome MuteAllBut(SpaceState space, ImmutableArray<string>? except)
    {
        if (except is { } listed && Arguments.IdList(listed, "except", Limits.InteractivePerMeeting) is { } refusal) return refusal;
        var spared = (except ?? []).ToHashSet(StringComparer.Ordinal);
        return Muted([.. space.Members
            .Where(member => member.Value.Microphone && !Authorisation.IsModerator(member.Value.Role) && !spared.Contains(member.Key))
            .Select(member => member.Key)
            .Order(StringComparer.Ordinal)]);
    }

    private static Outcome Muted(ImmutableArray<string> participants) =>
        participants.IsEmpty ? Outcome.Nothing : Outcome.Of(new ParticipantsMuted(participants));

    private static Outcome Raise(SpaceState space, string id, SpaceMember sender) =>
        space.HasRaised(id) ? Outcome.Nothing
        : !space.Policy.MayRaiseHand && !Authorisation.IsModerator(sender.Role) ? Outcome.Refuse(Refusal.NotAllowed, "hand")
        : Outcome.Of(new HandRaised(id));

    private static Outcome Lower(SpaceState space, Caller caller, SpaceMember? sender, string? participant)
    {
        if (sender is null && participant is null) return Arguments.Invalid("participant", "missing");
        if (participant is not null && Arguments.Id(participant, "participant") is { } refusal) return refusal;
        var target = participant ?? caller.Id;
        var own = sender is not null && target == caller.Id;
        if (!own && sender is not null && !Authorisation.IsModerator(sender.Role)) return Outcome.Refuse(Refusal.NotAllowed);
        if (!space.Members.ContainsKey(target)) return Outcome.Refuse(Refusal.UnknownParticipant, target);
        return space.HasRaised(target) ? Outcome.Of(new HandLowered(target)) : Outcome.Nothing;
    }
}
