using Actors.Contracts;
using Actors.Storage;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

public sealed class ThreadTests
{
    private static readonly string Stream = Streams.Thread(Ids.ThreadKey(TestBed.Tenant, "m1", Ids.Main));

    [Fact]
    public async Task Edits_reactions_and_deletions_show_in_history_also_after_a_crash()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        var (first, second, third) = (await post("one"), await post("two"), await post("three"));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new EditMessage(first, "uno")));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new React(second, "👍")));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new DeleteMessage(third)));
        for (var life = 0; life < 2; life++)
        {
            var page = await bed.Thread().History(new HistoryRequest(Caller: Caller.Backend("api")), default);
            page.Messages.Select(one => (one.Number, one.Text, one.Deleted)).ShouldBe([(first, "uno", false), (second, "two", false), (third, "", true)]);
            page.Messages[1].Reactions!.Value.Single().By.ShouldBe(["ann"]);
            await bed.Kill();
        }
    }

    [Fact]
    public async Task A_deleted_message_leaves_storage_memory_and_overlays()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        var message = await post("the secret text");
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new EditMessage(message, "the secret edit")));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new DeleteMessage(message)));
        await bed.Thread().Wake(default);

        var events = await TestBed.Events(bed.Thread());
        events.Count(one => one.Event is MessageRedacted redacted && redacted.Message == message).ShouldBe(1);
        (await bed.StoredThread()).ShouldNotContain("secret");
        var floor = (await bed.Thread().Read(new ReadRequest(0, TimeSpan.Zero), default)).Events;
        floor.Select(one => one.Event).OfType<MessagePosted>().ShouldAllBe(one => one.Text == "");
        floor.Select(one => one.Event).OfType<MessageEdited>().ShouldAllBe(one => one.Text == "");
    }

    [Fact]
    public async Task E2_a_deleted_message_leaves_neither_text_nor_attachment_in_storage_memory_and_history()
    {
        await using var bed = await TestBed.Start();
        await (await Posting(bed))("kept");
        var file = new Attachment("https://files.example/the-secret-file", "image/png", 7, new string('a', 64), "the secret name");
        var message = (await TestBed.Accepted(bed.Thread(), bed.By("ann", new PostMessage("the secret text", Attachments: [file])))).First;
        (await History(bed))[^1].Attachments!.Value.ShouldBe([file]);
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new EditMessage(message, "the secret edit")));
        (await bed.StoredThread()).ShouldContain("the-secret-file");
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new DeleteMessage(message)));
        await bed.Thread().Wake(default);

        for (var life = 0; life < 2; life++)
        {
            (await bed.StoredThread()).ShouldNotContain("secret");
            var posted = (await bed.Thread().Read(new ReadRequest(0, TimeSpan.Zero), default)).Events.Select(one => one.Event).OfType<MessagePosted>();
            posted.ShouldAllBe(one => one.Attachments == null);
            (await History(bed))[^1].ShouldSatisfyAllConditions(one => one.Deleted.ShouldBeTrue(), one => one.Attachments.ShouldBeNull());
            await bed.Kill();
        }
    }

    [Fact]
    public async Task E6_a_legal_hold_keeps_what_is_deleted_until_it_ends_also_through_a_crash()
    {
        await using var bed = await TestBed.Start();
        var message = await (await Posting(bed))("the secret text");
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new HoldThread(true)));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new DeleteMessage(message)));
        for (var life = 0; life < 2; life++)
        {
            await bed.Thread().Wake(default);
            (await bed.StoredThread()).ShouldContain("the secret text");
            (await TestBed.Events(bed.Thread())).ShouldNotContain(one => one.Event is MessageRedacted);
            (await History(bed)).Single().ShouldSatisfyAllConditions(one => one.Deleted.ShouldBeTrue(), one => one.Text.ShouldBe(""));
            await bed.Kill();
        }
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new HoldThread(false)));
        await bed.Thread().Wake(default);
        (await bed.StoredThread()).ShouldNotContain("the secret text");
        (await TestBed.Events(bed.Thread())).Count(one => one.Event is MessageRedacted).ShouldBe(1);
    }

    [Fact]
    public async Task A_redaction_cut_short_by_a_crash_is_finished_by_the_next_activation()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        var message = await post("the secret text");
        bed.Log.RedactionsFail = true;
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new DeleteMessage(message)));
        await bed.Thread().Wake(default);
        (await bed.StoredThread()).ShouldContain("secret");
        await bed.Kill();
        bed.Log.RedactionsFail = false;
        await bed.Thread().Wake(default);
        (await bed.StoredThread()).ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_history_page_takes_two_round_trips_at_most_however_edited_and_long_the_thread()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        // Calls made together arrive in any order.
        var numbers = (await Task.WhenAll(Enumerable.Range(0, 1_500).Select(i => post($"message {i}")))).Order().ToArray();
        for (var i = 0; i < 1_500; i += 10) await TestBed.Accepted(bed.Thread(), bed.By("ann", new React(numbers[i], "👍")));
        await bed.Kill();
        await bed.Thread().Wake(default);
        bed.Log.ForgetCalls();
        var page = await bed.Thread().History(new HistoryRequest(Before: numbers[300], Limit: 200, Caller: Caller.Backend("api")), default);
        page.Messages.Length.ShouldBe(200);
        page.Messages.Count(one => one.Reactions is not null).ShouldBe(20);
        Calls(bed).ShouldBeLessThanOrEqualTo(2);

        // What memory holds costs at most the overlays.
        for (var i = 0; i < 50; i++) await post($"more {i}");
        bed.Log.ForgetCalls();
        (await bed.Thread().History(new HistoryRequest(Limit: 50, Caller: Caller.Backend("api")), default)).Messages.Length.ShouldBe(50);
        Calls(bed).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Snapshots_wait_for_the_overlays_that_hold_what_they_forget()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        var message = await post("one");
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new EditMessage(message, "uno")));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => post($"message {i}")));
        await bed.Restart();
        bed.Log.Calls(nameof(IEventLog.SaveOverlay)).ShouldBeGreaterThan(0);
        (await bed.Log.Inner.Load(Stream, Schemas.Any, default)).Snapshot.ShouldNotBeNull();
        var page = await bed.Thread().History(new HistoryRequest(After: message - 1, Limit: 1, Caller: Caller.Backend("api")), default);
        page.Messages.Single().Text.ShouldBe("uno");
    }

    [Fact]
    public async Task Pointers_are_answered_at_once_and_stored_together()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        var message = await post("one");
        var joined = await TestBed.Accepted(bed.Meeting(), bed.Joining("bob"));
        var gate = bed.Log.Hold("thread/");
        for (var i = 0; i < 50; i++)
            await TestBed.Accepted(bed.Thread(), bed.By("ann", new MovePointers(message, message)));
        gate.Release();
        await TestBed.Accepted(bed.Thread(), bed.By("bob", new MovePointers(message, 0), meetingSeen: joined.Last));
        await bed.Thread().Wake(default);
        (await TestBed.Events(bed.Thread())).Count(one => one.Event is PointersMoved).ShouldBe(1);
        var receipts = await bed.Thread().Receipts(0, default);
        receipts.Members.Single(one => one.Participant == "bob").Delivered.ShouldBe(message);
        (await TestBed.Refused(bed.Thread(), bed.By("stranger", new MovePointers(message, message)))).ShouldBe(Refusal.NotJoined);
    }

    [Fact]
    public async Task Members_find_the_thread_in_their_inbox()
    {
        await using var bed = await TestBed.Start();
        var meeting = await bed.Opened(settings: MeetingSettings.Default with { Inbox = true });
        var joined = await TestBed.Accepted(meeting, bed.Joining("ann", Role.Host));
        await TestBed.Accepted(meeting, bed.Joining("bob"));
        await meeting.Wake(default);
        var posted = await TestBed.Accepted(bed.Thread(), bed.By("ann", new PostMessage("hello"), meetingSeen: joined.Last));
        await bed.Thread().Wake(default);
        var entry = await bed.Entry("bob", Ids.Main);
        entry.Title.ShouldBe("Lesson");
        entry.LastMessage.ShouldBe(posted.First);
        entry.Unread.ShouldBe(1);
        entry.LastMessageAt.ShouldBe((await TestBed.Events(bed.Thread())).Single(one => one.Number == posted.First).At);
        entry.Mentions.ShouldBe(0);
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new PostMessage("hello bob", Mentions: ["bob"])));
        await TestBed.Accepted(bed.Thread(), bed.By("ann", new PostMessage("hello all", Everyone: true)));
        entry = await bed.Entry("bob", Ids.Main);
        (entry.Unread, entry.Mentions).ShouldBe((3, 2));
    }

    [Fact]
    public async Task Keys_of_a_tenant_are_verified_revoked_and_bounded()
    {
        await using var bed = await TestBed.Start();
        var tenant = bed.Client.GetGrain<ITenantGrain>(TestBed.Tenant);
        for (var i = 0; i < Limits.KeysPerTenant; i++) (await tenant.AddKey($"k{i}", $"hash{i}")).ShouldBeTrue();
        (await tenant.AddKey("one-too-many", "hash")).ShouldBeFalse();
        (await tenant.Verify("k1", "hash1")).ShouldBeTrue();
        (await tenant.Verify("k1", "hash2")).ShouldBeFalse();
        (await tenant.Verify("unknown", "hash1")).ShouldBeFalse();
        (await tenant.RevokeKey("k1")).ShouldBeTrue();
        (await tenant.Verify("k1", "hash1")).ShouldBeFalse();
    }

    private static async Task<IReadOnlyList<Message>> History(TestBed bed) =>
        (await bed.Thread().History(new HistoryRequest(Caller: Caller.Backend("api")), default)).Messages;

    private static int Calls(TestBed bed) =>
        bed.Log.Calls(nameof(IEventLog.ReadForward)) + bed.Log.Calls(nameof(IEventLog.ReadBackward)) + bed.Log.Calls(nameof(IEventLog.ReadOverlays));

    /// <summary>Ann is in; answers with how she posts.</summary>
    private static async Task<Func<string, Task<long>>> Posting(TestBed bed)
    {
        var joined = await TestBed.Accepted(await bed.Opened(), bed.Joining("ann", Role.Host));
        return async text => (await TestBed.Accepted(bed.Thread(), bed.Alone(bed.By("ann", new PostMessage(text), meetingSeen: joined.Last)))).First;
    }
}
