using System.Diagnostics;
using Actors.Contracts;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Actors.Meetings.Tests;

/// <summary>Orders of magnitude, with a wide margin for slow machines: they catch a scan where an index belongs.</summary>
public sealed class MeetingPerformanceTests(ITestOutputHelper output)
{
    /// <summary>Of one quarter: 51 times 49 joins, four quarters and the host are ten thousand, less three.</summary>
    private const int Chunks = 51;

    private const int ChunkJoins = 49;

    private static readonly MeetingSettings Huge = MeetingSettings.Default with { Capacity = Limits.ParticipantsPerMeeting };

    [Fact]
    public void Ten_thousand_joins_cost_the_same_each_and_the_state_is_encoded_in_a_moment()
    {
        var run = MeetingRun.With(Huge, ("host", Role.Host));
        var quarters = new double[4];
        for (var quarter = 0; quarter < 4; quarter++)
        {
            // The median of many short measurements: a machine that stands still for a second is in one of them.
            var chunks = new double[Chunks];
            for (var chunk = 0; chunk < Chunks; chunk++)
            {
                var clock = Stopwatch.StartNew();
                for (var i = 0; i < ChunkJoins; i++) run.Join($"p{quarter}-{chunk}-{i}", Role.Attendee).ShouldBeAccepted();
                chunks[chunk] = clock.Elapsed.TotalMicroseconds / ChunkJoins;
            }
            quarters[quarter] = chunks.Order().ElementAt(Chunks / 2);
        }
        var encoding = Stopwatch.StartNew();
        var bytes = run.State.Encode();
        var encoded = encoding.Elapsed.TotalMilliseconds;
        var decoding = Stopwatch.StartNew();
        MeetingState.Decode(bytes).Participants.Count.ShouldBe(run.State.Participants.Count);
        output.WriteLine(
            $"join decide+evolve: {string.Join(" ", quarters.Select(one => one.ToString("F1")))} us per quarter; " +
            $"encode {encoded:F0} ms, {bytes.Length / 1024} KiB; decode {decoding.Elapsed.TotalMilliseconds:F0} ms");
        quarters[3].ShouldBeLessThan((10 * quarters[1]) + 50);
    }

    [Fact]
    public void Five_hundred_people_into_fifty_rooms_are_one_event_of_moves_and_short_rosters()
    {
        var run = MeetingRun.With(Huge, ("host", Role.Host));
        for (var i = 0; i < 500; i++) run.Join($"p{i}");
        run.As("host", new CreateRooms([.. Enumerable.Range(1, 50).Select(i => $"Room {i}")]));
        run.As("host", new AssignEvenly(3));
        var before = run.State.Version;
        var clock = Stopwatch.StartNew();
        var opened = run.As("host", new OpenRooms());
        var opening = clock.Elapsed.TotalMilliseconds;
        opened.Events.OfType<ParticipantsMoved>().ShouldHaveSingleItem().Moves.Length.ShouldBe(500);
        var tail = run.Log.Skip((int)before).ToArray();
        clock.Restart();
        var rosters = run.State.Rooms.List.Select(room => Rosters.Update(run.State, room.Id, false, before, tail)!).ToArray();
        output.WriteLine($"open 50 rooms with 500 people: {opening:F1} ms; 50 rosters: {clock.Elapsed.TotalMilliseconds:F1} ms");
        rosters.ShouldAllBe(one => one.Entered.Length == 10 && one.Left.IsEmpty && !one.Closed);
    }
}
