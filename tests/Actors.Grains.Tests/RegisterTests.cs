using System.Collections.Immutable;
using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>E7: the register of a tenant's threads that have messages, through crashes.</summary>
public sealed class RegisterTests
{
    [Fact]
    public async Task A_thread_is_registered_once_with_its_first_message_and_costs_nothing_more()
    {
        await using var bed = await TestBed.Start();
        await bed.Opened();
        await bed.Thread().Wake(default);
        (await Register(bed)).ShouldBeEmpty("no message yet");
        var before = bed.Lists.Replacements;
        // What the effect of an append logs at once is not what the command is answered with.
        var first = await Post(bed.Thread(), bed);
        (await bed.Thread().History(new HistoryRequest(Caller: Caller.Backend("api")), default)).Messages.Single().Number.ShouldBe(first.First);
        await Until(bed, async () => (await TestBed.Events(bed.Thread())).Any(one => one.Event is ThreadRegistered));
        (await Register(bed)).ShouldBe([new ThreadName("m1", "main")]);
        for (var life = 0; life < 2; life++)
        {
            for (var i = 0; i < 3; i++) await Post(bed.Thread(), bed);
            await bed.Thread().Wake(default);
            await (life == 0 ? bed.Restart() : bed.Kill());
            await bed.Thread().Wake(default);
        }
        (bed.Lists.Replacements - before).ShouldBe(1);
        (await TestBed.Events(bed.Thread())).Count(one => one.Event is ThreadRegistered).ShouldBe(1);
        (await bed.Client.GetGrain<IMeetingsGrain>("other").Threads(new ThreadListRequest(), default)).Threads.ShouldBeEmpty("another tenant's");
    }

    [Fact]
    public async Task P11_a_crash_before_the_register_is_written_leaves_it_to_the_next_activation()
    {
        await using var bed = await TestBed.Start();
        await bed.Opened();
        bed.Lists.IsDown = true;
        // A register out of reach holds up nobody who writes.
        var posted = await Post(bed.Thread(), bed);
        await Post(bed.Thread(), bed);
        (await TestBed.Events(bed.Thread())).ShouldNotContain(one => one.Event is ThreadRegistered);
        await bed.Kill();
        bed.Lists.IsDown = false;
        (await bed.Thread().View(new ViewRequest(Audience.Moderators), default)).ShouldNotBeNull();
        await Until(bed, async () => (await Register(bed)).Length == 1);
        await bed.Thread().Wake(default);
        (await TestBed.Events(bed.Thread())).Count(one => one.Event is ThreadRegistered).ShouldBe(1);
        (await bed.Thread().Search(new SearchRequest("hello", Caller: Caller.Backend("api")), default)).Messages[^1].Number.ShouldBe(posted.First);
    }

    [Fact]
    public async Task P11_a_crash_after_the_register_is_written_leaves_one_entry_when_it_is_written_again()
    {
        await using var bed = await TestBed.Start();
        await bed.Opened();
        var posting = bed.Log.Hold("thread/");
        var posted = Post(bed.Thread(), bed);
        await posting.Arrived.WaitAsync(TestBed.Patience);
        // The message is stored, and that the thread is registered is not.
        var telling = bed.Log.Hold("thread/");
        posting.Release();
        await posted.WaitAsync(TestBed.Patience);
        await telling.Arrived.WaitAsync(TestBed.Patience);
        var first = (await bed.Meetings.Threads(new ThreadListRequest(), default)).Threads.Single();
        await bed.Kill();
        bed.Log.Hold("no stream's");
        bed.Time.Advance(TimeSpan.FromDays(1));
        await bed.Thread().Wake(default);
        (await TestBed.Events(bed.Thread())).Count(one => one.Event is ThreadRegistered).ShouldBe(1);
        (await bed.Meetings.Threads(new ThreadListRequest(), default)).Threads.ShouldBe([first]);
    }

    [Fact]
    public async Task Threads_of_earlier_releases_are_registered_by_their_next_activation_where_their_first_message_belongs()
    {
        await using var bed = await TestBed.Start();
        await Channel(bed, "old");
        // As before there was a register: many messages, of which a snapshot remembers no times.
        bed.Lists.IsDown = true;
        for (var i = 0; i < GrainLimits.SnapshotOnIdleEvents + 1; i++) await Post(Thread(bed, "old"), bed);
        await bed.Restart();
        bed.Lists.IsDown = false;
        bed.Time.Advance(TimeSpan.FromHours(1));
        await Channel(bed, "young");
        await Post(Thread(bed, "young"), bed);
        await Thread(bed, "young").Wake(default);
        bed.Time.Advance(TimeSpan.FromHours(1));
        await Post(Thread(bed, "old"), bed);
        await Thread(bed, "old").Wake(default);
        (await Register(bed)).ShouldBe([new ThreadName(Channel: "young"), new ThreadName(Channel: "old")]);
        (await TestBed.Events(Thread(bed, "old"))).Count(one => one.Event is ThreadRegistered).ShouldBe(1);
    }

