using System.Text;
using Actors.Testing;
using Shouldly;
using Xunit;

namespace Actors.Storage.Tests;

/// <summary>What every event log does: run for the in-memory twin and for DynamoDB.</summary>
public abstract partial class EventLogConformance
{
    private protected ManualTime Time { get; } = new();

    private protected string Stream { get; } = SharedDatabase.NewStream();

    private static CancellationToken None => CancellationToken.None;

    private protected abstract Task<IEventLog> Open();

    private protected Batch BatchAt(long version, int count = 1, string? id = null, int bytes = 0) => new(
        version, count, id ?? $"w{version}", "writer", Time.GetUtcNow(), Encoding.UTF8.GetBytes($"[\"{version} é\"{new string(' ', bytes)}]"));

    private protected async Task<IEventLog> OpenWith(params Batch[] batches)
    {
        var log = await Open();
        foreach (var batch in batches)
            (await log.Append(Stream, batch, None)).ShouldBeOfType<AppendResult.Appended>();
        return log;
    }

    private static string Text(Batch batch) => Encoding.UTF8.GetString(batch.Events.Span);

    [Fact]
    public async Task A_new_stream_is_empty()
    {
        var log = await Open();
        var loaded = await log.Load(Stream, Schemas.Any, None);
        (loaded.Snapshot, loaded.Tail.Length, loaded.TrimmedThrough, loaded.LastVersion).ShouldBe((null, 0, 0L, 0L));
        (await log.ReadForward(Stream, 1, ReadLimit.Default, None)).ShouldBe(Page.Empty, new SamePage());
        (await log.ReadBackward(Stream, 9, ReadLimit.Default, None)).ShouldBe(Page.Empty, new SamePage());
    }

    [Fact]
    public async Task What_was_appended_is_loaded_as_it_was()
    {
        var written = BatchAt(1, 3, "first");
        var log = await OpenWith(written, BatchAt(4, 2));
        var loaded = await log.Load(Stream, Schemas.Any, None);
        loaded.LastVersion.ShouldBe(5);
        loaded.Tail.Select(b => b.Version).ShouldBe([1, 4]);
        var read = loaded.Tail[0];
        (read.Count, read.Last, read.WriteId, read.Writer, read.At).ShouldBe((3, 3L, "first", "writer", written.At));
        read.Events.ToArray().ShouldBe(written.Events.ToArray());
    }

