using Actors.Contracts;
using Shouldly;
using Xunit;

namespace Actors.Grains.Tests;

/// <summary>Messages that are kept for some days only leave storage when these are over.</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task E6_old_messages_are_deleted_and_erased_when_their_time_is_over_and_younger_ones_stay()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        await post("an old secret");
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new EditMessage(await post("x"), "an old secret edit")));
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new KeepMessages(30)));
        bed.Time.Advance(TimeSpan.FromDays(20));
        await post("young");
        await bed.Thread().Wake(default);
        (await Texts(bed)).ShouldBe(["an old secret", "an old secret edit", "young"]);
        bed.Time.Advance(TimeSpan.FromDays(10));
        for (var life = 0; life < 2; life++)
        {
            await bed.Thread().Wake(default);
            (await Texts(bed)).ShouldBe(["", "", "young"]);
            (await bed.StoredThread()).ShouldNotContain("secret");
            await bed.Kill();
        }
        (await TestBed.Events(bed.Thread())).Where(one => one.Event is MessageDeleted).ShouldAllBe(one => one.By == null);
    }

    [Fact]
    public async Task E6_a_legal_hold_keeps_old_messages_and_its_end_lets_them_go()
    {
        await using var bed = await TestBed.Start();
        await (await Posting(bed))("a held secret");
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new HoldThread(true)));
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new KeepMessages(1)));
        bed.Time.Advance(TimeSpan.FromDays(2));
        await bed.Thread().Wake(default);
        (await Texts(bed)).ShouldBe(["a held secret"]);
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new HoldThread(false)));
        await bed.Thread().Wake(default);
        (await bed.StoredThread()).ShouldNotContain("secret");
    }

    [Fact]
    public async Task E6_more_than_may_wait_for_their_erasure_go_one_part_after_the_other()
    {
        await using var bed = await TestBed.Start();
        var post = await Posting(bed);
        foreach (var some in Enumerable.Range(0, Limits.PendingRedactions + 200).Chunk(200)) await Task.WhenAll(some.Select(i => post($"secret {i}")));
        await TestBed.Accepted(bed.Thread(), bed.ByBackend(new KeepMessages(1)));
        bed.Time.Advance(TimeSpan.FromDays(2));
        for (var part = 0; part < 3; part++)
        {
            await bed.Thread().Wake(default);
            bed.Time.Advance(TimeSpan.FromMinutes(1));
        }
        (await bed.StoredThread()).ShouldNotContain("secret");
        (await bed.Thread().View(new ViewRequest(Audience.Moderators), default)).ShouldBeOfType<ThreadView>().Messages.ShouldBe(0);
    }

    private static async Task<IEnumerable<string>> Texts(TestBed bed) =>
        (await bed.Thread().History(new HistoryRequest(Caller: Caller.Backend("api")), default)).Messages.Select(one => one.Text);

    /// <summary>The backend speaks: who is in loses their connection while days pass.</summary>
    private static async Task<Func<string, Task<long>>> Posting(TestBed bed)
    {
        await bed.Opened();
        return async text => (await TestBed.Accepted(bed.Thread(), bed.Alone(bed.ByBackend(new PostMessage(text))))).First;
    }
}
