using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class RosterProperties
{
    [Fact]
    public void P7_rooms_and_threads_end_up_with_exactly_the_members_that_the_meeting_says() => RandomMeeting.Check(steps =>
    {
        var run = RandomMeeting.Created(steps);
        var receivers = new Dictionary<(string Place, bool Thread), ReceiverRun>();
        var delayed = new Queue<((string Place, bool Thread) Key, RosterUpdate Update)>();
        foreach (var step in steps)
        {
            RandomMeeting.Do(run, step);
            foreach (var receiver in Rosters.Receivers(run.State))
            {
                var key = (receiver.Place, receiver.Thread);
                if (!receivers.TryGetValue(key, out var known)) receivers[key] = known = new ReceiverRun();
                if ((step.A + receiver.Place.Length) % 3 != 0) continue;
                var update = UpdateOf(run, key, known.State.Cursor, full: step.B % 4 == 0)!;
                if (step.B % 5 == 0) delayed.Enqueue((key, update));
                if (step.B % 3 == 0) continue;
                known.Apply(update, run.Now);
                known.ShouldFollow(run.State, key.Place, receiver.Concerned);
            }
            if (delayed.Count > 0 && step.C % 3 == 0 && delayed.Dequeue() is var late) receivers[late.Key].Apply(late.Update, run.Now);
        }
        foreach (var (key, known) in receivers)
        {
            if (UpdateOf(run, key, known.State.Cursor, full: false) is not { } update) continue;
            known.Apply(update, run.Now);
            known.ShouldFollow(run.State, key.Place, update.Through);
        }
    });

    [Fact]
    public void A_receiver_that_is_informed_is_told_nothing_and_logs_nothing() => RandomMeeting.Check(steps =>
    {
        var run = RandomMeeting.Created(steps);
        foreach (var step in steps) RandomMeeting.Do(run, step);
        foreach (var receiver in Rosters.Receivers(run.State))
        {
            var known = new ReceiverRun();
            known.Apply(UpdateOf(run, (receiver.Place, receiver.Thread), 0, full: true)!, run.Now);
            known.State.Cursor.ShouldBe(receiver.Concerned);
            var again = UpdateOf(run, (receiver.Place, receiver.Thread), known.State.Cursor, full: false)!;
            BreakoutRoom.Apply(known.State, again).ShouldBeNull();
        }
    }, runs: 100);

    [Fact]
    public void A_delta_from_beyond_the_cursor_is_left_alone_and_a_full_one_heals_it()
    {
        var run = MeetingRun.With(("ann", Role.Host), ("ben", Role.Participant));
        var gap = Rosters.Update(run.State, Ids.Main, true, run.State.Version - 1, run.Log[^1..])!;
        var empty = new ReceiverRun();
        BreakoutRoom.Apply(empty.State, gap).ShouldBeNull();
        empty.Apply(UpdateOf(run, (Ids.Main, true), 0, full: true)!, run.Now);
        empty.State.Space.Members.Keys.ShouldBe(["ann", "ben"], ignoreOrder: true);
    }

    [Fact]
    public void Large_updates_are_applied_in_parts_and_the_cursor_moves_with_the_last()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        for (var i = 0; i < 450; i++) run.Join($"p{i}");
        var known = new ReceiverRun();
        var update = UpdateOf(run, (Ids.Main, true), 0, full: true)!;
        known.Step(update, run.Now).ShouldBeTrue();
        known.State.Cursor.ShouldBe(0);
        known.State.Space.Members.Count.ShouldBe(BreakoutRoom.MembersPerEvent);
        known.Apply(update, run.Now).ShouldBe(2);
        known.State.Cursor.ShouldBe(update.Through);
        known.State.Space.Members.Count.ShouldBe(451);
    }

    [Fact]
    public void Rooms_that_never_opened_have_no_roster_and_older_rounds_are_closed()
    {
        var run = MeetingRun.With(("ann", Role.Host));
        run.As("ann", new CreateRooms(["A"]));
        Rosters.Update(run.State, "r1-1", false, 0, null).ShouldBeNull();
        for (var round = 1; round <= 3; round++)
        {
            run.As("ann", new OpenRooms()).ShouldBeAccepted();
            Rosters.Update(run.State, Ids.Room(round, 1), false, 0, null)!.Closed.ShouldBeFalse();
            run.As("ann", new CloseRooms(0)).ShouldBeAccepted();
            run.As("ann", new CreateRooms(["A"])).ShouldBeAccepted();
        }
        Rosters.Receivers(run.State).Select(one => one.Place).Distinct().ShouldBe([Ids.Main, "r3-1"]);
        // A round that is replaced before it opened had no rooms that would have to know.
        run.As("ann", new CreateRooms(["A"])).ShouldBeAccepted();
        Rosters.Receivers(run.State).Select(one => one.Place).Distinct().ShouldBe([Ids.Main, "r3-1"]);
        var older = Rosters.Update(run.State, "r1-1", false, 7, null)!;
        (older.Closed, older.Full, older.Entered.Length).ShouldBe((true, true, 0));
        Rosters.Update(run.State, "r1-1", false, 0, null).ShouldBeNull();
        Rosters.Update(run.State, "r9-1", false, 7, null).ShouldBeNull();
        Rosters.Update(run.State, "r01-1", false, 7, null).ShouldBeNull();
        Rosters.Update(run.State, Ids.Waiting, false, 7, null).ShouldBeNull();
    }

    private static RosterUpdate? UpdateOf(MeetingRun run, (string Place, bool Thread) key, long cursor, bool full) =>
        Rosters.Update(run.State, key.Place, key.Thread, cursor, full ? null : run.Log.Skip((int)cursor).ToArray());

    /// <summary>A receiver; threads follow the same rule as rooms.</summary>
    private sealed class ReceiverRun
    {
        public RoomState State { get; private set; } = RoomState.Empty;

        public int Apply(RosterUpdate update, DateTimeOffset now)
        {
            var parts = 0;
            while (Step(update, now)) parts++;
            return parts;
        }

        public bool Step(RosterUpdate update, DateTimeOffset now)
        {
            if (BreakoutRoom.Apply(State, update) is not { } outcome) return false;
            var at = now < State.LastTime ? State.LastTime : now;
            foreach (var happened in outcome.Events) State = State.Evolve(new Recorded(State.Version + 1, at, null, null, happened));
            return true;
        }

        public void ShouldFollow(MeetingState meeting, string place, long concerned)
        {
            var members = meeting.Participants.Values
                .Where(one => place switch
                {
                    Ids.Main => one.Place != Ids.Waiting,
                    Ids.Waiting => one.Place == Ids.Waiting || one.Role <= Role.CoHost,
                    _ => one.Place == place,
                })
                .Select(one => (one.Id, one.Name, one.Role, one.Locked));
            State.Space.Members.Select(one => (one.Key, one.Value.Name, one.Value.Role, one.Value.Locked)).ShouldBe(members, ignoreOrder: true);
            State.Cursor.ShouldBeGreaterThanOrEqualTo(concerned);
            var open = meeting.Status != MeetingStatus.Ended && (place is Ids.Main or Ids.Waiting || (meeting.Rooms.AreOpen && meeting.Rooms.Find(place) is not null));
            State.Closed.ShouldBe(!open);
            if (!open) return;
            var (policy, chat) = (meeting.Settings.Policy, meeting.Settings.WaitingMayChat);
            State.Space.Policy.ShouldBe(place == Ids.Waiting ? policy with { MayChat = policy.MayChat && chat } : policy);
        }
    }
}
