using Actors.Contracts;
using Shouldly;

namespace Actors.Meetings.Tests;

/// <summary>What is true of a meeting after every command.</summary>
internal static class MeetingInvariants
{
    public static void Check(MeetingState state)
    {
        var people = state.Participants.Values.ToArray();
        foreach (var one in people) CheckParticipant(state, one);
        if (state.Status is MeetingStatus.None or MeetingStatus.Ended) people.ShouldBeEmpty();
        if (state.Status == MeetingStatus.Created) people.ShouldAllBe(one => one.IsWaiting && one.Held != null, "before the start people wait for it");
        people.Where(one => one.Held is not null).ShouldAllBe(one => one.IsWaiting);
        if (state.AdmittingHeld) state.AdmittingThrough.ShouldNotBeNull();
        state.Hosts.ShouldBe(people.Count(one => one.Role == Role.Host));
        state.Attendees.ShouldBe(people.Count(one => one.Role == Role.Attendee));
        state.Waiting.ShouldBe(people.Count(one => one.Place == Ids.Waiting));
        state.Participants.Count.ShouldBeLessThanOrEqualTo(Limits.ParticipantsPerMeeting);
        state.Interactive.ShouldBeLessThanOrEqualTo(Limits.InteractivePerMeeting);
        CheckPlaces(state, people);
        CheckHands(state);
        foreach (var one in people.Where(one => one.Help is not null)) Ids.IsRoom(one.Place).ShouldBeTrue("help is asked for in a room");
        state.Directs.Places.ShouldAllBe(place => Ids.IsDirect(place));
        foreach (var id in state.Directs.Places.SelectMany(place => Ids.PeopleOf(place)).Distinct())
            state.Directs.Of(id).ShouldBe(state.Directs.Places.Count(place => Ids.PeopleOf(place).Contains(id)));
        CheckPolls(state);
        foreach (var one in people) one.Locked.With(state.Locks.GetValueOrDefault(one.Id), locked: true).ShouldBe(one.Locked, "a lock is kept by person");
        state.Locks.Values.ShouldAllBe(locked => !locked.IsEmpty);
        state.Main.Spotlight.ShouldBeUnique();
        state.Main.Spotlight.ShouldAllBe(id => state.Main.Members.ContainsKey(id) && state.Main.Members[id].Role != Role.Attendee);
        state.Expiries.Select(one => (one.Key.At, one.Value)).ShouldBe(
            people.Where(one => one.GraceUntil is not null).Select(one => (one.GraceUntil!.Value, one.Id)), ignoreOrder: true);
        var deadlines = people.Select(one => one.GraceUntil).Append(state.Rooms.ClosesAt).Append(state.Main.Timer?.EndsAt).Where(at => at is not null);
        if (state.AdmittingThrough is null) state.Due.ShouldBe(state.Status == MeetingStatus.Ended ? null : deadlines.Concat(Endings(state)).Min());
        (state.EmptySince is not null).ShouldBe(state.Status == MeetingStatus.Live && people.Length == 0);
        if (state.Hosts > 0 || state.Status != MeetingStatus.Live) state.HostlessSince.ShouldBeNull();
        if (state.HasLegacy) state.Status.ShouldBe(MeetingStatus.Ended);
    }

    // What ends it by itself, and the next warning before.
    private static IEnumerable<DateTimeOffset?> Endings(MeetingState state) =>
    [
        state is { EmptySince: { } empty, Settings.EndWhenEmptySeconds: { } stay } ? empty.AddSeconds(stay) : null,
        state is { HostlessSince: { } since, Settings.EndWithoutHostSeconds: { } delay } ? since.AddSeconds(delay) : null,
        state.EndsAt,
        Limits.TimeWarnings.Where(minutes => state.Warned is null || minutes < state.Warned).Select(minutes => state.EndsAt?.AddMinutes(-minutes)).FirstOrDefault(),
    ];

