using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Transport;
using Shouldly;
using Xunit;

namespace Actors.Engine.Tests;

/// <summary>Calls that end while they are on their way to a connection: what the other process, played by the test, sees of them.</summary>
public sealed class AbandonedCallTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_call_that_expired_while_it_waited_to_be_sent_is_not_sent()
    {
        var process = new PlayedProcess(_time)
        {
            BeforeSending = call =>
            {
                if (call.Target.GrainId.Key.ToString() == "late")
                {
                    _time.Advance(TimeSpan.FromMinutes(1));
                }
            },
        };
        var line = await Connected(process);
        await Should.ThrowAsync<TimeoutException>(Hold(process, "late"));
        // What comes next on the line is of the next call.
        using var ended = new CancellationTokenSource();
        var next = process.Factory.GetGrain<ITraveller>("next").Wait("played", ended.Token);
        var (kind, number) = (await line.Next())!.Value;
        await ended.CancelAsync();
        (await line.Next()).ShouldBe((FrameKind.Cancel, number));
        kind.ShouldBe(FrameKind.Request);
        await Should.ThrowAsync<OperationCanceledException>(next);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_cancelled_while_it_is_written_is_cancelled_there(bool acknowledged)
    {
        var process = new PlayedProcess(_time, new SiloMessagingOptions { WaitForCancellationAcknowledgement = acknowledged });
        using var cancellation = new CancellationTokenSource();
        RequestContext.Set("cancels", new Trap(cancellation.Cancel));
        var call = process.Factory.GetGrain<ITraveller>("a").Wait("played", cancellation.Token);
        var line = await process.Dialled();
        (await line.Next()).ShouldBe((FrameKind.Request, 1ul));
        (await line.Next()).ShouldBe((FrameKind.Cancel, 1ul));
        call.IsCanceled.ShouldBe(!acknowledged);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_that_expires_while_it_is_written_is_cancelled_there_unless_time_outs_cancel_nothing(bool cancels)
    {
        var process = new PlayedProcess(_time, new SiloMessagingOptions { CancelRequestOnTimeout = cancels });
        var line = await Connected(process);
        RequestContext.Set("expires", new Trap(() => _time.Advance(TimeSpan.FromMinutes(1))));
        await Should.ThrowAsync<TimeoutException>(Hold(process, "late"));
        _ = Hold(process, "next");
        (await line.Next()).ShouldBe((FrameKind.Request, 2ul));
        (await line.Next()).ShouldBe(cancels ? (FrameKind.Cancel, 2ul) : (FrameKind.Request, 3ul));
    }

    // The clock may stand still for the greeting, and move from then on.
    private static async Task<PlayedProcess.PlayedLine> Connected(PlayedProcess process)
    {
        var first = Hold(process, "first");
        var line = await process.Dialled();
        (await line.Next()).ShouldBe((FrameKind.Request, 1ul));
        await line.Answer(1);
        await first;
        return line;
    }

    private static Task Hold(PlayedProcess process, string key) => process.Factory.GetGrain<ITraveller>(key).Hold("played");
}
