using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public sealed class PlaceHistoryTests
{
    private static (List<Stay> Ended, PlaceHistory History) Told(MeetingRun run)
    {
        var (ended, history) = (new List<Stay>(), PlaceHistory.Empty);
        foreach (var recorded in run.Log) history = history.Next(recorded, ended);
        return (ended, history);
    }

    [Fact]
    public void D5_who_was_where_is_told_after_the_end_over_rooms_reconnects_and_the_waiting_room()
    {
        var run = MeetingRun.With(MeetingSettings.Default with { WaitingRoom = WaitingRoomPolicy.Guests }, ("host", Role.Host), ("p1", Role.Participant));
        var start = run.Now;
        DateTimeOffset At(int minute) => start.AddMinutes(minute);
        void Minute(int minute) => run.Now = At(minute);
        run.As("host", new CreateRooms(["Red", "Blue"], [["p1", "late", "guest"]]));
        Minute(1);
        run.As("host", new OpenRooms());
        Minute(2);
        run.Join("late");
        run.Join("guest", guest: true);
        run.Break("p1");
        run.Join("p1");
        Minute(3);
        run.As("host", new AdmitAll());
        run.As("host", new RenameRoom("r1-1", "Rot"));
        run.As("p1", new RenameParticipant("Pia"));
        Minute(4);
        run.As("host", new ChooseRoom("r1-2"));
        Minute(5);
        run.As("host", new DeleteRoom("r1-1"));
        Minute(6);
        run.As("late", new Leave());
        run.As("host", new CloseRooms(0));
        Minute(7);
        run.As("host", new EndMeeting());
        var (ended, history) = Told(run);
        Stay Stay(string id, string place, int since, int until, string? room = null, string? name = null) =>
            new(id, name ?? "Name of " + id, place, At(since), At(until), room);
        ended.ShouldBe(
        [
            Stay("p1", Ids.Main, 0, 1),
            Stay("guest", Ids.Waiting, 2, 3),
            Stay("host", Ids.Main, 0, 4),
            Stay("guest", "r1-1", 3, 5, "Red"),
            Stay("late", "r1-1", 2, 5, "Red"),
            Stay("p1", "r1-1", 1, 5, "Red", "Pia"),
            Stay("late", Ids.Main, 5, 6),
            Stay("host", "r1-2", 4, 6, "Blue"),
            Stay("guest", Ids.Main, 5, 7),
            Stay("host", Ids.Main, 6, 7),
            Stay("p1", Ids.Main, 5, 7, name: "Pia"),
        ]);
        history.Now.ShouldBeEmpty();
        history.Number.ShouldBe(run.State.Version);
    }

    [Fact]
    public void D5_and_P7_it_agrees_with_the_meeting_at_every_moment_and_nobody_is_in_two_places() => RandomMeeting.Check(steps =>
    {
        var run = RandomMeeting.Created(steps);
        var (ended, history) = (new List<Stay>(), PlaceHistory.Empty);
        foreach (var step in steps)
        {
            RandomMeeting.Do(run, step);
            foreach (var recorded in run.Log.Skip((int)history.Number)) history = history.Next(recorded, ended);
            history.Now.Select(one => (one.Key, one.Value.Name, one.Value.Place))
                .ShouldBe(run.State.Participants.Values.Select(one => (one.Id, one.Name, one.Place)), ignoreOrder: true);
        }
        foreach (var person in ended.Concat(history.Now.Values).GroupBy(stay => stay.Participant))
            person.Zip(person.Skip(1)).ShouldAllBe(pair => pair.First.Until >= pair.First.Since && pair.First.Until <= pair.Second.Since);
    });

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData(".1")]
    [InlineData("0.0")]
    [InlineData("-1.0")]
    [InlineData("1.-1")]
    [InlineData("1.x")]
    [InlineData("1.99999999999")]
    [InlineData("99999999999999999999.0")]
    [InlineData("12.0")]
    [InlineData("3~a/b")]
    public void P10_a_cursor_that_no_page_gave_is_refused(string after) =>
        PlacesCursor.Check(new PlacesRequest(after), 10, out _).ShouldBe("after");

    [Fact]
    public void Cursors_read_as_they_were_written()
    {
        foreach (var cursor in new[] { new PlacesCursor(1), new PlacesCursor(11, 7), new PlacesCursor(10, Lasting: "ann-1_x"), new PlacesCursor(10, Lasting: "") })
        {
            PlacesCursor.Check(new PlacesRequest(cursor.ToString()), 10, out var read).ShouldBeNull();
            read.ShouldBe(cursor);
        }
        PlacesCursor.Check(new PlacesRequest(Participant: "a/b"), 10, out _).ShouldBe("participant");
    }
}