    private static void CheckParticipant(MeetingState state, Participant one)
    {
        one.Sessions.ShouldNotBeEmpty();
        one.Sessions.Length.ShouldBeLessThanOrEqualTo(Limits.SessionsPerParticipant);
        one.Sessions.Select(session => session.Id).ShouldBeUnique();
        (one.GraceUntil is null).ShouldBe(one.Sessions.Any(session => session.Connected), "the grace runs exactly without connections");
        state.Bans.ShouldNotContain(one.Id);
        if (one.IsModerator) one.Place.ShouldNotBe(Ids.Waiting, "moderators never wait");
        if (one.Role == Role.Attendee) one.Place.ShouldBeOneOf(Ids.Main, Ids.Waiting);
    }

    // P7: one place each, and everybody who should know agrees.
    private static void CheckPlaces(MeetingState state, Participant[] people)
    {
        state.Main.Members.Select(member => (member.Key, member.Value.Name, member.Value.Role)).ShouldBe(
            people.Where(one => one.Place == Ids.Main).Select(one => (one.Id, one.Name, one.Role)), ignoreOrder: true);
        var inRooms = people.Where(one => one.Place is not (Ids.Main or Ids.Waiting)).ToArray();
        foreach (var one in inRooms) state.Rooms.Find(one.Place).ShouldNotBeNull();
        if (!state.Rooms.AreOpen)
        {
            inRooms.ShouldBeEmpty();
            state.Rooms.ClosesAt.ShouldBeNull();
        }
        state.Rooms.Occupants.SelectMany(room => room.Value.Select(id => (id, room.Key))).ShouldBe(
            inRooms.Select(one => (one.Id, one.Place)), ignoreOrder: true);
        foreach (var room in state.Rooms.Assignments.Values) state.Rooms.Find(room).ShouldNotBeNull();
    }

    private static void CheckPolls(MeetingState state)
    {
        var polls = state.Main.Polls;
        polls.All.Count.ShouldBeLessThanOrEqualTo(Limits.PollsPerSpace);
        polls.All.Values.Count(poll => poll.Status == PollStatus.Open).ShouldBeLessThanOrEqualTo(Limits.OpenPollsPerSpace);
        foreach (var (id, poll) in polls.All)
        {
            if (poll.Status == PollStatus.Draft || poll.Counts is not null) poll.Ballots.ShouldBeEmpty("votes are kept until they are counted");
            if (poll.Counts is not null) poll.Status.ShouldBe(PollStatus.Closed);
            if (poll.Published) poll.Counts.ShouldNotBeNull();
            if (!poll.Anonymous && poll.Status == PollStatus.Closed) poll.Counts.ShouldNotBeNull("only sealed votes wait to be counted");
            if (!poll.Multiple && poll.Counts is { } counts) counts.Sum().ShouldBe(poll.Voters - poll.Unreadable);
            poll.Ballots.Values.ShouldAllBe(ballot => (ballot.Sealed != null) == poll.Anonymous && (ballot.Sealed == null || ballot.Marked == 0));
            // While there are sealed votes, there is the key.
            if (poll.Anonymous && !poll.Ballots.IsEmpty) polls.Keys.ShouldContain(id);
        }
        if (state.Status == MeetingStatus.Ended) polls.All.Values.ShouldNotContain(poll => poll.Status == PollStatus.Open);
    }

    private static void CheckHands(MeetingState state)
    {
        state.Main.Hands.Values.ShouldBeUnique();
        foreach (var id in state.Main.Hands.Values)
        {
            state.Participants.TryGetValue(id, out var owner).ShouldBeTrue("hands are of people in the meeting");
            owner!.Place.ShouldNotBe(Ids.Waiting);
            if (owner.Role == Role.Attendee) owner.Place.ShouldBe(Ids.Main);
        }
        foreach (var member in state.Main.Members.Values.Where(member => member.Role == Role.Attendee))
            (member.Microphone || member.Camera || member.Share).ShouldBeFalse("attendees send nothing");
    }
}