    [Fact]
    public async Task P2_of_two_writers_at_one_version_exactly_one_wins_and_the_loser_sees_who()
    {
        var log = await OpenWith(BatchAt(1));
        var rivals = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => log.Append(Stream, BatchAt(2, i + 1, $"rival {i}"), None).AsTask()));
        rivals.OfType<AppendResult.Appended>().Count().ShouldBe(1);
        var winner = (await log.Load(Stream, Schemas.Any, None)).Tail[1];
        rivals.OfType<AppendResult.Conflict>().Select(c => (c.Existing.WriteId, c.Existing.Count)).Distinct()
            .ShouldBe([(winner.WriteId, winner.Count)]);
    }

    [Fact]
    public async Task P3_the_same_write_sent_again_is_appended_once()
    {
        var log = await OpenWith(BatchAt(1, 2, "mine"));
        (await log.Append(Stream, BatchAt(1, 2, "mine"), None)).ShouldBeOfType<AppendResult.Appended>();
        (await log.Load(Stream, Schemas.Any, None)).LastVersion.ShouldBe(2);
    }

    [Fact]
    public async Task P4_a_gap_is_an_error_for_every_reader_never_skipped()
    {
        var log = await OpenWith(BatchAt(1, 2), BatchAt(5));
        (await Should.ThrowAsync<StreamCorruptedException>(async () => await log.Load(Stream, Schemas.Any, None))).Stream.ShouldBe(Stream);
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.ReadForward(Stream, 1, ReadLimit.Default, None));
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.ReadForward(Stream, 3, ReadLimit.Default, None));
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.ReadBackward(Stream, 5, ReadLimit.Default, None));
    }

    [Fact]
    public async Task P4_a_lost_beginning_and_an_overlap_are_errors()
    {
        var log = await OpenWith(BatchAt(3));
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.Load(Stream, Schemas.Any, None));
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.ReadBackward(Stream, 3, ReadLimit.Default, None));
        await log.Append(Stream, BatchAt(1, 3), None);
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.Load(Stream, Schemas.Any, None));
    }

    [Theory]
    [InlineData(1, new long[] { 1, 4, 5 })]
    [InlineData(2, new long[] { 1, 4, 5 })]
    [InlineData(4, new long[] { 4, 5 })]
    [InlineData(7, new long[] { 5 })]
    [InlineData(8, new long[] { })]
    public async Task Reading_forward_begins_with_the_batch_that_contains_the_event(long from, long[] expected)
    {
        var log = await OpenWith(BatchAt(1, 3), BatchAt(4), BatchAt(5, 3));
        var page = await log.ReadForward(Stream, from, ReadLimit.Default, None);
        page.Batches.Select(b => b.Version).ShouldBe(expected);
        page.End.ShouldBeTrue();
    }

    [Theory]
    [InlineData(99, new long[] { 5, 4, 1 })]
    [InlineData(6, new long[] { 5, 4, 1 })]
    [InlineData(4, new long[] { 4, 1 })]
    [InlineData(2, new long[] { 1 })]
    public async Task Reading_backward_begins_with_the_batch_that_contains_the_event(long through, long[] expected)
    {
        var log = await OpenWith(BatchAt(1, 3), BatchAt(4), BatchAt(5, 3));
        var page = await log.ReadBackward(Stream, through, ReadLimit.Default, None);
        page.Batches.Select(b => b.Version).ShouldBe(expected);
        page.End.ShouldBeTrue();
    }

    [Fact]
    public async Task P8_pages_are_bounded_in_events_and_bytes_and_join_up()
    {
        var log = await OpenWith([.. Enumerable.Range(0, 20).Select(i => BatchAt(1 + (i * 2), 2, bytes: 1000))]);
        var (from, pages) = (1L, 0);
        for (var end = false; !end; pages++)
        {
            var page = await log.ReadForward(Stream, from, ReadLimit.OfEvents(5), None);
            page.Batches.Length.ShouldBeLessThanOrEqualTo(3);
            page.Batches.FirstOrDefault()?.Version.ShouldBe(from);
            (from, end) = (page.Batches.LastOrDefault()?.Last + 1 ?? from, page.End);
        }
        from.ShouldBe(41);
        pages.ShouldBeInRange(7, 8);
        (await log.ReadBackward(Stream, 40, new ReadLimit(100, 2_500), None)).Batches.Select(b => b.Version).ShouldBe([39, 37]);
        (await log.ReadBackward(Stream, 40, new ReadLimit(100, 1), None)).Batches.Length.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_first_batch_holds_beyond_the_event_asked_for_fills_no_page()
    {
        var log = await OpenWith(BatchAt(1), BatchAt(2), BatchAt(3, 50), BatchAt(53, 50));
        (await log.ReadBackward(Stream, 4, ReadLimit.OfEvents(4), None)).Batches.Select(b => b.Version).ShouldBe([3, 2, 1]);
        (await log.ReadForward(Stream, 52, ReadLimit.OfEvents(2), None)).Batches.Select(b => b.Version).ShouldBe([3, 53]);
    }

    [Fact]
    public async Task A_tail_of_several_megabytes_is_loaded_whole()
    {
        var log = await OpenWith([.. Enumerable.Range(1, 12).Select(i => BatchAt(i, bytes: StorageLimits.BatchBytes))]);
        var loaded = await log.Load(Stream, Schemas.Any, None);
        loaded.Tail.Select(b => b.Version).ShouldBe(Enumerable.Range(1, 12).Select(i => (long)i));
        loaded.Tail.Sum(b => (long)b.Events.Length).ShouldBeGreaterThan(3_000_000);
    }

    [Fact]
    public async Task Bad_batches_are_refused_before_they_are_sent()
    {
        var log = await Open();
        await Should.ThrowAsync<ArgumentException>(async () => await log.Append(Stream, BatchAt(0), None));
        await Should.ThrowAsync<ArgumentException>(async () => await log.Append(Stream, BatchAt(1, 0), None));
        await Should.ThrowAsync<ArgumentException>(async () => await log.Append(Stream, BatchAt(1, bytes: StorageLimits.ItemBytes), None));
        await Should.ThrowAsync<ArgumentException>(async () => await log.Append("", BatchAt(1), None));
    }

    [Fact]
    public async Task A_cancelled_call_throws_and_does_nothing()
    {
        var log = await Open();
        var cancelled = new CancellationToken(canceled: true);
        await Should.ThrowAsync<OperationCanceledException>(async () => await log.Append(Stream, BatchAt(1), cancelled));
        await Should.ThrowAsync<OperationCanceledException>(async () => await log.Load(Stream, Schemas.Any, cancelled));
        (await log.Load(Stream, Schemas.Any, None)).LastVersion.ShouldBe(0);
    }

    private sealed class SamePage : IEqualityComparer<Page>
    {
        public bool Equals(Page? x, Page? y) => x!.End == y!.End && x.Batches.SequenceEqual(y.Batches);

        public int GetHashCode(Page page) => page.Batches.Length;
    }
}
