using System.Text;
using Shouldly;
using Xunit;

namespace Actors.Storage.Tests;

/// <summary>Snapshots, overlays, redaction, trimming.</summary>
public abstract partial class EventLogConformance
{
    private protected static Snapshot SnapshotAt(long version, int schema = 1, int bytes = 100)
    {
        // Incompressible, so that the stored size is the size.
        var payload = new byte[bytes];
        new Random((int)version).NextBytes(payload);
        return new Snapshot(version, schema, payload);
    }

    private protected static Overlay OverlayOf(long page, long through, string text) => new(page, through, Encoding.UTF8.GetBytes(text));

    private protected static ReadOnlyMemory<byte> Blank(Batch batch) => "[\"\"]"u8.ToArray();

    private static void ShouldBeSame(Snapshot? actual, Snapshot expected)
    {
        actual.ShouldNotBeNull();
        (actual.Version, actual.Schema).ShouldBe((expected.Version, expected.Schema));
        actual.Payload.Span.SequenceEqual(expected.Payload.Span).ShouldBeTrue();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3 * 1024 * 1024)]
    public async Task A_snapshot_of_any_size_is_loaded_with_the_tail_after_it(int bytes)
    {
        var log = await OpenWith(BatchAt(1, 3), BatchAt(4, 2), BatchAt(6));
        var snapshot = SnapshotAt(3, bytes: bytes);
        await log.SaveSnapshot(Stream, snapshot, None);
        var loaded = await log.Load(Stream, Schemas.Any, None);
        ShouldBeSame(loaded.Snapshot, snapshot);
        loaded.Tail.Select(b => b.Version).ShouldBe([4, 6]);
        loaded.LastVersion.ShouldBe(6);
    }

    [Fact]
    public async Task A_snapshot_inside_a_batch_is_loaded_with_that_batch_and_one_at_the_end_with_none()
    {
        var log = await OpenWith(BatchAt(1, 3), BatchAt(4, 2));
        await log.SaveSnapshot(Stream, SnapshotAt(4), None);
        (await log.Load(Stream, Schemas.Any, None)).Tail.Select(b => b.Version).ShouldBe([4]);
        await log.SaveSnapshot(Stream, SnapshotAt(5), None);
        var loaded = await log.Load(Stream, Schemas.Any, None);
        loaded.Tail.ShouldBeEmpty();
        loaded.LastVersion.ShouldBe(5);
    }

    [Fact]
    public async Task P1_a_snapshot_ahead_of_the_durable_stream_is_refused()
    {
        var log = await OpenWith(BatchAt(1, 3));
        await Should.ThrowAsync<InvalidOperationException>(async () => await log.SaveSnapshot(Stream, SnapshotAt(4), None));
        (await log.Load(Stream, Schemas.Any, None)).Snapshot.ShouldBeNull();
    }

    [Fact]
    public async Task The_newest_snapshot_wins_the_one_before_is_kept_and_a_late_older_one_is_dropped()
    {
        var log = await OpenWith(BatchAt(1), BatchAt(2), BatchAt(3), BatchAt(4));
        foreach (var version in (long[])[1, 2, 4, 3])
            await log.SaveSnapshot(Stream, SnapshotAt(version, schema: (int)version), None);
        ShouldBeSame((await log.Load(Stream, Schemas.Any, None)).Snapshot, SnapshotAt(4, 4));
        ShouldBeSame((await log.Load(Stream, Schemas.UpTo(3), None)).Snapshot, SnapshotAt(2, 2));
        (await log.Load(Stream, Schemas.UpTo(1), None)).Snapshot.ShouldBeNull("only two are kept");
    }

    [Fact]
    public async Task A_snapshot_saved_again_at_its_version_replaces_the_first()
    {
        var log = await OpenWith(BatchAt(1));
        await log.SaveSnapshot(Stream, new Snapshot(1, 1, "named"u8.ToArray()), None);
        await log.SaveSnapshot(Stream, new Snapshot(1, 1, "blank"u8.ToArray()), None);
        Encoding.UTF8.GetString((await log.Load(Stream, Schemas.Any, None)).Snapshot!.Payload.Span).ShouldBe("blank");
    }

    [Fact]
    public async Task Dropped_snapshots_are_gone_and_later_ones_stay()
    {
        var log = await OpenWith(BatchAt(1), BatchAt(2));
        await log.SaveSnapshot(Stream, SnapshotAt(1, schema: 1), None);
        await log.SaveSnapshot(Stream, SnapshotAt(2, schema: 2), None);
        await log.DropSnapshots(Stream, 2, None);
        (await log.Load(Stream, Schemas.UpTo(1), None)).Snapshot.ShouldBeNull();
        (await log.Load(Stream, Schemas.Any, None)).Snapshot!.Version.ShouldBe(2);
        await log.DropSnapshots(Stream, long.MaxValue, None);
        var loaded = await log.Load(Stream, Schemas.Any, None);
        loaded.Snapshot.ShouldBeNull();
        loaded.Tail.Length.ShouldBe(2);
    }

    [Fact]
    public async Task Overlays_are_read_by_page_and_never_go_back()
    {
        var log = await Open();
        (await log.SaveOverlay(Stream, OverlayOf(3, 50, "third"), None)).ShouldBeTrue();
        (await log.SaveOverlay(Stream, OverlayOf(1, 40, "first"), None)).ShouldBeTrue();
        (await log.SaveOverlay(Stream, OverlayOf(1, 39, "stale"), None)).ShouldBeFalse();
        (await log.SaveOverlay(Stream, OverlayOf(3, 50, "third, redacted"), None)).ShouldBeTrue();
        var overlays = await log.ReadOverlays(Stream, 1, 3, None);
        overlays.Select(o => (o.Page, o.Through, Encoding.UTF8.GetString(o.Payload.Span))).ShouldBe([(1, 40, "first"), (3, 50, "third, redacted")]);
        (await log.ReadOverlays(Stream, 2, 2, None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_overlay_larger_than_an_item_is_stored_whole_and_replaced_whole()
    {
        var log = await Open();
        foreach (var through in (long[])[7, 9])
            await log.SaveOverlay(Stream, new Overlay(2, through, SnapshotAt(through, bytes: 900_000).Payload), None);
        await log.SaveOverlay(Stream, OverlayOf(3, 9, "next"), None);
        (await log.SaveOverlay(Stream, new Overlay(2, 8, SnapshotAt(8, bytes: 900_000).Payload), None)).ShouldBeFalse();
        var overlays = await log.ReadOverlays(Stream, 1, 3, None);
        overlays.Select(o => o.Page).ShouldBe([2, 3]);
        overlays[0].Payload.Span.SequenceEqual(SnapshotAt(9, bytes: 900_000).Payload.Span).ShouldBeTrue();
    }

    [Fact]
    public async Task Redaction_blanks_the_text_in_place_and_keeps_everything_else()
    {
        var log = await OpenWith(BatchAt(1), BatchAt(2, 3, "said"), BatchAt(5));
        var before = (await log.Load(Stream, Schemas.Any, None)).Tail[1];
        (await log.Redact(Stream, 3, Blank, None)).ShouldBeTrue();
        (await log.Redact(Stream, 3, Blank, None)).ShouldBeTrue();
        (await log.Redact(Stream, 6, Blank, None)).ShouldBeFalse();
        var after = (await log.Load(Stream, Schemas.Any, None)).Tail;
        after.Select(Text).ShouldBe(["[\"1 é\"]", "[\"\"]", "[\"5 é\"]"]);
        after[1].ShouldBe(before with { Events = after[1].Events });
        (await log.Append(Stream, BatchAt(2, 3, "said"), None)).ShouldBeOfType<AppendResult.Appended>("a late repeat of the write changes nothing");
        Text((await log.ReadBackward(Stream, 4, ReadLimit.Default, None)).Batches[0]).ShouldBe("[\"\"]");
    }

    [Fact]
    public async Task Concurrent_redactions_of_one_item_all_take_effect()
    {
        var log = await OpenWith(new Batch(1, 3, "w", "writer", Time.GetUtcNow(), "[\"a\",\"b\",\"c\"]"u8.ToArray()));
        await Task.WhenAll("abc".Select(c => log.Redact(Stream, 1, b => Encoding.UTF8.GetBytes(Text(b).Replace(c, '-')), None).AsTask()));
        Text((await log.Load(Stream, Schemas.Any, None)).Tail[0]).ShouldBe("[\"-\",\"-\",\"-\"]");
    }

    [Fact]
    public async Task Trimming_needs_a_snapshot_deletes_whole_batches_and_leaves_the_last()
    {
        var log = await OpenWith(BatchAt(1, 2), BatchAt(3, 2), BatchAt(5, 2));
        Time.Advance(StorageLimits.TrimMinimumAge);
        await Should.ThrowAsync<InvalidOperationException>(async () => await log.Trim(Stream, 3, None));
        await log.SaveSnapshot(Stream, SnapshotAt(6), None);
        (await log.Trim(Stream, 3, None)).ShouldBe(2, "event 4 shares its batch with event 3");
        (await log.ReadForward(Stream, 1, ReadLimit.Default, None)).Batches.Select(b => b.Version).ShouldBe([3, 5]);
        (await log.Trim(Stream, 6, None)).ShouldBe(4, "the last item stays");
        (await log.Trim(Stream, 6, None)).ShouldBe(4);
        var loaded = await log.Load(Stream, Schemas.Any, None);
        (loaded.Snapshot!.Version, loaded.Tail.Length, loaded.TrimmedThrough, loaded.LastVersion).ShouldBe((6L, 0, 4L, 6L));
        var back = await log.ReadBackward(Stream, 6, ReadLimit.Default, None);
        (back.Batches.Single().Version, back.End).ShouldBe((5L, true));
        (await log.Append(Stream, BatchAt(5, 2, "zombie"), None)).ShouldBeOfType<AppendResult.Conflict>("the last item still fences");
    }

    [Fact]
    public async Task P2_young_items_are_not_trimmed_so_that_no_writer_believes_their_keys_free()
    {
        var log = await OpenWith(BatchAt(1));
        Time.Advance(StorageLimits.TrimMinimumAge);
        await log.Append(Stream, BatchAt(2), None);
        await log.Append(Stream, BatchAt(3), None);
        await log.SaveSnapshot(Stream, SnapshotAt(3), None);
        (await log.Trim(Stream, 3, None)).ShouldBe(1);
    }

    [Fact]
    public async Task The_snapshot_a_trimmed_stream_stands_on_is_never_dropped()
    {
        var log = await OpenWith(BatchAt(1), BatchAt(2), BatchAt(3));
        Time.Advance(StorageLimits.TrimMinimumAge);
        await log.SaveSnapshot(Stream, SnapshotAt(2), None);
        await log.Trim(Stream, 2, None);
        await Should.ThrowAsync<InvalidOperationException>(async () => await log.DropSnapshots(Stream, 3, None));
        (await log.Load(Stream, Schemas.Any, None)).Snapshot!.Version.ShouldBe(2);
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.Load(Stream, Schemas.UpTo(0), None));
    }
}
