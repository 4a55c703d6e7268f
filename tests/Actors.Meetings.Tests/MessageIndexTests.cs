using System.Buffers;
using System.Text.Json;
using Shouldly;
using Xunit;

namespace Actors.Meetings.Tests;

public class MessageIndexTests
{
    [Theory]
    [InlineData(1, 300)]
    [InlineData(2, 5_000)]
    [InlineData(3, 70_000)]
    [InlineData(4, 1_500_000)]
    public void It_answers_like_a_sorted_set(int seed, int range)
    {
        var random = new Random(seed);
        var (posted, live) = (new SortedSet<long>(), new SortedSet<long>());
        var index = MessageIndex.Empty;
        for (long number = 1; number < range; number += 1 + random.Next(range / 200))
        {
            index = index.Set(number, live: true);
            posted.Add(number);
            live.Add(number);
            if (random.Next(3) != 0) continue;
            var gone = posted.ElementAt(random.Next(posted.Count));
            index = index.Set(gone, live: false);
            live.Remove(gone);
        }
        index.Live.ShouldBe(live.Count, $"seed {seed}");
        index.Before(long.MaxValue).ShouldBe(posted.Reverse());
        index.After(0).ShouldBe(posted);
        for (var i = 0; i < 200; i++)
        {
            var (a, b) = (random.Next(range) - 1, random.Next(range * 2));
            index.LiveBetween(a, b).ShouldBe(live.Count(number => number > a && number <= b), $"seed {seed}, {a} to {b}");
            index.IsPosted(b).ShouldBe(posted.Contains(b));
            index.IsLive(a).ShouldBe(live.Contains(a));
            index.Before(b).Take(3).ShouldBe(posted.Reverse().SkipWhile(number => number >= b).Take(3));
            index.After(a).Take(3).ShouldBe(posted.SkipWhile(number => number <= a).Take(3));
        }
        Json(MessageIndex.Read(JsonDocument.Parse(Json(index)).RootElement)).ShouldBe(Json(index));
    }

    [Fact]
    public void Numbers_at_the_borders_of_pages_and_levels_are_told_apart()
    {
        long[] borders = [1, 255, 256, 4_095, 4_096, 65_535, 65_536, 1_048_575, 1_048_576];
        var index = borders.Aggregate(MessageIndex.Empty, (index, number) => index.Set(number, live: true));
        foreach (var border in borders) (index.IsLive(border), index.LiveBetween(border - 1, border)).ShouldBe((true, 1));
        foreach (var beside in borders.Select(border => border + 2)) (index.IsPosted(beside), index.LiveBetween(beside - 1, beside)).ShouldBe((false, 0));
        (index.IsPosted(0), index.IsPosted(-5), index.IsLive(long.MaxValue)).ShouldBe((false, false, false));
    }

    [Fact]
    public void An_older_version_is_not_touched_by_a_newer_one()
    {
        var one = MessageIndex.Empty.Set(1, live: true);
        var two = one.Set(2, live: true).Set(1, live: false);
        (one.Live, one.IsLive(1), one.IsPosted(2)).ShouldBe((1, true, false));
        (two.Live, two.IsLive(1), two.IsPosted(1)).ShouldBe((1, false, true));
    }

    private static string Json(MessageIndex index)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) index.Write(json);
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
