using Orleans.Runtime;
using Orleans.Transport;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>The last frames between two processes, one of which leaves. The other one is played.</summary>
public sealed class LeavingTests
{
    // In real time, for what must happen.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PlayedProcess _process = new(new ManualTime());

    [Fact]
    public async Task Who_is_asked_to_close_goes_on_until_it_has_the_view_that_says_where_to_go_instead()
    {
        var (asked, read) = (new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource());
        _process.Reaching = version =>
        {
            asked.SetResult(version);
            return read.Task;
        };
        var first = Call();
        var line = await _process.Dialled();
        (await line.Next()).ShouldBe((FrameKind.Request, 1ul));
        await line.Answer(1);
        await first.WaitAsync(Patience);

        await line.Finish(7);
        (await asked.Task.WaitAsync(Patience)).ShouldBe(7);
        await line.Probe(9);
        (await line.Next()).ShouldBe((FrameKind.ProbeAnswer, 9ul), "it has read the word, and does not go yet");
        var second = Call();
        (await line.Next()).ShouldBe((FrameKind.Request, 2ul));
        read.SetResult();
        await line.Answer(2);
        await second.WaitAsync(Patience);
        (await line.Next()).ShouldBeNull("nothing is under way");
        _ = Call();
        (await (await _process.Dialled()).Next()).ShouldBe((FrameKind.Request, 1ul));
    }

    [Fact]
    public async Task What_a_leaver_forwards_after_its_last_word_goes_over_a_new_line_and_is_waited_for()
    {
        _process.ViewVersion = 5;
        var before = Call();
        var line = await _process.Dialled();
        (await line.Next()).ShouldBe((FrameKind.Request, 1ul));
        var draining = _process.Connections.Drain(default);
        (await line.Next()).ShouldBe((FrameKind.Finish, 5ul));

        var after = Call();
        var other = await _process.Dialled();
        (await other.Next()).ShouldBe((FrameKind.Request, 1ul));
        await line.Answer(1);
        await before.WaitAsync(Patience);
        await line.Close();
        (await other.Next()).ShouldBe((FrameKind.Finish, 5ul));
        await other.Answer(1);
        await after.WaitAsync(Patience);
        draining.IsCompleted.ShouldBeFalse();
        await other.Close();
        await draining.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_call_that_found_the_connection_just_before_its_last_word_is_sent_over_another_one()
    {
        _ = Call();
        var line = await _process.Dialled();
        (await line.Next()).ShouldBe((FrameKind.Request, 1ul));
        RequestContext.Set("drains", new Trap(() => _ = _process.Connections.Drain(default)));
        var call = Call();
        (await line.Next()).ShouldBe((FrameKind.Finish, 0ul));
        var other = await _process.Dialled();
        (await other.Next()).ShouldBe((FrameKind.Request, 1ul));
        await other.Answer(1);
        await call.WaitAsync(Patience);
    }

    private Task Call() => _process.Factory.GetGrain<ITraveller>("a").Hold("played");
}
