using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The rules of a space, the same in the main room and in every breakout room. A policy forbids turning something on, never off, and
/// leaves what is on as it is. Moderators are above the policy; presenters are above its media half. A lock is the
/// same for one person, presenters included.
/// </summary>
public static class Space
{
    /// <param name="ballot">The sealed vote, where <see cref="Polls.ToSeal"/> asks for one.</param>
    public static Outcome Decide(SpaceState space, Caller caller, SpaceCommand command, DateTimeOffset now, string? ballot = null)
    {
        SpaceMember? sender = null;
        if (caller.Kind == CallerKind.Participant && !space.Members.TryGetValue(caller.Id, out sender))
            return Outcome.Refuse(Refusal.NotJoined);
        if (!Authorisation.Allows(command, caller.Kind, sender?.Role)) return Outcome.Refuse(Refusal.NotAllowed);
        return command switch
        {
            SetMedia c => Media(space, caller.Id, sender!, c),
            MuteParticipants c => Mute(space, c.Participants, null),
            MuteAll c => Mute(space, null, c.Except),
            StopVideo c => StopVideos(space, c),
            StopShare c => StopShares(space, c),
            AskToUnmute c => Ask(space, c),
            RaiseHand => Raise(space, caller.Id, sender!),
            LowerHand c => Lower(space, caller, sender, c.Participant),
            NextSpeaker c => Next(space, c.Participant),
            Spotlight c => Light(space, c),
            StartTimer c => SpaceTimer.Start(c, now),
            ExtendTimer c => SpaceTimer.Extend(space, c),
            StopTimer => SpaceTimer.Stop(space),
            CreatePoll c => Polls.Create(space.Polls, c),
            StartPoll c => Polls.Start(space.Polls, c.Poll),
            Vote c => Polls.Cast(space.Polls, caller.Id, c, ballot),
            ClosePoll c => Polls.Close(space.Polls, c.Poll),
            PublishPoll c => Polls.Publish(space.Polls, c.Poll),
            DeletePoll c => Polls.Delete(space.Polls, c.Poll),
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
        if (Taken(sender, change) is { } taken) return Outcome.Refuse(Refusal.NotAllowed, $"{taken} is locked");
        if (sender.Role > Role.Presenter)
        {
            if (change.Microphone == true && !space.Policy.MayUnmute) return Outcome.Refuse(Refusal.NotAllowed, "microphone");
            if (change.Camera == true && !space.Policy.MayUseCamera) return Outcome.Refuse(Refusal.NotAllowed, "camera");
            if (change.Share == true && !space.Policy.MayShare) return Outcome.Refuse(Refusal.NotAllowed, "share");
        }
        return Outcome.Of(change);
    }

    // The name of a locked ability that the change would use.
    private static string? Taken(SpaceMember sender, MediaChanged change) =>
        change.Microphone == true && sender.Lacks(Ability.Microphone) ? "microphone"
        : change.Camera == true && sender.Lacks(Ability.Camera) ? "camera"
        : change.Share == true && sender.Lacks(Ability.Share) ? "share"
        : null;

    /// <summary>Whom a batch names, or everybody except the spared and the moderators; a refusal where it names somebody who is not here.</summary>
    private static Outcome? Targets(SpaceState space, ImmutableArray<string>? named, ImmutableArray<string>? except, Func<SpaceMember, bool> concerned, out ImmutableArray<string> targets)
    {
        targets = [];
        if (Arguments.Batch(named, except) is { } refusal) return refusal;
        if (named is { } some)
        {
            foreach (var id in some)
                if (!space.Members.ContainsKey(id)) return Outcome.Refuse(Refusal.UnknownParticipant, id);
            targets = [.. some.Where(id => concerned(space.Members[id]))];
            return null;
        }
        var spared = (except ?? []).ToHashSet(StringComparer.Ordinal);
        targets = [.. space.Members
            .Where(member => concerned(member.Value) && !Authorisation.IsModerator(member.Value.Role) && !spared.Contains(member.Key))
            .Select(member => member.Key)
            .Order(StringComparer.Ordinal)];
        return null;
    }

    private static Outcome Mute(SpaceState space, ImmutableArray<string>? named, ImmutableArray<string>? except) =>
        Targets(space, named, except, member => member.Microphone, out var targets) ?? Batch(targets, new ParticipantsMuted(targets));

    private static Outcome StopVideos(SpaceState space, StopVideo wanted) =>
        Targets(space, wanted.Participants, wanted.Except, member => member.Camera, out var targets) ?? Batch(targets, new VideosStopped(targets));

    private static Outcome StopShares(SpaceState space, StopShare wanted) =>
        Targets(space, wanted.Participants, wanted.Except, member => member.Share, out var targets) ?? Batch(targets, new SharesStopped(targets));

    // View-only attendees have nothing to turn on.
    private static Outcome Ask(SpaceState space, AskToUnmute wanted) =>
        Targets(space, wanted.Participants, wanted.Except, member => !member.Microphone && member.Role != Role.Attendee, out var targets)
            ?? Batch(targets, new UnmuteAsked(targets));

    private static Outcome Batch(ImmutableArray<string> targets, Event happened) => targets.IsEmpty ? Outcome.Nothing : Outcome.Of(happened);

    private static Outcome Raise(SpaceState space, string id, SpaceMember sender) =>
        space.HasRaised(id) ? Outcome.Nothing
        : !space.Policy.MayRaiseHand && !Authorisation.IsModerator(sender.Role) ? Outcome.Refuse(Refusal.NotAllowed, "hand")
        : sender.Lacks(Ability.Hands) ? Outcome.Refuse(Refusal.NotAllowed, "hand is locked")
        : sender.Role == Role.Attendee && space.Hands.Count >= Limits.HandsBeforeAttendees ? Outcome.Refuse(Refusal.LimitReached, "hands")
        : Outcome.Of(new HandRaised(id, space.Turns.TryGetValue(id, out var turns) ? turns : null, sender.Role == Role.Attendee ? sender.Name : null));

    private static Outcome Next(SpaceState space, string? wanted)
    {
        if (wanted is not null && Arguments.Id(wanted, "participant") is { } refusal) return refusal;
        if (wanted is not null && !space.Members.ContainsKey(wanted)) return Outcome.Refuse(Refusal.UnknownParticipant, wanted);
        var next = wanted ?? space.Queue.FirstOrDefault();
        return next is not null && space.HasRaised(next) ? Outcome.Of(new TurnGranted(next)) : Outcome.Nothing;
    }

    private static Outcome Light(SpaceState space, Spotlight wanted)
    {
        if (Arguments.IdList(wanted.Participants, "participants", Limits.SpotlightsPerSpace) is { } refusal) return refusal;
        foreach (var id in wanted.Participants)
            if (!space.Members.TryGetValue(id, out var member)) return Outcome.Refuse(Refusal.UnknownParticipant, id);
            else if (member.Role == Role.Attendee) return Outcome.Refuse(Refusal.NotAllowed, "view-only");
        return wanted.Participants.SequenceEqual(space.Spotlight, StringComparer.Ordinal) ? Outcome.Nothing : Outcome.Of(new SpotlightChanged(wanted.Participants));
    }

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
