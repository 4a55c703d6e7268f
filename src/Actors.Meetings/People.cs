using System.Collections.Immutable;
using Actors.Contracts;

namespace Actors.Meetings;

/// <summary>The roster in pages: what views leave out, because each reader would get all of it. O(people) for a page, without sorting them.</summary>
public static class People
{
    /// <summary>Null where nothing was created.</summary>
    public static PeoplePage? Page(MeetingState state, PeopleRequest request)
    {
        if (state.Status == MeetingStatus.None) return null;
        if (Refused(state, request) is { } refusal) return new PeoplePage(state.Version, [], Refusal: refusal);
        var everybody = request.Caller.Kind != CallerKind.Participant || state.Participants[request.Caller.Id].IsModerator;
        // The last of the page on top: whoever joined later than a full page's last is passed over at once.
        var page = new PriorityQueue<Participant, long>(request.Limit + 2);
        foreach (var one in state.Participants.Values)
        {
            if (one.Number <= request.After || (one.IsWaiting && !everybody) || (request.Role is { } role && one.Role != role)) continue;
            if (page.Count <= request.Limit) page.Enqueue(one, -one.Number);
            else page.EnqueueDequeue(one, -one.Number);
        }
        // One more than the page holds says that it goes on.
        var more = page.Count > request.Limit;
        if (more) page.Dequeue();
        var people = page.UnorderedItems.Select(item => item.Element).OrderBy(one => one.Number).ToImmutableArray();
        return new PeoplePage(
            state.Version,
            [.. people.Select(one => MeetingViews.ViewOf(one, state.Main))],
            more ? people[^1].Number : null);
    }

    // View-only attendees see counts, and the waiting see nothing yet.
    private static Refusal? Refused(MeetingState state, PeopleRequest request)
    {
        if (request.After < 0 || request.Limit is < 1 or > Limits.PeoplePage) return Refusal.InvalidArgument;
        if (request.Caller.Kind != CallerKind.Participant) return null;
        if (!state.Participants.TryGetValue(request.Caller.Id, out var asker)) return Refusal.NotJoined;
        return asker.IsWaiting ? Refusal.Waiting : asker.Role == Role.Attendee ? Refusal.NotAllowed : null;
    }
}