    [Fact]
    public async Task The_register_is_paged_from_a_thread_on_or_after_it_newest_first_and_leaves_out_what_a_user_does_not_read_by_its_name()
    {
        await using var bed = await TestBed.Start();
        string[] names = ["a", "b", "c", "d", "e"];
        foreach (var name in names)
        {
            await Channel(bed, name);
            await Post(Thread(bed, name), bed);
            await Thread(bed, name).Wake(default);
            bed.Time.Advance(TimeSpan.FromMilliseconds(1));
        }
        (await Register(bed, limit: 2)).Select(one => one.Channel).ShouldBe(names.Reverse());
        var all = await bed.Meetings.Threads(new ThreadListRequest(), default);
        all.Threads.Select(one => one.Position.Length).Distinct().ShouldHaveSingleItem("of one length");
        foreach (var (including, expected) in new[] { (true, new[] { "c", "b", "a" }), (false, ["b", "a"]) })
            (await bed.Meetings.Threads(new ThreadListRequest(Position: all.Threads[2].Position, Including: including), default)).Threads.Select(one => one.Name.Channel).ShouldBe(expected);
        (await bed.Meetings.Threads(new ThreadListRequest(Query: "?!"), default)).Refusal.ShouldBe(Refusal.InvalidArgument);
        var hidden = new[] { new ThreadName("m", "ann~bob"), new ThreadName("m", "waiting"), new ThreadName("m", "main"), new ThreadName("m", "r1-1"), new ThreadName(Channel: "waiting") };
        hidden.Where(name => ThreadRegister.MayRead(name, "ann")).ShouldBe([hidden[0], hidden[2], hidden[3], hidden[4]]);
        hidden.Where(name => ThreadRegister.MayRead(name, "an")).ShouldBe([hidden[2], hidden[3], hidden[4]]);
    }

    [Fact]
    public async Task P8_a_page_of_the_register_holds_so_many_threads_and_no_more()
    {
        await using var bed = await TestBed.Start();
        for (var i = 0; i <= Limits.ThreadListPage; i++)
        {
            var entry = ThreadRegister.Entry(GrainKey.Parse($"{TestBed.Tenant}/c{i}"), bed.Time.GetUtcNow().AddSeconds(i));
            (await bed.Lists.Replace($"thread/{TestBed.Tenant}/c{i}", 1, [entry], default)).ShouldBeTrue();
        }
        var page = await bed.Meetings.Threads(new ThreadListRequest(Limit: int.MaxValue), default);
        (page.Threads.Length, page.Next).ShouldBe((Limits.ThreadListPage, page.Threads[^1].Position));
        (await bed.Meetings.Threads(new ThreadListRequest(Position: page.Next), default)).Threads.Single().Name.Channel.ShouldBe("c0");
    }

    [Theory]
    [InlineData("acme/m1/ann~bob", "20260105T090000.001/", """{"meeting":"m1","thread":"ann~bob"}""")]
    [InlineData("acme/general", "20260105T090000.001/", """{"channel":"general"}""")]
    public void An_entry_is_stored_like_this(string key, string at, string text)
    {
        var entry = ThreadRegister.Entry(GrainKey.Parse(key), new DateTimeOffset(2026, 1, 5, 10, 0, 0, 1, TimeSpan.FromHours(1)));
        entry.List.ShouldBe("list/acme/threads");
        entry.Sort.ShouldStartWith(at);
        System.Text.Encoding.UTF8.GetString(entry.Payload.Span).ShouldBe(text);
        ThreadRegister.Read(entry).Name.KeyIn("acme").ShouldBe(key);
    }

    private static IThreadGrain Thread(TestBed bed, string channel) => bed.Client.GetGrain<IThreadGrain>(Ids.ChannelKey(TestBed.Tenant, channel));

    private static Task<Accepted> Channel(TestBed bed, string name) => TestBed.Accepted(Thread(bed, name), bed.ByBackend(new CreateChannel("General")));

    private static Task<Accepted> Post(IThreadGrain thread, TestBed bed) => TestBed.Accepted(thread, bed.Alone(bed.ByBackend(new PostMessage("hello"))));

    private static async Task<ImmutableArray<ThreadName>> Register(TestBed bed, int limit = Limits.ThreadListPage)
    {
        var threads = ImmutableArray.CreateBuilder<ThreadName>();
        string? next = null;
        do
        {
            var page = await bed.Meetings.Threads(new ThreadListRequest(Position: next, Limit: limit), default);
            threads.AddRange(page.Threads.Select(one => one.Name));
            next = page.Next;
        }
        while (next is not null);
        return threads.ToImmutable();
    }

    private static async Task Until(TestBed bed, Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TestBed.Patience);
        while (!await condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            bed.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }
}
