using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>Inboxes page by page, and who waits for their changes.</summary>
public sealed class InboxTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private static IThreadGrain Channel(TestBed bed, string id = "general") => bed.Client.GetGrain<IThreadGrain>(Key(id));

    private static IInboxGrain Inbox(TestBed bed, string user = "ann") => bed.Client.GetGrain<IInboxGrain>(Ids.InboxKey(TestBed.Tenant, user));

    private static string Key(string channel) => Ids.ChannelKey(TestBed.Tenant, channel);

    // A meeting's: its inbox keeps what it was told.
    private static string Thread(int meeting) => Ids.ThreadKey(TestBed.Tenant, $"m{meeting}", Ids.Main);

    private static async Task Created(TestBed bed, params string[] members)
    {
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new CreateChannel("General")));
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new AddMembers([.. members.Select(member => new ChannelMember(member))])));
        await Channel(bed).Wake(default);
    }

    private static Task<InboxNews> Watch(TestBed bed, long after, string user = "ann", bool holds = true) =>
        Inbox(bed, user).Watch(after, holds ? Limits.ReadHold : TimeSpan.Zero, default).AsTask();

    private static async Task<long> Cursor(TestBed bed, string user = "ann") => (await Inbox(bed, user).List(new InboxRequest(), default)).Cursor;

    private static async Task<List<string>> All(TestBed bed, int limit)
    {
        var (all, after) = (new List<string>(), (string?)null);
        do
        {
            var page = await Inbox(bed).List(new InboxRequest(after, limit), default);
            page.Threads.Length.ShouldBeLessThanOrEqualTo(limit);
            all.AddRange(page.Threads.Select(one => one.Thread));
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task E5_pages_together_are_the_inbox_the_newest_first(int limit)
    {
        await using var bed = await TestBed.Start();
        // Some at the same moment.
        for (var i = 0; i < 7; i++) await Inbox(bed).Add(Thread(i), "Lesson", Start.AddSeconds(i / 2));
        (await All(bed, limit)).ShouldBe([Thread(6), Thread(4), Thread(5), Thread(2), Thread(3), Thread(0), Thread(1)]);
    }

    [Fact]
    public async Task E5_who_goes_on_from_a_thread_that_has_gone_since_misses_none_and_a_page_without_the_gone_is_short()
    {
        await using var bed = await TestBed.Start();
        await Created(bed, "ann");
        await Inbox(bed).Add(Thread(1), "Older", Start);
        await Inbox(bed).Add(Thread(2), "Newest", bed.Time.GetUtcNow().AddDays(1));
        var first = await Inbox(bed).List(new InboxRequest(Limit: 2), default);
        first.Threads.Select(one => one.Thread).ShouldBe([Thread(2), Key("general")]);
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new RemoveMembers(["ann"])));
        // Whether or not the inbox was told.
        (await Inbox(bed).List(new InboxRequest(first.Next, 2), default)).Threads.Single().Thread.ShouldBe(Thread(1));
        (await All(bed, 2)).ShouldBe([Thread(2), Thread(1)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData(".acme/general")]
    [InlineData("-1.acme/general")]
    [InlineData("99999999999999999999.acme/general")]
    public async Task P10_a_cursor_that_is_none_is_refused(string after)
    {
        await using var bed = await TestBed.Start();
        (await Inbox(bed).List(new InboxRequest(after), default)).Refusal.ShouldBe(Refusal.InvalidArgument);
    }

    [Fact]
    public async Task E5_who_waits_hears_of_what_comes_and_goes_and_of_mentions()
    {
        await using var bed = await TestBed.Start();
        var cursor = await Cursor(bed);
        var waiting = Watch(bed, cursor);
        await Created(bed, "ann", "bob");
        var added = await waiting.WaitAsync(TestBed.Patience);
        (added.Threads.ShouldHaveSingleItem(), added.More).ShouldBe((Key("general"), false));
        waiting = Watch(bed, added.Cursor);
        // Nothing of these: her own, and those of others.
        await TestBed.Accepted(Channel(bed), bed.By("ann", new PostMessage("hello", Mentions: ["ann", "bob", "eve"])));
        await TestBed.Accepted(Channel(bed), bed.By("bob", new PostMessage("hello")));
        (await Watch(bed, added.Cursor, holds: false)).Threads.ShouldBeEmpty();
        await TestBed.Accepted(Channel(bed), bed.By("bob", new PostMessage("hello ann", Mentions: ["ann"])));
        var mentioned = await waiting.WaitAsync(TestBed.Patience);
        (mentioned.Threads.ShouldHaveSingleItem(), mentioned.Cursor).ShouldBe((Key("general"), added.Cursor + 1));
        waiting = Watch(bed, mentioned.Cursor);
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new RemoveMembers(["ann"])));
        var removed = await waiting.WaitAsync(TestBed.Patience);
        (removed.Threads.ShouldHaveSingleItem(), removed.Cursor).ShouldBe((Key("general"), mentioned.Cursor + 1));
        // Of no interest to her any more, also where her inbox still knew it.
        await TestBed.Accepted(Channel(bed), bed.By("bob", new PostMessage("hello ann", Mentions: ["ann"])));
        await Inbox(bed).Mentioned(Key("general"));
        (await Watch(bed, removed.Cursor, holds: false)).ShouldBe(new InboxNews(removed.Cursor, []));
    }

    [Fact]
    public async Task E5_whom_a_message_mentions_who_is_no_member_hears_nothing()
    {
        await using var bed = await TestBed.Start();
        await Created(bed, "ann", "bob");
        await TestBed.Accepted(Channel(bed), bed.ByBackend(new RemoveMembers(["ann"])));
        await Channel(bed).Wake(default);
        // As of an inbox that a crash has left untold.
        await Inbox(bed).Add(Key("general"), "General", Start);
        var cursor = await Cursor(bed);
        await TestBed.Accepted(Channel(bed), bed.By("bob", new PostMessage("about ann", Mentions: ["ann"])));
        (await Watch(bed, cursor, holds: false)).ShouldBe(new InboxNews(cursor, []));
    }

    [Fact]
    public async Task Who_waits_is_answered_with_nothing_when_the_hold_is_over_and_at_once_when_something_was_missed()
    {
        await using var bed = await TestBed.Start();
        var cursor = await Cursor(bed);
        var waiting = Inbox(bed).Watch(cursor, TimeSpan.FromHours(1), default).AsTask();
        await bed.Time.WaitingFor(Limits.ReadHold).WaitAsync(TestBed.Patience);
        bed.Time.Advance(Limits.ReadHold - TimeSpan.FromMilliseconds(1));
        waiting.IsCompleted.ShouldBeFalse();
        bed.Time.Advance(TimeSpan.FromMilliseconds(1));
        (await waiting.WaitAsync(TestBed.Patience)).ShouldBe(new InboxNews(cursor, []));
        await Inbox(bed).Add(Thread(1), "Lesson", Start);
        (await Watch(bed, cursor)).Threads.ShouldBe([Thread(1)]);
        // What it knows changes nothing.
        await Inbox(bed).Add(Thread(1), "Lesson", Start);
        (await Watch(bed, cursor)).Cursor.ShouldBe(cursor + 1);
    }

    [Fact]
    public async Task P6_a_notice_names_so_many_threads_and_says_that_there_are_more()
    {
        await using var bed = await TestBed.Start();
        var cursor = await Cursor(bed);
        for (var i = 0; i < Limits.InboxChanges; i++) await Inbox(bed).Add(Thread(i), "Lesson", Start);
        var news = await Watch(bed, cursor);
        (news.Threads.Length, news.More).ShouldBe((Limits.InboxChanges, false));
        await Inbox(bed).Add(Thread(100), "Lesson", Start);
        var more = await Watch(bed, cursor);
        (more.Cursor, more.Threads.Length, more.More).ShouldBe((cursor + Limits.InboxChanges + 1, 0, true));
        (await Watch(bed, cursor + 1)).Threads[^1].ShouldBe(Thread(100));
    }

    [Fact]
    public async Task Who_comes_with_the_cursor_of_an_activation_that_is_gone_hears_that_anything_may_have_changed()
    {
        await using var bed = await TestBed.Start();
        var cursor = await Cursor(bed);
        await bed.Kill();
        bed.Time.Advance(TimeSpan.FromSeconds(1));
        (await Watch(bed, cursor)).More.ShouldBeTrue();
        // One whose clock was ahead.
        (await Watch(bed, long.MaxValue)).More.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_waits_is_told_to_ask_again_when_the_silo_stops()
    {
        await using var bed = await TestBed.Start();
        var waiting = Watch(bed, await Cursor(bed));
        await bed.Time.WaitingFor(Limits.ReadHold).WaitAsync(TestBed.Patience);
        await bed.Restart();
        await Should.ThrowAsync<SteppedDownException>(() => waiting.WaitAsync(TestBed.Patience));
    }
}
