using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>
/// The meeting as each audience sees it. View-only attendees are counted, not listed, whoever looks, unless they wait and somebody has to
/// admit them.
/// </summary>
internal static class MeetingViews
{
    /// <param name="asker">Somebody who is listed to themselves even where attendees are not.</param>
    public static MeetingView? Of(MeetingState state, Audience audience, string? asker)
    {
        if (state.Status == MeetingStatus.None) return null;
        var inside = audience != Audience.Waiting;
        var moderator = audience == Audience.Moderators;
        // What rooms there are concerns nobody who cannot enter one: attendees see that they are open, and until when.
        var rooms = audience is Audience.Moderators or Audience.Members && state.Rooms.Status != RoomsStatus.None;
        var open = inside && (rooms || state.Rooms.AreOpen);
        var hands = Hands(state.Main, audience, asker);
        return new MeetingView(
            state.Version,
            state.Status,
            state.Title,
            state.Settings,
            state.Locked,
            audience is Audience.Moderators or Audience.Members ? Roster(state, moderator) : Own(state, asker),
            inside ? state.Attendees : 0,
            hands,
            open ? state.Rooms.Status : RoomsStatus.None,
            rooms ? state.Rooms.List : [],
            moderator ? state.Waiting : null,
            open ? state.Rooms.ClosesAt : null,
            moderator ? Assignments(state) : null,
            inside ? state.Metadata : null,
            state.StartedAt,
            state.EndedAt,
            inside && !state.Tags.IsEmpty ? state.Tags : null,
            state.Schedule,
            state.Series,
            inside ? state.EndsAt : null,
            state.PasscodeHash is null ? null : true,
            moderator || !inside ? state.WaitingMessage : null,
            state.Cancelled ? true : null,
            state.Next?.Meeting,
            rooms && state.Rooms.SelfSelect ? true : null,
            moderator ? Help(state) : null,
            inside ? Polls.View(state.Main.Polls, moderator) : null,
            inside && !state.Main.Spotlight.IsEmpty ? state.Main.Spotlight : null,
            inside ? state.Main.Timer : null,
            moderator && state.WaitingConcerned > 0 ? true : null,
            audience is Audience.Moderators or Audience.Members ? AttendeeHands(state) : null,
            audience is Audience.Moderators or Audience.Members ? Raised(state.Main, hands) : null);
    }

    // Of ten thousand attendees each sees their own.
    private static ImmutableArray<string> Hands(SpaceState main, Audience audience, string? asker) => audience switch
    {
        Audience.Moderators or Audience.Members => [.. main.Queue],
        Audience.Attendees when asker is not null && main.HasRaised(asker) => [asker],
        _ => [],
    };

    private static ImmutableArray<ParticipantView>? AttendeeHands(MeetingState state)
    {
        var main = state.Main;
        ImmutableArray<ParticipantView> raised = [.. main.Hands.Values
            .Where(id => main.Members.TryGetValue(id, out var member) && member.Role == Role.Attendee)
            .Select(id => new ParticipantView(id, main.Members[id].Name, Role.Attendee, Turns: main.Turns.GetValueOrDefault(id)))];
        return raised.IsEmpty ? null : raised;
    }

    /// <summary>Null where the queue says it too.</summary>
    internal static ImmutableArray<string>? Raised(SpaceState space, ImmutableArray<string> hands) =>
        hands.SequenceEqual(space.Hands.Values, StringComparer.Ordinal) ? null : [.. space.Hands.Values];

    private static ImmutableArray<ParticipantView> Roster(MeetingState state, bool moderator) =>
        [.. state.InOrder
            .Where(one => one.IsWaiting ? moderator : one.Role != Role.Attendee)
            .Select(one => ViewOf(one, state.Main))];

    private static ImmutableArray<ParticipantView> Own(MeetingState state, string? asker) =>
        asker is not null && state.Participants.TryGetValue(asker, out var one)
            ? [ViewOf(one, state.Main)]
            : [];

    internal static ParticipantView ViewOf(Participant one, SpaceState main)
    {
        var inMain = main.Members.GetValueOrDefault(one.Id);
        return new(
            one.Id,
            one.Name,
            one.Role == Role.Participant ? null : one.Role,
            one.Kind == Kind.Person ? null : one.Kind,
            one.Place == Ids.Main ? null : one.Place,
            one.IsReconnecting,
            inMain?.Microphone ?? false,
            inMain?.Camera ?? false,
            inMain?.Share ?? false,
            one.Attributes,
            one.Locked.List,
            main.Turns.GetValueOrDefault(one.Id),
            one.Away);
    }

    private static ImmutableArray<string>? Help(MeetingState state)
    {
        ImmutableArray<string> asking = [.. state.Participants.Values.Where(one => one.Help is not null).OrderBy(one => one.Help).Select(one => one.Id)];
        return asking.IsEmpty ? null : asking;
    }

    private static ImmutableArray<Assignment> Assignments(MeetingState state) =>
        [.. state.Rooms.Assignments.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new Assignment(one.Key, one.Value))];
}
