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

    private Task Call() => _process.Factory.GetGrain<ITraveller>("a").Hold("played");
}
