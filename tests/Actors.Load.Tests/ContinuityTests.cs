using Actors.Load.Client;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Actors.Load.Tests;

/// <summary>A client's check of its streams: any honest delivery passes, any change to one is noticed.</summary>
public sealed class ContinuityTests
{
    [Fact]
    public void P4_any_way_to_cut_a_stream_into_messages_is_accepted() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Frames().ToArbitrary(), frames =>
        {
            var continuity = Deliver(frames);
            return continuity.Gaps == 0 && continuity.Duplicates == 0 && continuity.Delivered == frames.Sum(f => f.Events.Length);
        }));

    [Fact]
    public void P4_a_message_left_out_is_a_gap() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Doctored((frames, i) => [.. frames[..i], .. frames[(i + 1)..]], last: false), frames => Deliver(frames).Gaps > 0));

    [Fact]
    public void P4_a_message_told_twice_is_a_duplicate_and_does_not_count() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Doctored((frames, i) => [.. frames[..(i + 1)], .. frames[i..]], last: true), frames =>
        {
            var continuity = Deliver(frames);
            return continuity.Duplicates == 1 && continuity.Delivered == frames.Distinct().Sum(f => f.Events.Length);
        }));

    [Fact]
    public void P4_two_messages_swapped_are_noticed() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            Doctored((frames, i) => [.. frames[..i], frames[i + 1], frames[i], .. frames[(i + 2)..]], last: false),
            frames => Deliver(frames).Gaps > 0));

    [Fact]
    public void P4_a_snapshot_may_go_forward_and_never_back()
    {
        var continuity = new Continuity();
        continuity.Snapshot("meeting", 5);
        continuity.Snapshot("meeting", 9);
        continuity.Duplicates.ShouldBe(0);

        continuity.Snapshot("meeting", 8);

        continuity.Duplicates.ShouldBe(1);
    }

    [Fact]
    public void P4_events_of_a_stream_that_was_never_attached_are_a_gap()
    {
        var continuity = new Continuity();

        continuity.Events(CleanRun.Frame("meeting", 1, 1, new DeliveredEvent(1, 0, "x"))).ShouldBeFalse();

        continuity.Gaps.ShouldBe(1);
        continuity.Delivered.ShouldBe(0);
    }

    [Fact]
    public void P4_events_after_the_stream_was_detached_are_a_gap()
    {
        var continuity = new Continuity();
        continuity.Snapshot("room/r1-1", 4);
        continuity.Detached("room/r1-1");

        continuity.Events(CleanRun.Frame("room/r1-1", 5, 5)).ShouldBeFalse();
    }

    [Fact]
    public void P4_a_new_connection_continues_only_what_it_asked_for()
    {
        var continuity = new Continuity();
        continuity.Snapshot("meeting", 4);
        continuity.Snapshot("thread/main", 7);
        continuity.Connected(new Dictionary<string, long> { ["meeting"] = 4 });

        continuity.Events(CleanRun.Frame("meeting", 5, 6)).ShouldBeTrue();
        continuity.Events(CleanRun.Frame("thread/main", 8, 8)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(5, 5, 2)]
    [InlineData(5, 6, 2)]
    [InlineData(6, 5, 0)]
    public void P4_numbers_within_a_message_rise_and_stay_within_its_bounds(long first, long second, int delivered)
    {
        var continuity = new Continuity();
        continuity.Snapshot("meeting", 4);

        continuity.Events(CleanRun.Frame("meeting", 5, 6, new DeliveredEvent(first, 0, "x"), new DeliveredEvent(second, 0, "x")));

        continuity.Delivered.ShouldBe(first < second ? delivered : 0);
        (continuity.Gaps + continuity.Duplicates).ShouldBe(first < second ? 0 : 1);
    }

    private static Continuity Deliver(EventsFrame[] frames)
    {
        var continuity = new Continuity();
        continuity.Snapshot("meeting", 0);
        foreach (var frame in frames)
            continuity.Events(frame);
        return continuity;
    }

    /// <summary>A stream from 1, cut at random, with a random part of its events hidden.</summary>
    private static Gen<EventsFrame[]> Frames() =>
        from sizes in Gen.NonEmptyListOf(Gen.Choose(1, 5))
        from hidden in Gen.ArrayOf(Gen.Choose(0, 2), sizes.Sum() + 1)
        select Cut([.. sizes], hidden);

    private static EventsFrame[] Cut(int[] sizes, int[] hidden)
    {
        var frames = new List<EventsFrame>();
        var from = 1;
        foreach (var size in sizes)
        {
            var numbers = Enumerable.Range(from, size).Where(n => hidden[n] != 0);
            frames.Add(CleanRun.Frame("meeting", from, from + size - 1, [.. numbers.Select(n => new DeliveredEvent(n, n, "x"))]));
            from += size;
        }
        return [.. frames];
    }

    /// <summary>Frames with one place changed; <paramref name="last"/> where the last frame may be it.</summary>
    private static Arbitrary<EventsFrame[]> Doctored(Func<EventsFrame[], int, EventsFrame[]> doctor, bool last) =>
        (from frames in Frames()
         where frames.Length > 1
         from i in Gen.Choose(0, frames.Length - (last ? 1 : 2))
         select doctor(frames, i)).ToArbitrary();
}
