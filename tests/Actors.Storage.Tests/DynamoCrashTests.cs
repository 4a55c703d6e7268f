using System.Text;
using Shouldly;
using Xunit;

namespace Actors.Storage.Tests;

/// <summary>P11: an operation of several calls that dies between two of them leaves a readable stream, and is done again to the end.</summary>
public sealed class DynamoCrashTests : DynamoTest
{
    /// <summary>The process "dies" here: every attempt of the call fails.</summary>
    private void DieAt(string call)
    {
        for (var attempt = 0; attempt < SharedDatabase.Options.Attempts; attempt++)
            Http.Next(call, ScriptedHttp.Refused);
    }

    private async Task<DynamoEventLog> WithTwoSnapshots(int bytes = 1_000_000)
    {
        var log = await OpenWith(6);
        await log.SaveSnapshot(Stream, SnapshotAt(2, bytes), None);
        await log.SaveSnapshot(Stream, SnapshotAt(4, bytes), None);
        return log;
    }

    [Theory]
    [InlineData("BatchWriteItem")]
    [InlineData("PutItem")]
    public async Task P11_a_snapshot_save_that_dies_leaves_the_one_before_and_its_rest_is_swept(string call)
    {
        var log = await WithTwoSnapshots();
        DieAt(call);
        await Should.ThrowAsync<StorageUnavailableException>(async () => await log.SaveSnapshot(Stream, SnapshotAt(5, 1_000_000), None));
        var loaded = await log.Load(Stream, Schemas.Any, None);
        (loaded.Snapshot!.Version, loaded.Tail.Select(b => b.Version).First(), loaded.LastVersion).ShouldBe((4, 5, 6));

        await log.SaveSnapshot(Stream, SnapshotAt(6), None);
        await log.DropSnapshots(Stream, 6, None);
        (await Keys("s/")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_snapshot_whose_answer_was_lost_is_there_and_the_oldest_is_deleted()
    {
        var log = await WithTwoSnapshots();
        Http.Next("PutItem", ScriptedHttp.LostAnswer);
        await log.SaveSnapshot(Stream, SnapshotAt(6), None);
        (await Keys("s/")).Select(k => k.Split('/')[2]).Distinct().ShouldBe(["000000000004", "000000000006"]);
        (await log.Load(Stream, Schemas.Any, None)).Snapshot!.Version.ShouldBe(6);
    }

    [Fact]
    public async Task A_damaged_or_incomplete_snapshot_falls_back_to_the_one_before_and_at_last_to_the_whole_stream()
    {
        var log = await WithTwoSnapshots();
        var chunks = await Keys("s/");
        var newest = chunks.Where(k => k.Contains("/000000000004/")).ToList();
        newest.Count.ShouldBe(3);
        var chunk = await Item(newest[1]);
        var bytes = chunk["d"].B.ToArray();
        bytes[1000] ^= 1;
        chunk["d"].B = new MemoryStream(bytes);
        await Put(chunk);
        var loaded = await log.Load(Stream, Schemas.Any, None);
        (loaded.Snapshot!.Version, loaded.Tail.Length).ShouldBe((2, 4));

        await Delete(chunks[0]);
        loaded = await log.Load(Stream, Schemas.Any, None);
        loaded.Snapshot.ShouldBeNull();
        loaded.Tail.Length.ShouldBe(6);
    }

    [Fact]
    public async Task A_stream_that_ends_before_its_snapshot_is_quarantined()
    {
        var log = await WithTwoSnapshots();
        foreach (var key in (await Keys("e/")).Skip(2))
            await Delete(key);
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.Load(Stream, Schemas.Any, None));
    }

    [Fact]
    public async Task P11_a_redaction_whose_answer_was_lost_is_done_once_and_answers()
    {
        var log = await OpenWith(2);
        Http.Next("UpdateItem", ScriptedHttp.LostAnswer);
        (await log.Redact(Stream, 2, _ => "[]"u8.ToArray(), None)).ShouldBeTrue();
        var item = await Item(DynamoKeys.Event(2));
        (item["d"].S, item["r"].N).ShouldBe(("[]", "1"));
    }

    [Fact]
    public async Task P11_a_redaction_that_died_is_done_again_to_the_end()
    {
        var log = await OpenWith(3);
        DieAt("UpdateItem");
        await Should.ThrowAsync<StorageUnavailableException>(async () => await log.Redact(Stream, 2, _ => "[]"u8.ToArray(), None));
        (await log.Redact(Stream, 2, _ => "[]"u8.ToArray(), None)).ShouldBeTrue();
        var tail = (await log.Load(Stream, Schemas.Any, None)).Tail;
        tail.Select(b => Encoding.UTF8.GetString(b.Events.Span)).ShouldBe(["[1]", "[]", "[3]"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task P11_a_trim_that_dies_after_recording_leaves_every_read_whole_and_is_done_again(bool someDeleted)
    {
        const int Batches = 60;
        var log = await OpenWith(Batches);
        await log.SaveSnapshot(Stream, SnapshotAt(Batches), None);
        Time.Advance(StorageLimits.TrimMinimumAge);
        // A batch write deletes 25: the second of three dies, or the first.
        if (someDeleted)
            Http.Next("BatchWriteItem", static (send, _) => send());
        DieAt("BatchWriteItem");
        await Should.ThrowAsync<StorageUnavailableException>(async () => await log.Trim(Stream, 50, None));

        var loaded = await log.Load(Stream, Schemas.Any, None);
        (loaded.TrimmedThrough, loaded.LastVersion).ShouldBe((50, Batches));
        (await log.ReadForward(Stream, 1, ReadLimit.Default, None)).Batches[^1].Version.ShouldBe(Batches);
        var back = await log.ReadBackward(Stream, Batches, ReadLimit.Default, None);
        (back.Batches[0].Version, back.End).ShouldBe((Batches, true));

        (await log.Trim(Stream, 50, None)).ShouldBe(50);
        (await Keys("e/")).Count.ShouldBe(10);
        (await log.ReadForward(Stream, 1, ReadLimit.Default, None)).Batches[0].Version.ShouldBe(51);
    }

    [Fact]
    public async Task A_hole_in_what_was_not_trimmed_is_still_an_error_in_a_trimmed_stream()
    {
        var log = await OpenWith(10);
        await log.SaveSnapshot(Stream, SnapshotAt(3), None);
        Time.Advance(StorageLimits.TrimMinimumAge);
        await log.Trim(Stream, 3, None);
        await Delete(DynamoKeys.Event(4));
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.Load(Stream, Schemas.Any, None));
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.ReadForward(Stream, 1, ReadLimit.Default, None));
        await Should.ThrowAsync<StreamCorruptedException>(async () => await log.ReadBackward(Stream, 10, ReadLimit.Default, None));
    }

    [Fact]
    public async Task P11_an_overlay_save_that_dies_leaves_the_one_before_and_the_next_save_sweeps_its_parts()
    {
        var log = await Open();
        await log.SaveOverlay(Stream, new Overlay(1, 5, SnapshotAt(5, 900_000).Payload), None);
        DieAt("PutItem");
        await Should.ThrowAsync<StorageUnavailableException>(async () =>
            await log.SaveOverlay(Stream, new Overlay(1, 6, SnapshotAt(6, 900_000).Payload), None));
        (await log.ReadOverlays(Stream, 1, 1, None)).Single().Through.ShouldBe(5);
        await log.SaveOverlay(Stream, new Overlay(1, 7, "small"u8.ToArray()), None);
        (await Keys("o/")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_load_that_meets_a_rivals_snapshot_and_trim_begins_again()
    {
        var log = await OpenWith(6);
        await log.SaveSnapshot(Stream, SnapshotAt(2), None);
        Time.Advance(StorageLimits.TrimMinimumAge);
        var rival = await OpenQuietly();
        Http.Next("Query", ScriptedHttp.After(async () =>
        {
            await rival.SaveSnapshot(Stream, SnapshotAt(5), None);
            await rival.Trim(Stream, 5, None);
        }));
        var loaded = await log.Load(Stream, Schemas.Any, None);
        (loaded.Snapshot!.Version, loaded.TrimmedThrough, loaded.LastVersion).ShouldBe((5, 5, 6));
    }

    private async Task<DynamoEventLog> OpenQuietly() =>
        new(new ScriptedHttp().Client(await SharedDatabase.Endpoint), SharedDatabase.Options, Time, new Random(2), new CapacityMeter());
}
